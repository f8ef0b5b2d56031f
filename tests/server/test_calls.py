"""What is sent to a server runs where there is nothing but Python."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys

import pytest

from iccc.server.calls import COMMAND, reply, sent


@pytest.mark.parametrize("name", [f"remote/{name}.py" for name in ("program", "clocklog", "hashing", "looking")])
def test_a_program_needs_nothing_but_the_standard_library(name: str) -> None:
    python = [sys.executable, "-I", "-S", *shlex.split(COMMAND)[3:]]
    request = {"verb": "none", "cameras": [], "budget_s": 1, "account": "nobody of that name", "mount": "/srv"}
    ran = subprocess.run(python, input=sent(name, request), capture_output=True, text=True, timeout=30, check=False)
    assert "refused" in reply(ran.stdout, ran.stderr)
    assert ran.stderr == ""


def test_a_module_is_sent_once_and_before_those_that_import_it() -> None:
    size, _, rest = sent("remote/program.py", {}).partition("\n")
    program = rest.encode()[: int(size)].decode()
    assert json.loads(rest.encode()[int(size) :]) == {}
    at = [program.index(f"'iccc.server.remote.{one}': ") for one in ("answers", "commands", "units", "parts", "arming")]
    assert at == sorted(at) and program.count("'iccc.server.remote.answers': ") == 1
