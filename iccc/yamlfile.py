"""Strict YAML that remembers where each value stands.

YAML 1.1 guesses types: ``on`` is True, ``014`` is 12, ``10:20:30`` is a number. A city's declaration is read by
people, so whatever a person would read differently is reported with its line instead of being guessed.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from iccc.errors import DeclarationError, Mistake
from iccc.explain import Key, explain, shown, without_value
from iccc.indentation import Slipped, misplaced, slipped
from iccc.notyaml import cause
from iccc.wrongkeys import together

Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
MAX_BYTES = 4_000_000
MAX_MISTAKES = 200  # of one file that are told one by one; nobody reads more, and each costs time
TOO_LARGE = 2**63  # whole numbers from here on are slips of the keyboard
MAX_DEPTH = 20  # the deepest thing that a city declares is at 5; libyaml's composer ends the process at some thousands

Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True)
class Where:
    """A place in a file, as ``cities/bilaspur/city.yaml:12:3``; line and column from 1."""

    file: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class Strict(BaseModel):
    """Base of everything that people declare."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Document:
    """One YAML file: its value, the place of every key and value, its digest and the mistakes found in it."""

    def __init__(self, file: str, text: str, *, aside: bool = False) -> None:
        """``aside``: only to count its mistakes, not to say them."""
        self.file = file
        self._text = text
        self._aside = aside
        self.digest = hashlib.sha256(text.encode()).hexdigest()
        self.mistakes: list[Mistake] = []
        self._at: dict[tuple[Key, ...], tuple[int, int]] = {}
        self._keys: dict[tuple[Key, ...], tuple[int, int]] = {}
        self._stopped: int | None = None  # the line from which on it is no YAML
        self._empty: list[tuple[Key, ...]] = []  # keys with nothing behind them
        self.value: Any = None
        try:
            if not self._sound(text):
                return
            node = yaml.compose(text, Loader=Loader)
        except yaml.MarkedYAMLError as error:
            self._not_yaml(error)
            return
        except yaml.reader.ReaderError as error:
            before = text.encode()[: error.position]
            at = Where(file, before.count(b"\n") + 1, len(before) - before.rfind(b"\n"))
            self._mistake(at, f"not YAML: {error.reason} (character {error.character})")
            return
        self.value = self._construct(node, ()) if node is not None else None
        if self.value is None:
            self._mistake(Where(file), "the file is empty")

    def where(self, *path: Key) -> Where:
        """The place of a value, or of the nearest thing around it that the file has."""
        while path and path not in self._at:
            path = path[:-1]
        return Where(self.file, *self._at.get(path, (1, 1)))

    def where_key(self, *path: Key) -> Where:
        """The place of a key that the file has."""
        return Where(self.file, *self._keys[path])

    def entries(self) -> Iterator[tuple[tuple[Key, ...], Any]]:
        """Every key with what stands behind it, and every item of a list; paths as in :meth:`where`."""
        yield from _entries(self.value, ())

    def suppose(self, path: Sequence[Key], value: Any) -> None:
        """Have another value at ``path``, before :meth:`parse`; mappings on the way that are missing are made.

        What was not there gets the place of what is around it.
        """
        inside = self.value
        for depth, key in enumerate(path, 1):
            here = tuple(path[:depth])
            self._at.setdefault(here, self._at[here[:-1]])
            if isinstance(key, str):
                self._keys.setdefault(here, self._at[here])
            if depth == len(path):
                inside[key] = value
            elif isinstance(inside, dict):
                inside = inside.setdefault(key, {})
            else:
                inside = inside[key]
        self._empty = [empty for empty in self._empty if empty != tuple(path)]

    def mistake(self, path: Sequence[Key], text: str) -> None:
        """Note a mistake at the place of ``path``."""
        self._mistake(self.where(*path), text)

    def parse(self, model: type[Model], *, empty_keys: bool = False) -> Model | None:
        """The file's value as ``model``; None, with the mistakes noted, if it does not fit.

        As strict as JSON: a quoted number is text, 1 is not true. A place with a mistake already gets no second one.
        ``empty_keys``: keys with nothing behind them are none, as where programs write the file.
        """
        if self._stopped is not None:
            self._found(slipped(self._text, self._stopped, self._count(model)))
        if self.value is None:
            return None
        before = len(self.mistakes)
        value: Model | None = None
        try:
            value = model.model_validate_json(json.dumps(self.value), strict=True)
        except ValidationError as error:
            self._refused(error, model)
        told = {mistake.where for mistake in self.mistakes}
        for path in () if empty_keys else self._empty:
            text = without_value(path, model)
            if text and str(self.where(*path)) not in told:
                self.mistake(path, text)
        if len(self.mistakes) > 1 and not self._aside:
            lines = sorted({int(mistake.where.rsplit(":", 2)[1]) for mistake in self.mistakes})
            self._found(misplaced(self._text, lines, self._count(model)))
        return value if len(self.mistakes) == before else None

    def _count(self, model: type[BaseModel]) -> Callable[[str], int]:
        """How many mistakes the file would have with another text."""

        def count(text: str) -> int:
            other = Document(self.file, text, aside=True)
            other.parse(model)
            return len(other.mistakes)

        return count

    def _found(self, slip: Slipped | None) -> None:
        """Say which line has slipped, where one has, instead of all that comes of it."""
        if slip:
            at = Where(self.file, slip.line, slip.found + 1)
            fits = f"indented by {slip.found}, where {slip.fits} would fit"
            first = min(self.mistakes, key=lambda mistake: int(mistake.where.rsplit(":", 2)[1]))
            self.mistakes = [Mistake(str(at), f"{fits}; {first.text}")]

    def _refused(self, error: ValidationError, model: type[BaseModel]) -> None:
        told = {mistake.where for mistake in self.mistakes}
        found: dict[Mistake, None] = {}  # a value of several types has the same mistake once for each
        errors, notes = together(error.errors(include_url=False), self._line)
        for number, detail in enumerate(errors):
            if number == MAX_MISTAKES:
                text = f"{len(errors) - number} more mistakes of this file are not listed"
                found[Mistake(str(self.where(*self._known_path(detail["loc"]))), text)] = None
                break
            if detail["type"] == "too_short" and detail["input"]:
                continue  # its entries were wrong, and that is said already
            path = self._known_path(detail["loc"])
            at = self.where(*path)
            if detail["type"] == "extra_forbidden" or detail["loc"][-1:] == ("[key]",):
                at = self.where_key(*path)
            mistake = Mistake(str(at), explain(detail, model, notes.get(detail["loc"])))
            if mistake.where not in told:
                found[mistake] = None
        self.mistakes += found

    def _sound(self, text: str) -> bool:
        """Whether it is small enough to be composed, and written out: aliases can multiply without end."""
        depth, aliases = 0, set()
        anchors: dict[str, Where] = {}
        hint = "write the values out or use a profile"
        for event in yaml.parse(text, Loader=Loader):
            mark = event.start_mark
            at = Where(self.file, mark.line + 1, mark.column + 1) if mark else Where(self.file)
            if isinstance(event, yaml.AliasEvent):
                if event.anchor not in aliases:
                    aliases.add(event.anchor)
                    self._mistake(at, f"alias *{event.anchor} is not used here: {hint}")
            elif isinstance(event, yaml.NodeEvent) and event.anchor:
                anchors.setdefault(event.anchor, at)
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > MAX_DEPTH:
                self._mistake(at, f"nested deeper than {MAX_DEPTH}")
                return False
        for anchor, at in anchors.items():
            if anchor not in aliases:
                self._mistake(at, f"anchor &{anchor} is not used here: {hint}")
        return not aliases

    def _not_yaml(self, error: yaml.MarkedYAMLError) -> None:
        why = cause(self._text, error)
        if why:
            self._stopped = None if why.certain else why.line
            self._mistake(Where(self.file, why.line, why.column), f"not YAML: {why.text}")
            return
        places = [
            Where(self.file, mark.line + 1, mark.column + 1)
            for mark in (error.problem_mark, error.context_mark)
            if mark is not None
        ]
        at, *others = places or [Where(self.file)]
        self._stopped = at.line
        begin = others[0] if error.context and others and others[0] != at else None
        since = f" ({error.context} from {begin.line}:{begin.column})" if begin else ""
        self._mistake(at, f"not YAML: {error.problem or error.context}{since}")

    def _mistake(self, at: Where, text: str) -> None:
        self.mistakes.append(Mistake(str(at), text))

    def _construct(self, node: yaml.Node, path: tuple[Key, ...]) -> Any:
        at = self._place(node)
        self._at[path] = (at.line, at.column)
        if node.tag not in _TAGS:
            self._mistake(at, f"tag {node.tag.removeprefix('tag:yaml.org,2002:')!r} is not used here")
            return None
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self._construct(item, (*path, index)) for index, item in enumerate(node.value)]
        assert isinstance(node, yaml.ScalarNode)
        return self._scalar(node, at)

    def _mapping(self, node: yaml.MappingNode, path: tuple[Key, ...]) -> dict[Key, Any]:
        result: dict[Key, Any] = {}
        for key_node, value_node in node.value:
            at = self._place(key_node)
            key = self._scalar(key_node, at) if isinstance(key_node, yaml.ScalarNode) else None
            if not isinstance(key, str | int) or isinstance(key, bool):
                self._mistake(at, "a key is a word or a whole number")
                continue
            inner = (*path, key)
            if inner in self._keys:
                self._mistake(at, f"key {shown(key)} stands here twice; first at line {self._keys[inner][0]}")
                continue
            self._keys[inner] = (at.line, at.column)
            result[key] = self._construct(value_node, inner)
            if result[key] is None:
                self._empty.append(inner)
        return result

    def _scalar(self, node: yaml.ScalarNode, at: Where) -> Any:
        text, tag = node.value, node.tag.rpartition(":")[2]
        if not node.style and (trap := _trap(text, tag)):
            self._mistake(at, trap)
            return text
        try:
            if tag == "int":
                number = int(text.replace("_", ""), 0)
                if abs(number) >= TOO_LARGE:
                    raise ValueError(text)
                return number
            if tag == "float":
                return _finite(text)
        except ValueError:
            self._mistake(at, f"{shown(text)} is no number that can be meant here")
            return text
        if tag == "bool":
            return text.lower() == "true"
        return None if tag == "null" else text  # pydantic turns a timestamp into a date where one is wanted

    def _place(self, node: yaml.Node) -> Where:
        return Where(self.file, node.start_mark.line + 1, node.start_mark.column + 1)

    def _line(self, loc: Iterable[Key]) -> int:
        return self.where(*self._known_path(loc)).line

    def _known_path(self, loc: Iterable[Key]) -> tuple[Key, ...]:
        """The path of pydantic's ``loc``, where numbers as keys are text, as far as the file has it."""
        path: tuple[Key, ...] = ()
        for part in loc:
            number = int(part) if isinstance(part, str) and re.fullmatch(r"-?[0-9]{1,9}", part) else part
            path = next(((*path, key) for key in (part, number) if (*path, key) in self._at), path)
        return path


