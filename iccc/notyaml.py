"""Why a file is no YAML, where the reason is one that people know: a tab, or no space behind a colon."""

from __future__ import annotations

import re
from typing import NamedTuple

import yaml

_NO_SPACE = re.compile(r"\s*(?:- +)*[\w-]+:(?=[^\s:])")
_KEY = "could not find expected ':'"

Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Cause(NamedTuple):
    """A place (from 1) and what is wrong there. ``certain``: moving lines would not put it right."""

    line: int
    column: int
    text: str
    certain: bool


def cause(text: str, error: yaml.MarkedYAMLError) -> Cause | None:
    """What a person has done, where it can be told; YAML itself often stops a line later."""
    mark = error.problem_mark
    if mark is None:
        return None
    lines = text.split("\n")
    found = lines[mark.line][mark.column : mark.column + 1] if mark.line < len(lines) else ""
    if found == "\t":
        return Cause(mark.line + 1, mark.column + 1, "a tab stands here; lines are indented by spaces", certain=True)
    if found in ("@", "`", "%") and "cannot start any token" in (error.problem or ""):
        return Cause(mark.line + 1, mark.column + 1, f"a value cannot begin with {found}; quote it", certain=True)
    begin = error.context_mark.line if error.context_mark else mark.line
    for number in dict.fromkeys((begin, mark.line, mark.line - 1)):
        line = lines[number] if 0 <= number < len(lines) else ""
        key = _NO_SPACE.match(line)
        if key and _goes_on([*lines[:number], f"{key[0]} {line[key.end() :]}", *lines[number + 1 :]], mark.line):
            column = len(line) - len(line.lstrip(" -")) + 1
            return Cause(number + 1, column, "a space is missing after the colon", certain=True)
    if error.problem == _KEY and error.context_mark and begin < mark.line:
        return Cause(begin + 1, error.context_mark.column + 1, "this is no key: a colon is missing", certain=False)
    return None


def _goes_on(lines: list[str], stopped: int) -> bool:
    """Whether it is YAML beyond the line (from 0) where it stopped before."""
    try:
        for _ in yaml.parse("\n".join(lines), Loader=Loader):
            pass
    except yaml.MarkedYAMLError as error:
        return error.problem_mark is not None and error.problem_mark.line > stopped
    except yaml.YAMLError:
        return False
    return True
