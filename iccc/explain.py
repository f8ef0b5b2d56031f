"""A validation error in the words of a person: what was found, what is allowed."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from ipaddress import IPv4Address, IPv4Network
from types import NoneType
from typing import Annotated, Any, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

Key = str | int

LONGEST = 60  # characters of a found value in a message

_WANTED = {
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_parsing_size": "a whole number of sensible size",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "string_type": "text",
    "list_type": "a list",
    "tuple_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping",
}
_SPECIAL: Mapping[type, str] = {
    IPv4Address: "an IPv4 address",
    IPv4Network: "an IPv4 prefix like 10.82.0.0/16, without host bits",
    date: "a date like 2025-07-29",
}
_BOUNDS = {
    "greater_than_equal": ("at least", "ge"),
    "greater_than": ("more than", "gt"),
    "less_than_equal": ("at most", "le"),
    "less_than": ("less than", "lt"),
}


def did_you_mean(word: str, allowed: Iterable[str]) -> str:
    """``"; did you mean 'x'?"`` when one of the allowed words is close, else ``""``."""
    close = difflib.get_close_matches(word[:LONGEST], list(allowed), n=1)
    return f"; did you mean {close[0]!r}?" if close else ""


def one_of(word: str, allowed: Iterable[str]) -> str:
    """``'x' is not one of a, b`` with a suggestion."""
    words = sorted(allowed)
    if len(words) == 1:
        return f"{shown(word)} is not {words[0]!r}"
    return f"{shown(word)} is not one of {', '.join(words)}{did_you_mean(word, words)}"


def shown(found: object) -> str:
    """A found value, short and on one line."""
    if found is None:
        return "nothing"
    if isinstance(found, Mapping | list):
        return "a mapping" if isinstance(found, Mapping) else "a list"
    text = str(found).lower() if isinstance(found, bool) else repr(found)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def explain(detail: ErrorDetails, model: type[BaseModel]) -> str:
    """One error of pydantic on the data of a ``model``. The key that it is about comes first."""
    kind, found, loc = detail["type"], detail["input"], detail["loc"]
    if kind == "extra_forbidden":
        keys, key = _Spot(model, loc[:-1]).keys(), str(loc[-1])
        return f"{shown(key)} is no key here; there are {', '.join(keys)}{did_you_mean(key, keys)}"
    if kind == "missing":
        return f"{loc[-1]!r} is missing"
    words = [part for part in loc if isinstance(part, str) and part != "[key]" and not part.isdecimal()]
    name = words[-1] if words else "the file"
    is_key = loc[-1:] == ("[key]",)
    wanted = _wanted(detail, _Spot(model, loc))
    if found is None:
        return f"{name} has no value; it must be {wanted}"
    if isinstance(found, Mapping | list):
        return f"{name} is {shown(found)}; it must be {wanted}" if found or kind != "too_short" else f"{name} is empty"
    if kind in ("literal_error", "enum") and isinstance(found, str):
        return f"{'key' if is_key else name} {one_of(found, _choices(detail))}"
    if kind == "string_too_short" and not found:
        return f"{name} is empty"
    if isinstance(found, str) and re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", found) and wanted.endswith("number"):
        return f"{name} {found!r} is quoted and so is text; write {found}"
    if kind == "string_type" and wanted == "text":
        return f"{name} {shown(found)} is no text; quote it"
    return f"{'key' if is_key else name} {shown(found)} is not {wanted}"


def _wanted(detail: ErrorDetails, spot: _Spot) -> str:
    """What is allowed, as it follows "is not"."""
    kind, context = detail["type"], detail.get("ctx", {})
    if special := spot.special():
        return special
    if kind in ("literal_error", "enum"):
        return "one of " + ", ".join(sorted(_choices(detail)))
    if kind in _BOUNDS:
        return spot.range(*_BOUNDS[kind], context)
    if kind == "string_pattern_mismatch":
        return spot.description or f"like {context['pattern']}"
    if kind == "string_too_short":
        return f"at least {context['min_length']} characters long"
    if kind == "string_too_long":
        return f"at most {context['max_length']} characters long"
    return _WANTED.get(kind) or detail["msg"].removeprefix("Input should be ")


def _choices(detail: ErrorDetails) -> list[str]:
    return re.findall(r"'([^']*)'", str(detail.get("ctx", {}).get("expected", "")))


class _Spot:
    """What the model says of the value at a place: its type, its bounds and its description."""

    def __init__(self, model: type[BaseModel], loc: Sequence[Key]) -> None:
        self.annotation: Any = model
        self.description = ""
        self._bounds: dict[str, float] = {}
        is_key = loc[-1:] == ("[key]",)
        steps = loc[:-2] if is_key else loc
        for part in steps:
            self._enter(part)
        if is_key:
            self.annotation = _arguments(self.annotation, dict)[0]
        self._note(get_args(self.annotation)[1:] if get_origin(self.annotation) is Annotated else ())

    def range(self, words: str, bound: str, context: Mapping[str, Any]) -> str:
        """``between 1 and 4094`` when both ends are known, else ``at most 4094``."""
        if "ge" in self._bounds and "le" in self._bounds:
            return f"between {self._bounds['ge']} and {self._bounds['le']}"
        return f"{words} {context[bound]:g}"

    def special(self) -> str | None:
        """The form of values that are more than text."""
        return next((words for kind, words in _SPECIAL.items() if kind in _plain(self.annotation)), None)

    def keys(self) -> list[str]:
        """The keys that may stand here."""
        model = _model(self.annotation)
        return sorted(field.alias or name for name, field in model.model_fields.items()) if model else []

    def _enter(self, part: Key) -> None:
        self.description, self._bounds = "", {}
        if model := _model(self.annotation):
            field = next((f for n, f in model.model_fields.items() if part in (n, f.alias)), None)
            self.annotation = field.annotation if field else None
            self._note([field])
        elif isinstance(part, int):
            self.annotation = _arguments(self.annotation, tuple)[0]
        else:
            self.annotation = _arguments(self.annotation, dict)[-1]

    def _note(self, metadata: Iterable[Any]) -> None:
        for entry in metadata:
            if isinstance(entry, FieldInfo):
                self.description = entry.description or ""
                self._note(entry.metadata)
            for bound in ("ge", "le"):
                if isinstance(value := getattr(entry, bound, None), int | float):
                    self._bounds[bound] = value


def _arguments(annotation: Any, kind: type) -> tuple[Any, ...]:
    """The arguments of the ``kind`` in an annotation; (None,) when there is none."""
    return next((get_args(found) for found in _plain(annotation) if get_origin(found) is kind), (None,))


def _model(annotation: Any) -> type[BaseModel] | None:
    return next((k for k in _plain(annotation) if isinstance(k, type) and issubclass(k, BaseModel)), None)


def _plain(annotation: Any) -> Iterator[Any]:
    """The annotation without ``Annotated`` and ``| None``."""
    if get_origin(annotation) is Annotated:
        yield from _plain(get_args(annotation)[0])
    elif get_origin(annotation) in (dict, tuple) or isinstance(annotation, type):
        if annotation is not NoneType:
            yield annotation
    else:
        for part in get_args(annotation):
            yield from _plain(part)
