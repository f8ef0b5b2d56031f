"""The line whose indentation is wrong, where a file is no YAML or has many mistakes for that reason alone.

YAML stops where it can no longer go on, which is often a line after the one that has slipped. So the lines before that
place are moved one by one: where moving one puts the whole file right, that is the line to correct.
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
_MAX_SUSPECTS = 12
_MAX_INDENTS = 16  # ways to indent a line; a city's files have five
_OPENS = re.compile(r":\s*([>|][+-]?\s*)?(#.*)?$")

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
    ways = _ways(lines, _suspects(lines, stopped), mistakes)
    return min(ways)[-1] if ways else None


def misplaced(text: str, wrong: Sequence[int], mistakes: Callable[[str], int]) -> Slipped | None:
    """The slipped line of a ``text`` that is YAML, one of the ``wrong`` ones, where moving it puts all right."""
    lines = text.split("\n")
    suspects = [line - 1 for line in wrong if _is_entry(lines[line - 1])][:_MAX_SUSPECTS]
    right = [way for way in _ways(lines, suspects, mistakes) if way[0] == 0]
    return min(right)[-1] if right else None


def _ways(
    lines: Sequence[str], suspects: Sequence[int], mistakes: Callable[[str], int]
) -> list[tuple[int, int, int, Slipped]]:
    """Lines that can be moved so that the whole is YAML, each with the mistakes that it then has."""
    indents = {_indent(line) for line in lines if _is_entry(line)}
    if sum(map(len, lines)) > _MAX_CHARACTERS or len(indents) > _MAX_INDENTS:
        return []
    ways: list[tuple[int, int, int, Slipped]] = []
    for number in suspects:
        found = _indent(lines[number])
        for fits in sorted((indents | set(range(max(0, found - _FAR), found + _FAR + 1))) - {found}):
            moved = [*lines[:number], " " * fits + lines[number][found:], *lines[number + 1 :]]
            if _is_yaml("\n".join(moved)):
                ways.append((mistakes("\n".join(moved)), _uneven(moved), -number, Slipped(number + 1, found, fits)))
    return ways


def _suspects(lines: Sequence[str], stopped: int) -> list[int]:
    """The line where YAML stopped, those just before it, and from there up what they are nested in and keys that are
    empty because their block is not deeper than they are."""
    suspects: list[int] = []
    least = below = _MAX_CHARACTERS
    for number in reversed(range(min(stopped, len(lines)))):
        if not _is_entry(lines[number]) or len(suspects) >= _MAX_SUSPECTS:
            continue
        indent = _indent(lines[number])
        empty = bool(_OPENS.search(lines[number])) and below <= indent
        if len(suspects) <= _NEAR or indent < least or empty:
            if suspects:  # the line where YAML stopped may itself be the one that is indented too little
                least = min(least, indent)
            suspects.append(number)
        below = indent
    return suspects


def _uneven(lines: Sequence[str]) -> int:
    """How many blocks do not begin two spaces deeper than their key."""
    entries = [line for line in lines if _is_entry(line)]
    opened = [
        _indent(below) - _indent(line)
        for line, below in zip(entries, entries[1:], strict=False)
        if _OPENS.search(line) and (_indent(below) >= _indent(line))
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
