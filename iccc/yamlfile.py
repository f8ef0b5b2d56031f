"""Strict YAML that remembers where each value stands.

YAML 1.1 guesses types: ``on`` is True, ``014`` is 12, ``10:20:30`` is a number. A city's declaration is read by
people, so whatever a person would read differently is reported with its line instead of being guessed.
"""

from __future__ import annotations

import difflib
import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from iccc.errors import DeclarationError, Mistake

Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
MAX_BYTES = 4_000_000

Key = str | int
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

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.digest = hashlib.sha256(text.encode()).hexdigest()
        self.mistakes: list[Mistake] = []
        self._at: dict[tuple[Key, ...], tuple[int, int]] = {}
        self._keys: dict[tuple[Key, ...], tuple[int, int]] = {}
        self.value: Any = None
        try:
            node = yaml.compose(text, Loader=Loader)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            at = Where(file, mark.line + 1, mark.column + 1) if mark else Where(file)
            self._mistake(at, f"not YAML: {error.problem or error.context}")
            return
        except yaml.YAMLError as error:
            self._mistake(Where(file), f"not YAML: {str(error).splitlines()[0]}")
            return
        if node is None:
            self._mistake(Where(file), "the file is empty")
            return
        self.value = self._construct(node, ())

    def where(self, *path: Key) -> Where:
        """The place of a value, or of the nearest thing around it that the file has."""
        while path and path not in self._at:
            path = path[:-1]
        return Where(self.file, *self._at.get(path, (1, 1)))

    def mistake(self, path: Sequence[Key], text: str) -> None:
        """Note a mistake at the place of ``path``."""
        self._mistake(self.where(*path), text)

    def parse(self, model: type[Model]) -> Model | None:
        """The file's value as ``model``; None, with the mistakes noted, if it does not fit."""
        if self.value is None:
            return None
        try:
            return model.model_validate(self.value)
        except ValidationError as error:
            for detail in error.errors(include_url=False):
                path = self._known_path(detail["loc"])
                at = self.where(*path)
                if detail["type"] == "extra_forbidden":
                    at = Where(self.file, *self._keys[path])
                self._mistake(at, explain(detail, self._allowed_keys(model, path)))
            return None

    def _mistake(self, at: Where, text: str) -> None:
        self.mistakes.append(Mistake(str(at), text))

    def _construct(self, node: yaml.Node, path: tuple[Key, ...]) -> Any:
        self._at.setdefault(path, (node.start_mark.line + 1, node.start_mark.column + 1))
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self._construct(item, (*path, index)) for index, item in enumerate(node.value)]
        assert isinstance(node, yaml.ScalarNode)
        return self._scalar(node)

    def _mapping(self, node: yaml.MappingNode, path: tuple[Key, ...]) -> dict[Any, Any]:
        result: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            at = Where(self.file, key_node.start_mark.line + 1, key_node.start_mark.column + 1)
            if not isinstance(key_node, yaml.ScalarNode):
                self._mistake(at, "a key must be plain text")
                continue
            if key_node.tag == "tag:yaml.org,2002:merge":
                self._mistake(at, "merge keys (<<) are not used here: write the values out or use a profile")
                continue
            key = self._scalar(key_node)
            inner = (*path, key)
            if key in result:
                self._mistake(at, f"key {key!r} stands here twice; first at line {self._keys[inner][0]}")
                continue
            self._keys[inner] = (at.line, at.column)
            result[key] = self._construct(value_node, inner)
        return result

    def _scalar(self, node: yaml.ScalarNode) -> Any:
        text, tag = node.value, node.tag.rpartition(":")[2]
        plain = not node.style
        at = Where(self.file, node.start_mark.line + 1, node.start_mark.column + 1)
        if plain and (trap := _trap(text, tag)):
            self._mistake(at, trap)
            return text
        if tag == "int":
            return int(text.replace("_", ""), 0)
        if tag == "float":
            return float(text.replace("_", ""))
        if tag == "bool":
            return text.lower() == "true"
        if tag == "null":
            return None
        if tag == "timestamp":
            return text  # pydantic turns it into a date where one is wanted
        if tag != "str":
            self._mistake(at, f"tag {node.tag!r} is not used here")
        return text

    def _known_path(self, loc: Iterable[Key]) -> tuple[Key, ...]:
        path: tuple[Key, ...] = ()
        for part in loc:  # pydantic adds union tags: skip what the file lacks
            if (*path, part) in self._at:
                path = (*path, part)
        return path

    def _allowed_keys(self, model: type[BaseModel], path: tuple[Key, ...]) -> list[str]:
        """The keys of the model at the parent of ``path``, for "did you mean"."""
        current: Any = model
        for part in path[:-1]:
            current = _inner_model(current, part)
        return sorted(f.alias or name for name, f in current.model_fields.items()) if _is_model(current) else []


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _inner_model(kind: Any, part: Key) -> Any:
    """The model found under ``part`` of a model, list or dict annotation; None when there is none."""
    if isinstance(part, int) or not _is_model(kind):
        return kind
    field = kind.model_fields.get(part)
    return _unwrap(field.annotation) if field else kind