_TAGS = {f"tag:yaml.org,2002:{name}" for name in ("map", "seq", "str", "int", "float", "bool", "null", "timestamp")}


def _entries(value: Any, path: tuple[Key, ...]) -> Iterator[tuple[tuple[Key, ...], Any]]:
    below = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in below:
        yield (*path, key), inner
        yield from _entries(inner, (*path, key))


def _finite(text: str) -> float:
    """ValueError for .inf and .nan, and for what does not fit."""
    number = float(text.replace("_", ""))
    if not math.isfinite(number):
        raise ValueError(text)
    return number


def _trap(text: str, tag: str) -> str | None:
    """What is wrong with a plain scalar that YAML reads otherwise than a person, or None."""
    if tag == "bool" and text.lower() not in ("true", "false"):
        return f"{text} is read as {text.lower() in ('on', 'yes')} by YAML; write true or false, or quote it"
    if tag in ("int", "float") and ":" in text:
        return f"{text} is read as a base-60 number by YAML; quote it"
    if re.fullmatch(r"[-+]?0[0-9_]+", text):
        return f"{text} is read as {_octal(text)} by YAML; write it without the leading zero, or quote it"
    return None


def _octal(text: str) -> str:
    try:
        return f"octal {int(text, 8)}"
    except ValueError:
        return "text"


def read(path: Path, root: Path) -> Document:
    """The file as a :class:`Document` whose places are relative to ``root``. Unreadable files become mistakes."""
    file = path.relative_to(root).as_posix()

    def wrong(text: str, line: int = 1) -> DeclarationError:
        return DeclarationError([Mistake(f"{file}:{line}:1", text)])

    try:
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            raise wrong(f"the file has more than {MAX_BYTES} bytes")
        return Document(file, data.decode("utf-8"))
    except FileNotFoundError:
        raise wrong("the file is missing") from None
    except OSError as error:
        raise wrong(f"the file cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise wrong("the file is not UTF-8", data[: error.start].count(b"\n") + 1) from None
