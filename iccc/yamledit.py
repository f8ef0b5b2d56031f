"""Changing a YAML file as a person would: the lines that change, and no others.

ruamel.yaml keeps comments, quotes and the order of keys, and lays out what it writes in a way of its own. So a text is
written out twice, untouched and changed; what differs between the two is the change, and it is put into the text as
it stands. Where the lines around it are not laid out as ruamel.yaml does it, nothing is guessed: :class:`NotKept`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from difflib import SequenceMatcher
from io import StringIO
from itertools import takewhile
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarfloat import ScalarFloat
from ruamel.yaml.scalarint import ScalarInt
from ruamel.yaml.scalarstring import DoubleQuotedScalarString, ScalarString, SingleQuotedScalarString

from iccc.explain import Key
from iccc.yamlfile import Document

NEVER = 2**31  # a width at which no line is folded
INDENTS = ((4, 2), (2, 0), (6, 4))  # of the items of a list, and of their dashes

Edit = Callable[[Any], None]  # changes the loaded value in place


class NotKept(Exception):
    """The layout at ``line`` (from 1) is not one that can be kept."""

    def __init__(self, line: int) -> None:
        super().__init__(f"the layout of line {line} is not one that is kept when it is changed")
        self.line = line


def edited(text: str, edit: Edit) -> str:
    """``text`` after ``edit``; every line that the edit does not change is as it was, byte for byte."""
    crlf = text.count("\r\n")
    if "\r" in text and not crlf == text.count("\r") == text.count("\n"):
        raise NotKept(1)
    lines = _lines(text.replace("\r\n", "\n") + ("" if text.endswith("\n") else "\n"))
    yaml, untouched = _like(lines)
    value = yaml.load("".join(lines))
    edit(value)
    changed = _written(yaml, value)
    first, last, new = _hunk(untouched, changed)
    begin, end = (first, last) if lines == untouched else _place(lines, untouched, first, last)
    result = "".join([*lines[:begin], *new, *lines[end:]])
    result = result if text.endswith("\n") else result.removesuffix("\n")
    return result.replace("\n", "\r\n") if crlf else result


def at(value: Any, path: Sequence[Key]) -> Any:
    """What stands at ``path``; KeyError or IndexError where the file has nothing."""
    for key in path:
        value = value[key]
    return value


def put(path: Sequence[Key], new: Any) -> Edit:
    """Sets what stands at ``path``; a key that is not there comes at the end. A list is given as a list."""

    def edit(value: Any) -> None:
        inside, key = at(value, path[:-1]), path[-1]
        if isinstance(inside, CommentedSeq) or key in inside:
            inside[key] = like(inside[key], new)
        else:
            inside.insert(len(inside) - _closes(inside), key, like(None, new))

    return edit


def put_after(path: Sequence[Key], key: str, new: CommentedMap) -> Edit:
    """Adds ``key`` behind its neighbour at ``path``."""

    def edit(value: Any) -> None:
        inside = at(value, path[:-1])
        inside.insert(list(inside).index(path[-1]) + 1, key, new)

    return edit


def like(old: Any, new: Any) -> Any:
    """``new``, quoted as ``old`` is, or where its text alone would be read as something else; ``old`` if it is that."""
    if type(bare(old)) is type(new) and bare(old) == new:
        return old
    if isinstance(new, list):
        items = CommentedSeq(like(old[0] if old else None, item) for item in new)
        if not isinstance(old, CommentedSeq) or old.fa.flow_style():
            items.fa.set_flow_style()
        return items
    if isinstance(new, str):
        quoted = isinstance(old, DoubleQuotedScalarString | SingleQuotedScalarString)
        kind = type(old) if quoted else str if _plain(new) else DoubleQuotedScalarString
        return kind(new)
    return new


def flow(values: dict[str, Any]) -> CommentedMap:
    """A mapping on one line."""
    new = CommentedMap((key, like(None, value)) for key, value in values.items())
    new.fa.set_flow_style()
    return new


def bare(value: Any) -> Any:
    """A value of ruamel.yaml as plain data."""
    if isinstance(value, CommentedMap):
        return {key: bare(inner) for key, inner in value.items()}
    if isinstance(value, CommentedSeq):
        return [bare(inner) for inner in value]
    if isinstance(value, date):
        return value.isoformat()
    for kind, plain in ((ScalarString, str), (ScalarFloat, float), (ScalarInt, int)):
        if isinstance(value, kind):
            return plain(value)
    return value


def _closes(inside: CommentedMap) -> bool:
    """Whether its last key has to stay the last: blank lines and comments behind a block belong to that key."""
    last = next(reversed(inside), None)
    return not inside.fa.flow_style() and (last in inside.ca.items or isinstance(inside.get(last), dict | list))


def _plain(text: str) -> bool:
    """Whether a text may stand without quotes in a list on one line: YAML 1.1 and people must read the same."""
    document = Document("", f"[{text}]\n")
    return not document.mistakes and document.value == [text]


def _like(lines: list[str]) -> tuple[YAML, list[str]]:
    """A writer that lays out as many of the lines as can be as they are, and what it makes of them."""
    text = "".join(lines)
    best: tuple[int, YAML, list[str]] | None = None
    for sequence, offset in INDENTS:
        yaml = YAML()
        yaml.preserve_quotes = True
        yaml.width = NEVER
        yaml.indent(mapping=2, sequence=sequence, offset=offset)
        written = _written(yaml, yaml.load(text))
        if written == lines:
            return yaml, written
        differs = len(set(lines) - set(written))
        if best is None or differs < best[0]:
            best = (differs, yaml, written)
    assert best is not None
    return best[1], best[2]


def _written(yaml: YAML, value: Any) -> list[str]:
    stream = StringIO()
    yaml.dump(value, stream)
    return _lines(stream.getvalue())


def _lines(text: str) -> list[str]:
    """The lines with their ends; of all that Unicode calls a line end, only the one of files."""
    return [f"{line}\n" for line in text.split("\n")[:-1]]


def _hunk(old: Sequence[str], new: Sequence[str]) -> tuple[int, int, Sequence[str]]:
    """The lines of ``old`` from the first to before the last that differ, and what stands there in ``new``."""
    before = _same(old, new)
    after = min(_same(old[::-1], new[::-1]), len(old) - before, len(new) - before)
    return before, len(old) - after, new[before : len(new) - after]


def _same(one: Sequence[str], other: Sequence[str]) -> int:
    pairs: Iterator[tuple[str, str]] = zip(one, other, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _place(lines: Sequence[str], untouched: Sequence[str], first: int, last: int) -> tuple[int, int]:
    """Where lines ``first`` to before ``last`` of what was written untouched stand in the text."""
    begin = min(first, last - 1)  # an insertion changes no line; the one before it tells where it goes
    for tag, a, a_end, b, b_end in SequenceMatcher(None, untouched, lines, autojunk=False).get_opcodes():
        if tag == "equal" and a <= begin and last <= a_end:
            return b + first - a, b + last - a
        if a <= first < a_end:
            raise NotKept(min(b + first - a, b_end - 1) + 1)
    raise NotKept(len(lines))