def _unwrap(annotation: Any) -> Any:
    if _is_model(annotation):
        return annotation
    for inner in getattr(annotation, "__args__", ()):
        if found := _unwrap(inner):
            return found
    return None


def _trap(text: str, tag: str) -> str | None:
    """What is wrong with a plain scalar that YAML reads otherwise than a person, or None."""
    if tag == "bool" and text.lower() not in ("true", "false"):
        return f"{text} is read as {text.lower() in ('on', 'yes')} by YAML; write true or false, or quote it"
    if re.fullmatch(r"[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?", text):
        return f"{text} is read as a base-60 number by YAML; quote it"
    if re.fullmatch(r"[-+]?0[0-9_]+", text):
        return f"{text} is read as {_octal(text)} by YAML; write it without the leading zero, or quote it"
    return None


def _octal(text: str) -> str:
    try:
        return f"octal {int(text, 8)}"
    except ValueError:
        return "text"


def did_you_mean(word: str, allowed: Iterable[str]) -> str:
    """``"; did you mean 'x'?"`` when one of the allowed words is close, else ``""``."""
    close = difflib.get_close_matches(word, list(allowed), n=1)
    return f"; did you mean {close[0]!r}?" if close else ""


def one_of(word: str, allowed: Iterable[str]) -> str:
    """``'x' is not one of a, b`` with a suggestion."""
    words = sorted(allowed)
    return f"{word!r} is not one of {', '.join(words)}{did_you_mean(word, words)}"


def explain(detail: ErrorDetails, allowed_keys: Sequence[str]) -> str:
    """A pydantic error in the words of a person: what was found, what is allowed."""
    kind, found, context = detail["type"], detail["input"], detail.get("ctx", {})
    words = [part for part in detail["loc"] if isinstance(part, str)]
    name = words[-1] if words else "the file"
    if kind == "extra_forbidden":
        return f"{name!r} is no key here; there are {', '.join(allowed_keys)}{did_you_mean(name, allowed_keys)}"
    if kind == "missing":
        return f"{name!r} is missing"
    if kind in ("literal_error", "enum"):
        return f"{name} " + one_of(str(found), re.findall(r"'([^']*)'", str(context.get("expected", ""))))
    bounds = {"greater_than_equal": "at least", "greater_than": "more than"}
    bounds |= {"less_than_equal": "at most", "less_than": "less than"}
    if kind in bounds:
        return f"{name} {found} is not {bounds[kind]} {next(iter(context.values()))}"
    if kind == "string_pattern_mismatch":
        return f"{name} {found!r} does not match {context['pattern']}"
    if kind == "value_error":
        return f"{name} {found!r}: {context.get('error', detail['msg'])}"
    wanted = detail["msg"].removeprefix("Input should be ").removeprefix("Input is not ")
    return f"{name} {found!r} is not {wanted}"


def read(path: Path, root: Path) -> Document:
    """The file as a :class:`Document` whose places are relative to ``root``. Unreadable files become mistakes."""
    file = path.relative_to(root).as_posix()
    try:
        data = path.read_bytes()
        if len(data) > MAX_BYTES:
            raise DeclarationError([Mistake(f"{file}:1:1", f"the file has {len(data)} bytes; at most {MAX_BYTES}")])
        return Document(file, data.decode("utf-8"))
    except FileNotFoundError:
        raise DeclarationError([Mistake(f"{file}:1:1", "the file is missing")]) from None
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise DeclarationError([Mistake(f"{file}:{line}:1", "the file is not UTF-8")]) from None
