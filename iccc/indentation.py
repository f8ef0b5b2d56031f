"""The line whose indentation is wrong, where a file is no YAML for that reason alone.

YAML stops where it can no longer go on, which is often a line after the one that has slipped. So the lines before that
place are moved one by one: where moving one makes YAML of the whole file, that is the line to correct.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

import yaml

_NEAR = 3  # lines before the place where YAML stopped, besides those that it is nested in
_STEP = 2
_FAR = 3  # spaces that a line slips by a mistake
_MAX_CHARACTERS = 60_000  # each trial reads the whole file
_MAX_INDENTS = 16  # ways to indent a line; a city's files have five

Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Slipped(NamedTuple):
    """A line (from 1), how many spaces are before it, and how many would fit."""

    line: int
    found: int
    fits: int


def slipped(text: str, stopped: int, mistakes: Callable[[str], int]) -> Slipped | None:
    """The slipped line of a ``text`` that is no YAML from line ``stopped`` (from 1) on; None where there is none.

    ``mistakes`` says how many a text that is YAML has. Of several ways the one with the fewest is taken, then the one
    that leaves the file most evenly indented.
    """
    lines = text.split("\n")
    indents = {_indent(line) for line in lines if _is_entry(line)}
    if len(text) > _MAX_CHARACTERS or len(indents) > _MAX_INDENTS:
        return None
    ways: list[tuple[int, int, int, Slipped]] = []
    for number in _suspects(lines, stopped):
        found = _indent(lines[number])
        for fits in sorted((indents | set(range(max(0, found - _FAR), found + _FAR + 1))) - {found}):
            moved = [*lines[:number], " " * fits + lines[number][found:], *lines[number + 1 :]]
            if _is_yaml("\n".join(moved)):
                ways.append((mistakes("\n".join(moved)), _uneven(moved), -number, Slipped(number + 1, found, fits)))
    return min(ways)[-1] if ways else None


def _suspects(lines: Sequence[str], stopped: int) -> list[int]:
    """The line where YAML stopped, those just before it, and from there up those that they are nested in."""
    suspects: list[int] = []
    least = _MAX_CHARACTERS
    for number in reversed(range(min(stopped, len(lines)))):
        if _is_entry(lines[number]) and (len(suspects) <= _NEAR or _indent(lines[number]) < least):
            if suspects:  # the line where YAML stopped may itself be the one that is indented too little
                least = min(least, _indent(lines[number]))
            suspects.append(number)
    return suspects


def _uneven(lines: Sequence[str]) -> int:
    """How many blocks do not begin two spaces deeper than their key."""
    entries = [line for line in lines if _is_entry(line)]
    opened = [
        _indent(below) - _indent(line)
        for line, below in zip(entries, entries[1:], strict=False)
        if re.search(r":\s*(#.*)?$", line) and (_indent(below) >= _indent(line))
    ]
    return sum(step != _STEP for step in opened) + (_indent(entries[0]) != 0)


def _is_entry(line: str) -> bool:
    """Whether a line is a key with or without a value, or an item of a list."""
    return re.match(r" *(- |[^\s#'\"-][^#]*:(\s|$))", line) is not None


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _is_yaml(text: str) -> bool:
    try:
        for _ in yaml.parse(text, Loader=Loader):
            pass
    except yaml.YAMLError:
        return False
    return True
