"""What is sent to a server: the program of :mod:`iccc.server.program` and its request, and what its reply says."""

from __future__ import annotations

import json
import re
from functools import cache
from importlib.resources import files
from typing import Any

# One command for everything, so that no command line tells anything; -n: a password is never asked for.
COMMAND = "sudo -n /usr/bin/python3 -c 'import sys; exec(sys.stdin.buffer.read(int(sys.stdin.buffer.readline())))'"
IMPORTS = re.compile(r"^from (iccc\.server\.(\w+)) import ", re.MULTILINE)
# A module is there before the program that imports it is run: on a server there is no iccc.
MODULE = """\
import sys, types
sys.modules[{name!r}] = types.ModuleType({name!r})
exec(compile({text!r}, {name!r}, "exec"), sys.modules[{name!r}].__dict__)
"""
MAX_REPLY = 4_000_000  # characters; 300 cameras are 150,000


class BadReply(ValueError):
    """What came back is no reply of the program."""


@cache
def _program(name: str) -> str:
    """A program of this folder, with the modules of it that it imports."""
    text = (files("iccc.server") / name).read_text(encoding="utf-8")
    modules = dict(IMPORTS.findall(text))
    if not modules:
        return text
    made = [MODULE.format(name=module, text=_program(f"{file}.py")) for module, file in modules.items()]
    return "".join(made) + f"exec(compile({text!r}, {name!r}, 'exec'))\n"


def call(verb: str, **request: Any) -> str:
    """What goes to the standard input of :data:`COMMAND`."""
    return sent("program.py", {"verb": verb, **request})


def sent(name: str, request: dict[str, Any]) -> str:
    """A program of this folder, with its request."""
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
