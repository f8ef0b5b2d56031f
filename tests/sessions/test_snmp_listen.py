"""Traps and informs as pysnmp sends them; what else comes to the port changes nothing."""

from __future__ import annotations

import random
import socket

import pytest

from iccc import guard
from iccc.errors import UsageError
from iccc.secrets import Community, Secret, SnmpLogin, UsmUser
from iccc.sessions.dial import Target
from iccc.sessions.snmp_listen import TRAP_OID, listening
from tests.sessions.notify import LINK_DOWN, notify
from tests.support import NOW, reach

PUBLIC = Community("2c", Secret("see"))
USER = UsmUser("see", "sha256", Secret("watch over the roads"), "aes256", Secret("and tell nobody else"))
ALIAS = "1.3.6.1.2.1.31.1.1.1.18.7"
SERVER, SWITCH = "10.77.4.70", "10.77.4.71"
DIALLED = ("127.77.4.70", 20162)


def send(kind: str, login: SnmpLogin, source: str = "127.77.4.71") -> object:
    return notify(DIALLED, kind, login, source, {ALIAS: b"to \x07 pole"})


@pytest.mark.parametrize("login", [PUBLIC, USER], ids=["v2c", "v3"])
def test_an_inform_is_taken_and_acknowledged(login: SnmpLogin) -> None:
    with listening(reach(), SERVER, {SWITCH: "sw"}, [PUBLIC, USER]) as traps:
        assert send("inform", login) is None
        trap = traps.next(2.0)
    assert trap is not None
    assert (trap.device, trap.oid, trap.at) == ("sw", LINK_DOWN, NOW)
    assert trap.values[ALIAS] == b"to \x07 pole"
    assert trap.values[TRAP_OID] == LINK_DOWN


def test_a_trap_is_taken() -> None:
    with listening(reach(), SERVER, {SWITCH: "sw"}, [PUBLIC]) as traps:
        send("trap", PUBLIC)
        trap = traps.next(2.0)
    assert trap is not None
    assert trap.oid == LINK_DOWN


def test_nonsense_strangers_and_wrong_communities_are_passed_over(capfd: pytest.CaptureFixture[str]) -> None:
    chance = random.Random(20251)
    with listening(reach(), SERVER, {SWITCH: "sw"}, [PUBLIC]) as traps:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            for length in range(1, 200):
                sender.sendto(b"\x30" + chance.randbytes(length), DIALLED)
        send("trap", Community("2c", Secret("guessed")))
        send("trap", PUBLIC, "127.77.4.72")
        assert traps.next(0.2) is None
        assert len(traps.strangers) == 1
        send("trap", PUBLIC)
        assert traps.next(2.0) is not None
    assert capfd.readouterr().err == ""


def test_more_than_can_wait_are_dropped_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("iccc.sessions.snmp_listen.MOST_WAITING", 2)
    with listening(reach(), SERVER, {SWITCH: "sw"}, [PUBLIC]) as traps:
        for _ in range(4):
            send("trap", PUBLIC)
        assert (traps.waiting.qsize(), traps.dropped) == (2, 2)


def test_a_port_that_is_taken_is_said() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(DIALLED)
        with (
            pytest.raises(UsageError, match="traps_to 10.77.4.70: port 20162 cannot be listened on: Address already"),
            listening(reach(), SERVER, {}, []),
        ):
            pass


def test_the_network_guard_is_asked() -> None:
    guard.install()
    with (
        pytest.raises(UsageError, match="traps_to 198.51.100.7"),
        listening(reach(target=Target.LIVE), "198.51.100.7", {}, []),
    ):
        pass
