"""Values with their origins."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from iccc.city.layers import Given
from iccc.yamlfile import Where


@dataclass(frozen=True)
class Source:
    """Where a value comes from: ``what`` in words, and the line; None for what holds when no line says anything."""

    what: str
    where: Where | None = None


@dataclass(frozen=True)
class Value:
    """One value as people read it; ``overrides`` are what weaker layers say, strongest first."""

    key: str
    text: str
    sources: tuple[Source, ...] = ()
    overrides: tuple[Source, ...] = ()


@dataclass(frozen=True)
class Part:
    """Values that belong together, under a title."""

    title: str
    values: tuple[Value, ...]


@dataclass(frozen=True)
class Effective:
    """All there is to say of one device or site. ``kind`` is ``camera``, ``switch``, …, or ``site``."""

    name: str
    kind: str
    about: str
    parts: tuple[Part, ...]


def layered(key: str, said: Iterable[Given], text: str | None = None, *more: Source) -> Value:
    """A value of the layers, strongest first; ``text`` where its name alone does not say it all."""
    given = list(said)
    if not given:
        return Value(key, "not declared")
    first, *weaker = given
    return Value(
        key,
        text or words(first.value),
        (Source(f"from {first.layer}" if first.where else first.layer, first.where), *more),
        tuple(Source(f"{words(one.value)} of {one.layer}", one.where) for one in weaker if one.where),
    )


def known(key: str, value: object, where: Where, unit: str = "") -> Value:
    """A value of an entry that may be left open."""
    if value is None:
        return Value(key, "not known yet", (Source("to be written in", where),))
    return Value(key, f"{words(value)}{unit}", (Source("", where),))


def words(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:g}"
    return str(value)


def part(title: str, values: Sequence[Value | None]) -> Part:
    """A part of those values that there are."""
    return Part(title, tuple(value for value in values if value is not None))
