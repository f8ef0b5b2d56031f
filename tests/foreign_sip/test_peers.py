"""Foreign SIP: sipp answers our questions and calls, calls the lab's telephone, and baresip picks up."""

from __future__ import annotations

import asyncio
import subprocess
from pathlib import Path

import pytest

from iccc.callbox.calls import CallRow, make_calls
from iccc.callbox.driver import observe
from iccc.callbox.seen import CallBoxFacts
from tests.callbox.phones import among, box, point, telephone
from tests.foreign_sip.peers import PORT, baresip, need, sipp
from tests.support import MemoryCredentials, login, reach

BOX, ROOM = "127.79.0.1", "127.79.1.31"
TIMES = {"sip_s": 4.0, "call_hold_s": 1.0}


@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_sipp_is_asked_whether_it_is_there(tmp_path: Path, transport: str) -> None:
    with sipp(BOX, "options", tmp_path, transport):
        seen = asyncio.run(observe(box(transport=transport), reach(**TIMES)))
    assert isinstance(seen.facts, CallBoxFacts), seen.state
    assert (seen.facts.status, seen.facts.model, seen.facts.firmware) == (200, "SIPp-UAS", "3.6")
    assert seen.facts.methods == ("INVITE", "ACK", "BYE")
    assert seen.facts.contact == f"sip:{BOX}:{PORT};transport={transport.upper()}"


def called(transport: str = "udp", limit_s: int = 5) -> CallRow:
    room = point(transport=transport, limit_s=limit_s)
    declared = box(room)
    run = reach(MemoryCredentials(default=[login("iccc", "right")]), **TIMES)
    (row,) = among([telephone(declared)], lambda: make_calls([declared], None, run, lambda _name: None))
    return row


@pytest.mark.parametrize(
    ("scenario", "transport", "result", "text"),
    [
        ("answered", "udp", "answered", "hung up"),
        ("answered", "tcp", "answered", "hung up"),
        ("behind_a_proxy", "udp", "answered", "hung up"),
        ("asks_login", "udp", "answered", "hung up"),
        ("asks_login", "tcp", "answered", "hung up"),
        ("busy", "udp", "failed", "busy (486 Busy Here)"),
        ("rings", "udp", "failed", "was not answered within 2 s"),
        ("rings", "tcp", "failed", "was not answered within 2 s"),
    ],
)
def test_sipp_is_called(tmp_path: Path, scenario: str, transport: str, result: str, text: str) -> None:
    """That it ends well means that each message came in its turn, and none that it does not expect."""
    with sipp(ROOM, scenario, tmp_path, transport):
        row = called(transport, 2 if scenario == "rings" else 5)
    assert (str(row.result), row.text[-len(text) :]) == (result, text)


@pytest.mark.parametrize("transport", ["u1", "t1"])
def test_sipp_calls_the_telephone_of_the_lab(tmp_path: Path, transport: str) -> None:
    command = [need("sipp"), "-sn", "uac", "-i", "127.0.0.1", "-t", transport, "-m", "3", "-r", "10", "-d", "100"]
    command += ["-nostdin", "-timeout", "20", "-timeout_error", f"{ROOM}:{PORT}"]
    phone = telephone(point())

    async def calls() -> tuple[int | None, str]:
        process = await asyncio.create_subprocess_exec(
            *command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        said, _ = await process.communicate()
        return process.returncode, said.decode("utf-8", "replace")

    code, said = among([phone], calls)
    assert code == 0, said[-2000:]
    assert (phone.counters.calls, phone.counters.hangups) == (3, 3)


def test_baresip_picks_up(tmp_path: Path) -> None:
    with baresip(ROOM, tmp_path):
        row = called()
    log = (tmp_path / "log").read_text(encoding="utf-8", errors="replace")
    assert str(row.result) == "answered", f"{row.text}\n{log}"
    assert "hung up" in row.text
    assert "Call established" in log
