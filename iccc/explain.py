"""A validation error in the words of a person: what was found, what is allowed."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from ipaddress import IPv4Address, IPv4Network
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

Key = str | int

LONGEST = 60  # characters of a found value in a message
NO_SPACE = "; a space is missing after the colon"

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
_TYPES: Mapping[Any, str] = {
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    str: "text",
    tuple: "a list",
    dict: "a mapping",
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
    close = difflib.get_close_matches(word[:LONGEST], list(map(str, allowed)), n=1)
    return f"; did you mean {close[0]!r}?" if close else ""


def one_of(word: str, allowed: Iterable[str]) -> str:
    """``'x' is not one of a, b``; where one of them is close, that comes first, since there may be many."""
    words = sorted(map(str, allowed))
    if len(words) == 1:
        return f"{shown(word)} is not {words[0]!r}"
    if hint := did_you_mean(word, words):
        return f"{shown(word)} is not known{hint} There are {', '.join(words)}"
    return f"{shown(word)} is not one of {', '.join(words)}"


def shown(found: object) -> str:
    """A found value, short and on one line."""
    if found is None:
        return "nothing"
    if isinstance(found, Mapping | list):
        return "a mapping" if isinstance(found, Mapping) else "a list"
    text = str(found).lower() if isinstance(found, bool) else repr(str(found) if isinstance(found, str) else found)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def explain(detail: ErrorDetails, model: type[BaseModel], note: str | None = None) -> str:
    """One error of pydantic on the data of a ``model``. The key that it is about comes first.

    A value that may be of several types fails once for each of them; the sentence is the same every time.
    ``note`` is what is known of an unknown key; without it a similar one is looked for.
    """
    kind, found, loc = detail["type"], detail["input"], detail["loc"]
    if kind == "extra_forbidden":
        keys, key = _Spot(model, loc[:-1]).keys(), str(loc[-1])
        if key.partition(":")[0] in keys:
            note = NO_SPACE
        hint = note or did_you_mean(key, keys)
        return f"{shown(key)} is no key here{hint}{' There' if hint.endswith('?') else '; there'} are {', '.join(keys)}"
    if kind == "missing":
        return f"{loc[-1]!r} is missing"
    spot = _Spot(model, loc)
    name = spot.name()
    if kind == "value_error" and not spot.one.special():
        # A validator of ours: about a mapping it says a sentence, about a value what it does
        text = str(detail["ctx"]["error"])
        return text if isinstance(found, Mapping) else f"{name} {text}"
    wanted = _wanted(detail, spot)
    if found is None:
        return f"{name} has no value; it must be {spot.words()}"
    if isinstance(found, Mapping | list):
        return f"{name} is {shown(found)}; it must be {wanted}" if found or kind != "too_short" else f"{name} is empty"
    if isinstance(found, str) and spot.only_choices():
        return f"{name} {one_of(found, spot.choices())}"
    if kind == "string_too_short" and not found:
        return f"{name} is empty"
    if isinstance(found, str) and re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", found) and spot.numeric() and not spot.is_key:
        return f"{name} {found!r} is quoted and so is text; write {found}"
    if kind == "string_type" and wanted == "text":
        return f"{name} {shown(found)} is no text; quote it"
    hint = did_you_mean(found, spot.choices()) if isinstance(found, str) else ""
    if isinstance(found, str) and wanted == "a mapping" and re.match(r"[\w-]+:\S", found):
        hint = NO_SPACE
    return f"{name} {shown(found)} is not {wanted}{hint}"


def without_value(path: Sequence[Key], model: type[BaseModel]) -> str | None:
    """Of a key with nothing behind it, where the ``model`` knows the key. Who means nothing leaves the key out."""
    spot = _Spot(model, path)
    return f"{spot.name()} has no value; it must be {spot.words()}" if spot.alternatives else None


def names_its_entries(model: type[BaseModel], path: Sequence[Key]) -> bool:
    """Whether people choose the keys at ``path``, each with a mapping behind it: profiles, groups, items."""
    return any(
        get_origin(one.type) is dict and any(inner.model() for inner in _alternatives(get_args(one.type)[-1]))
        for one in _Spot(model, path).alternatives
    )


def _wanted(detail: ErrorDetails, spot: _Spot) -> str:
    """What is allowed, as it follows "is not"."""
    kind, context = detail["type"], detail.get("ctx", {})
    if spot.only_choices() or len(spot.alternatives) > 1:
        return spot.words()
    if special := spot.one.special():
        return special
    if kind in _BOUNDS:
        return spot.one.range() or f"{_BOUNDS[kind][0]} {context[_BOUNDS[kind][1]]:g}"
    if kind == "string_pattern_mismatch":
        return spot.one.description or f"like {context['pattern']}"
    if kind == "string_too_short":
        return f"at least {context['min_length']} characters long"
    if kind == "string_too_long":
        return f"at most {context['max_length']} characters long"
    return _WANTED.get(kind) or detail["msg"].removeprefix("Input should be ")


@dataclass(frozen=True)
class _Alternative:
    """One type that a value may have, with what the model says of it."""

    type: Any
    description: str = ""
    ge: float | None = None
    le: float | None = None

    def choices(self) -> list[str]:
        """The words that may stand here, where only some may."""
        if get_origin(self.type) is Literal:
            return [str(word) for word in get_args(self.type)]
        return [str(member.value) for member in self.type] if self._is(Enum) else []

    def special(self) -> str | None:
        """The form of values that are more than text."""
        return _SPECIAL.get(self.type) if isinstance(self.type, type) else None

    def range(self) -> str | None:
        """``between 1 and 4094`` when both ends are known."""
        return f"between {self.ge} and {self.le}" if self.ge is not None and self.le is not None else None

    def words(self) -> str:
        """What the type allows, whatever is wrong with a value."""
        word = _TYPES.get(get_origin(self.type) or self.type) or ("a mapping" if self.model() else "")
        if self.type not in (int, float):
            return self.special() or self.description or word
        if self.range() or self.ge is None:
            return " ".join(filter(None, (word, self.range())))
        return f"{word} of at least {self.ge}"

    def model(self) -> type[BaseModel] | None:
        return self.type if self._is(BaseModel) else None

    def _is(self, kind: type) -> bool:
        return isinstance(self.type, type) and issubclass(self.type, kind)


class _Spot:
    """What the model says of the value at a place. pydantic's ``loc`` has the names of alternatives in it; these go."""

    def __init__(self, model: type[BaseModel], loc: Sequence[Key]) -> None:
        self.alternatives = [_Alternative(model)]
        self.is_key = loc[-1:] == ("[key]",)
        self._path: list[Key] = []
        for part in loc[:-2] if self.is_key else loc:
            if len(self.alternatives) == 1:
                self._path.append(part)
                self.alternatives = list(self._inside(part))
        if self.is_key:
            self.alternatives = list(_alternatives(get_args(self.one.type)[0]))

    @property
    def one(self) -> _Alternative:
        return self.alternatives[0]

    def name(self) -> str:
        """The key that a message is about."""
        words = [part for part in self._path if isinstance(part, str) and not part.isdecimal()]
        return "key" if self.is_key else words[-1] if words else "the file"

    def keys(self) -> list[str]:
        """The keys that may stand here."""
        model = self.one.model()
        return sorted(field.alias or name for name, field in model.model_fields.items()) if model else []

    def choices(self) -> list[str]:
        return [word for one in self.alternatives for word in one.choices()]

    def words(self) -> str:
        """What may stand here, whatever is wrong with what does."""
        if self.only_choices():
            return "one of " + ", ".join(sorted(self.choices()))
        return ", or ".join([*(one.words() for one in self.alternatives if not one.choices()), *self.choices()])

    def only_choices(self) -> bool:
        return all(one.choices() for one in self.alternatives)

    def numeric(self) -> bool:
        return any(one.type in (int, float) for one in self.alternatives)

    def _inside(self, part: Key) -> Iterator[_Alternative]:
        if model := self.one.model():
            field = next((f for n, f in model.model_fields.items() if part in (n, f.alias)), None)
            return _alternatives(field.annotation, [field]) if field else iter(())
        arguments = get_args(self.one.type)  # of a tuple or a dict
        return (
            _alternatives(arguments[0] if get_origin(self.one.type) is tuple else arguments[-1])
            if arguments
            else iter(())
        )


def _alternatives(annotation: Any, metadata: Iterable[Any] = ()) -> Iterator[_Alternative]:
    """The types of an annotation without ``Annotated`` and ``None``."""
    if get_origin(annotation) is Annotated:
        inner, *more = get_args(annotation)
        yield from _alternatives(inner, [*metadata, *more])
    elif get_origin(annotation) in (Union, UnionType):
        for part in get_args(annotation):
            yield from _alternatives(part, metadata)
    elif annotation is not NoneType:
        said: dict[str, Any] = {}
        for entry in metadata:
            for note in (entry, *entry.metadata) if isinstance(entry, FieldInfo) else (entry,):
                found = {name: getattr(note, name, None) for name in ("description", "ge", "le")}
                said |= {name: value for name, value in found.items() if value is not None}
        yield _Alternative(annotation, **said)
