"""Sessions as they look on a terminal: each file is typed again and has to come out the same."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from iccc.lab.hardware import ports_of
from iccc.lab.ios.session import Mode, Session
from iccc.lab.ios.shell import Shell
from iccc.lab.ios.system import System
from iccc.lab.switch import Bootstrap, factory_config
from tests.lab.net.town import town

TRANSCRIPTS = sorted((Path(__file__).parent / "transcripts").glob("*.txt"))
PROMPT = re.compile(r"^[A-Za-z][\w-]*(\([a-z-]+\))?[#>](?! )")


def bench() -> System:
    """A field switch without cables."""
    city = town()
    switch = city.switches["sw1"]
    bootstrap = Bootstrap("admin", "secret", "read", "write", "9 $9$salt$hash")
    return System(
        name="sw1", address=switch.address, mac="02:00:0a:4d:01:03", model="IE-3300-8P2S", serial="FOC1",
        hardware=ports_of(switch, city)[:10], factory=lambda: factory_config(switch, bootstrap),
        now=lambda: datetime(2025, 7, 31, 6, 30, tzinfo=UTC),
    )  # fmt: skip


def replay(text: str) -> str:
    """What the terminal shows when the same lines are typed."""
    session = Session(bench(), "admin", Mode.EXEC)
    shell = Shell(session, lambda: None, lambda: False)
    shown: list[str] = []
    for line in text.splitlines():
        asked = session.ask.text if session.ask else None
        if asked is not None and line.startswith(asked):
            shown += [line, *shell.type(line[len(asked) :])]
        elif PROMPT.match(line) and asked is None:
            prompt = session.prompt()
            typed = PROMPT.sub("", line)
            shown += [prompt + typed, *shell.type(typed)]
    return "\n".join(shown)


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
def test_a_session_comes_out_as_recorded(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert replay(text).rstrip("\n") == text.rstrip("\n")


def test_there_are_transcripts() -> None:
    assert len(TRANSCRIPTS) >= 5
