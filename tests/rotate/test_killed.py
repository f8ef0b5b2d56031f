"""A rotation on a simulated camera, killed at every point at which something is kept, and run again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from iccc.camera import driver
from iccc.camera.desired import desired
from iccc.clock import FixedClock
from iccc.errors import DeviceError
from iccc.lab.camera import LabCamera
from iccc.lab.device import Fault
from iccc.observed import Done, Status
from iccc.rotate.cameras import Rotation
from iccc.secrets import Secret
from iccc.sessions.dial import Target
from iccc.sessions.reach import Reach
from iccc.state.store import open_store
from iccc.vault import TAKEN, Vault
from tests.camera.devices import camera, plugged, reach
from tests.ground.support import clock
from tests.rotate.lives import Killed, Learned, Life
from tests.unit.states import bilaspur

USERS = ("admin", "iccc")
ALL = (*USERS, "recorder")


class DyingVault(Vault):
    life = Life()

    def prepare(self, names: Any) -> None:
        self._around(super().prepare, names)

    def promote(self, names: Any) -> None:
        self._around(super().promote, names)

    def drop_next(self, names: Any) -> None:
        self._around(super().drop_next, names)

    def _around(self, act: Callable[[Any], None], names: Any) -> None:
        self.life.point()
        act(names)
        self.life.point()


@dataclass
class Bench:
    """One camera with its declared users, and the store of its city."""

    folder: Path
    number: int
    lab: LabCamera
    clock: FixedClock = field(default_factory=clock)
    opened: list[Vault] = field(default_factory=list)

    @property
    def device(self) -> str:
        return f"c{self.number}"

    def vault(self, life: Life | None = None) -> tuple[Vault, Reach]:
        """What a process that begins now has."""
        for one in self.opened:
            one.close()
        learned = Learned(open_store(self.folder), life or Life())
        kinds = {self.device: "camera"}
        vault = DyingVault(
            self.folder, Target.LAB, self.clock, kinds, {"camera": "iccc"}, learned, "test", environment={}
        )
        vault.life = life or Life()
        self.opened = [vault]
        way = reach(password_s=0.0, http_s=0.3)
        return vault, replace(way, credentials=vault, learned=learned)

    async def begin(self) -> None:
        """Its users are as declared, and their passwords are stored."""
        vault, way = self.vault()
        vault.set("bootstrap/camera/login", Secret("bootstrap"), user="admin")
        vault.ensure([(self.device, user) for user in ALL])
        one = camera(self.number)
        await driver.apply(one, "users", desired(one, bilaspur()).state, way)
        assert {user for user in ALL if self.has(vault, user)} == set(ALL)

    async def rotate(self, life: Life | None = None) -> Done:
        vault, way = self.vault(life)
        self.lab.counters.failures = 0
        try:
            return await Rotation(vault, way, USERS, {}).act(camera(self.number))
        except DeviceError as error:
            return Done(self.device, Status.FAILED, str(error))

    def has(self, vault: Vault, user: str) -> bool:
        """Whether the camera has the password that the store has, and only that one is stored."""
        entry = vault.get(f"device/{self.device}/{user}")
        assert entry is not None
        left_over = vault.following(f"device/{self.device}/{user}")
        return self.lab.has_login(user, entry.value.reveal()) and left_over is None

    def known(self) -> bool:
        """Whether the password of every user is one of the two in the store."""
        vault, _ = self.vault()
        names = {user: f"device/{self.device}/{user}" for user in ALL}
        stored = {user: [vault.get(name), vault.following(name)] for user, name in names.items()}
        texts = {
            user: [getattr(one, "value", one).reveal() for one in both if one is not None]  # type: ignore[union-attr]
            for user, both in stored.items()
        }
        return all(any(self.lab.has_login(user, text) for text in texts[user]) for user in ALL)


def on_the_bench(folder: Path, number: int, scenario: Callable[[Bench], Any]) -> Any:
    async def run() -> Any:
        async with plugged(number) as lab:
            bench = Bench(folder, number, lab)
            await bench.begin()
            return await scenario(bench)

    return asyncio.run(run())


def test_killed_at_every_point_and_run_again_it_comes_to_its_end(tmp_path: Path) -> None:
    """No password is lost, and no run costs more than one refused login; a back-off is waited for."""
    refused, ends = 0, 0

    async def one(bench: Bench, point: int) -> bool:
        nonlocal refused, ends
        life = Life(point)
        try:
            done = await bench.rotate(life)
        except Killed:
            pass
        else:
            assert done.status is Status.APPLIED, done
            return True
        assert bench.known() and bench.lab.counters.failures <= 1
        for rested in (False, True):
            bench.clock.at += timedelta(minutes=31) if rested else timedelta()
            done = await bench.rotate()
            assert bench.known() and bench.lab.counters.failures <= 1, done
            if done.status is Status.APPLIED:
                break
            refused += 1
            assert not rested and "it rests until" in done.text, done
        vault, _ = bench.vault()
        assert all(bench.has(vault, user) for user in ALL), done
        assert bench.lab.counters.lockouts == 0
        ends += 1
        return False

    async def all_points(bench: Bench) -> None:
        point = 0
        while not await one(bench, point):
            point += 1
            bench.vault()
            assert point < 200

    on_the_bench(tmp_path, 221, all_points)
    assert ends > 20
    assert 1 <= refused <= 3, "killed just before its own password was sent: the next one is tried first"


@pytest.mark.parametrize("fault", [Fault.FAULT_IN_200, Fault.IGNORES])
def test_what_is_not_taken_is_taken_back(fault: Fault, tmp_path: Path) -> None:
    async def scenario(bench: Bench) -> None:
        bench.lab.fault = fault
        done = await bench.rotate()
        assert done.status is Status.FAILED and "admin: old again everywhere, proved: " in done.text, done
        assert bench.lab.counters.failures == (fault is Fault.IGNORES)
        vault, _ = bench.vault()
        assert all(bench.has(vault, user) for user in ALL)

    on_the_bench(tmp_path, 222 + (fault is Fault.IGNORES), scenario)


def test_one_that_falls_silent_is_a_row_that_says_what_stands_where(tmp_path: Path) -> None:
    """Its answer to the new password never comes; when it is back, the same command goes on."""

    async def scenario(bench: Bench) -> None:
        def silent(what: str) -> None:
            if what == TAKEN:
                bench.lab.fault = Fault.SILENT

        done = await bench.rotate(Life(then=silent))
        assert done.status is Status.FAILED and "both are stored, run it again" in done.text, done
        assert "c224 has one of the two, not known which" in done.text
        bench.lab.fault = Fault.NONE
        assert bench.known()
        done = await bench.rotate()
        assert done == Done("c224", Status.APPLIED, "admin: new; iccc: new")

    on_the_bench(tmp_path, 224, scenario)
