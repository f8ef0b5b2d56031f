"""YAML as a person writes it: a value, a mapping on one line, a comment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from iccc.yamledit import like


def scalar(value: object) -> str:
    """A value, quoted where YAML would read it otherwise."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:.9f}".rstrip("0").rstrip(".")  # all digits of a place; no exponent, which YAML takes for text
    if isinstance(value, int):
        return str(value)
    text = str(value)
    if not isinstance(like(None, text), DoubleQuotedScalarString):
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def flow(values: Mapping[str, object]) -> str:
    """``{a: 1, b: two}``; what is None is left out."""
    return "{" + ", ".join(f"{key}: {_inner(value)}" for key, value in values.items() if value is not None) + "}"


def listed(values: Iterable[object]) -> str:
    """``[a, b]``."""
    return "[" + ", ".join(map(_inner, values)) + "]"


def _inner(value: object) -> str:
    if isinstance(value, Mapping):
        return flow(value)
    return listed(value) if isinstance(value, list | tuple) else scalar(value)


def todo(text: str) -> str:
    """A comment behind a value that nobody told."""
    return f"  # TODO: {text}"


def noted(notes: Iterable[str]) -> str:
    """What was not read of an entry, behind it."""
    said = "; ".join(notes)
    return f"  # {said}" if said else ""
