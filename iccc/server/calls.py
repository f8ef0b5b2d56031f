"""What is sent to a server: a program of :mod:`iccc.server.remote` and its request, and what its reply says."""

from __future__ import annotations

import json
import re
from functools import cache
from importlib.resources import files
from typing import Any

# One command for everything, so that no command line tells anything; -n: a password is never asked for.
COMMAND = "sudo -n /usr/bin/python3 -c 'import sys; exec(sys.stdin.buffer.read(int(sys.stdin.buffer.readline())))'"
IMPORT = re.compile(r"^from (iccc\.server\.[\w.]+) import ", re.MULTILINE)
# There is no iccc on a server: each module is loaded before those that import it.
WHOLE = """\
import sys, types
for name, text in {modules!r}.items():
    sys.modules[name] = types.ModuleType(name)
    exec(compile(text, name, "exec"), sys.modules[name].__dict__)
exec(compile({program!r}, {name!r}, "exec"))
"""
MAX_REPLY = 4_000_000  # characters; 300 cameras are 150,000


class BadReply(ValueError):
    """What came back is no reply of the program."""


@cache
def _whole(name: str) -> str:
    """A program with the modules that it imports, and those that they import, as one text."""
    modules: dict[str, str] = {}

    def load(text: str) -> str:
        for module in IMPORT.findall(text):
            if module not in modules:
                modules[module] = load(_text(module.removeprefix("iccc.server.").replace(".", "/") + ".py"))
        return text

    program = load(_text(name))
    return WHOLE.format(modules=modules, program=program, name=name)


def _text(name: str) -> str:
    return (files("iccc.server") / name).read_text(encoding="utf-8")


def call(verb: str, **request: Any) -> str:
    """What goes to the standard input of :data:`COMMAND`."""
    return sent("remote/program.py", {"verb": verb, **request})


def sent(name: str, request: dict[str, Any]) -> str:
    """A program below this folder, with its request."""
    program = _whole(name)
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
