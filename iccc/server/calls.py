"""What is sent to a server: the program of :mod:`iccc.server.program` and its request, and what its reply says."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any

# One command for everything, so that no command line tells anything; -n: a password is never asked for.
COMMAND = "sudo -n /usr/bin/python3 -c 'import sys; exec(sys.stdin.buffer.read(int(sys.stdin.buffer.readline())))'"
MAX_REPLY = 4_000_000  # characters; 300 cameras are 150,000


class BadReply(ValueError):
    """What came back is no reply of the program."""


@cache
def _program(name: str) -> str:
    return (files("iccc.server") / name).read_text(encoding="utf-8")


def call(verb: str, **request: Any) -> str:
    """What goes to the standard input of :data:`COMMAND`."""
    return sent("program.py", {"verb": verb, **request})


def sent(name: str, request: dict[str, Any]) -> str:
    """Another program of this folder, with its request."""
    program = _program(name)
    return f"{len(program.encode())}\n{program}{json.dumps(request)}\n"


def reply(output: str, errors: str) -> dict[str, Any]:
    """What the program answers; BadReply with what was said instead. ``refused``: nothing, or not all, was done."""
    try:
        found = json.loads(output[:MAX_REPLY].strip().rpartition("\n")[2])
    except (ValueError, RecursionError):
        said = (errors or output).strip().splitlines()
        raise BadReply(said[-1][:200] if said else "it said nothing") from None
    if not isinstance(found, dict) or not ({"ok", "refused"} & found.keys()):
        raise BadReply("an answer that is none of the program's")
    return found
