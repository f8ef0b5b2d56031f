"""Steps that end otherwise than anybody thought of: the rotation is taken back, and no holder stays paused."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from iccc.errors import DeviceError, IcccError, Reason
from iccc.rotate.carry import Passwords, carry
from iccc.rotate.steps import Which
from iccc.sessions.dial import Target
from iccc.state.store import open_store
from iccc.vault import Vault
from tests.ground.support import clock
from tests.rotate.lives import Learned, Life


@dataclass
class Place:
    """Takes what it is given; ``raises`` when it is given the next one."""

    name: str
    raises: Exception | None = None
    proof: str = ""
    has: Which = Which.OLD
    going: bool = True
    done: list[str] = field(default_factory=list)

    async def check(self) -> None:
        self.done.append("check")

    async def pause(self) -> None:
        self.going = False

    async def write(self, which: Which) -> None:
        self.done.append(f"write {which}")
        if self.raises is not None and which is Which.NEXT:
            raise self.raises
        self.has = which

    async def prove(self, which: Which) -> None:
        if self.has is not which:
            raise DeviceError(Reason.UNAUTHORISED, self.name, f"it has not the {which} password")
        self.going = True


@pytest.mark.parametrize("error", [ZeroDivisionError("1/0"), IcccError("the store is not written to")])
@pytest.mark.parametrize("where", [0, 1])
def test_what_nobody_thought_of_is_taken_back(where: int, error: Exception, tmp_path: Path) -> None:
    learned = Learned(open_store(tmp_path), Life())
    vault = Vault(tmp_path, Target.LAB, clock(), {"c1": "camera"}, {}, learned, "test", environment={})
    vault.ensure([("c1", "recorder")])
    places = [Place("c1"), Place("rec01 channel 1")]
    places[where].raises = error
    with vault:
        passwords = Passwords(vault, "c1", "recorder")
        ended = asyncio.run(carry(passwords, places, 5.0))
        assert ended.is_old and ended.why and not passwords.unfinished, ended
    assert [(place.has, place.going) for place in places] == [(Which.OLD, True)] * 2
    assert "write next" in places[where].done
