"""``show configuration | display set`` to a model, whether it is saved, and what of it changes by itself."""

from __future__ import annotations

import re

from iccc.switch.platforms.juniper_junos.facts import OLDER, PENDING, SECRET_VALUE
from iccc.switch.platforms.juniper_junos.model import JunosModel
from iccc.switch.steps import Unparsable

_VERBS = ("set", "deactivate", "protect")
_COMMITTED = re.compile(r"^0\s+\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", re.MULTILINE)
_PENDING = re.compile(PENDING, re.MULTILINE)
_COUNT = re.compile(r"^Count: (\d+) lines?", re.MULTILINE)


def read(*texts: str) -> JunosModel:
    """The model of a whole committed configuration and of the number of its lines.

    Raises :class:`~iccc.switch.steps.Unparsable` when lines are missing, which nothing else would tell, and for a
    switch without ELS, whose words are others.
    """
    running, *more = texts
    lines = _lines(running)
    if not lines:
        raise Unparsable("there is no statement in the configuration")
    counted = _COUNT.search("".join(more))
    if counted and int(counted[1]) != len(lines):
        raise Unparsable(f"{len(lines)} lines of the configuration came, and the switch counts {counted[1]}")
    older = next((line for line in lines if OLDER.match(line)), "")
    if older:
        raise Unparsable(f"{older!r}: this switch has no ELS, and iccc knows the words of ELS only")
    model = JunosModel()
    for line in lines:
        model.line(line)
    return model


def is_saved(_running: str, commits: str) -> bool:
    """Whether the last commit of ``show system commit`` stands: a commit saves, unless it waits for another."""
    return bool(_COMMITTED.search(commits)) and not _PENDING.search(commits)


def stable(text: str) -> str:
    """The configuration with its secrets masked: what a backup keeps. ``display set`` has no volatile lines."""
    return "\n".join(SECRET_VALUE.sub(r"\1***", line) for line in _lines(text)) + "\n"


def _lines(text: str) -> list[str]:
    lines = (line.strip() for line in text.splitlines())
    return [line for line in lines if line.split(" ", 1)[0] in _VERBS]
