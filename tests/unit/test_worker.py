"""The guards beneath the operations, in the worker process: on simulated cameras, without the engine."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any, cast

import pytest

from iccc.city.devices import Camera, City, Device, Switch
from iccc.city.policies import Freeze, Maintenance
from iccc.clock import SystemClock
from iccc.compare import Unread
from iccc.context import Context
from iccc.engine.frames import Request
from iccc.engine.run_file import VARIABLE, RunFile
from iccc.engine.worker import Worker
from iccc.errors import Reason
from iccc.lab.camera import LabCamera
from iccc.lab.camera_model import GENERIC
from iccc.observed import Outcome, Status
from iccc.plan import state_hash
from iccc.sessions.reach import Reach
from iccc.settings import Limits, Settings, Timeouts
from iccc.state.journal import Journal
from iccc.state.store import open_store
from tests.support import MemoryCredentials, MemoryLearned, MemoryTrust
from tests.unit.states import ROOT, bilaspur

BOOTSTRAP = ("admin", "bootstrap")
TIMEOUTS = Timeouts(connect_s=1, http_s=2, device_s=5, write_s=10)


@dataclass
class Store(MemoryCredentials):
    """A secret store that remembers how many Sets the devices had seen when it was asked to store passwords."""

    devices: list[LabCamera] = field(default_factory=list)
    sets_before: list[int] = field(default_factory=list)

    def ensure(self, users: list[tuple[str, str]]) -> None:
        self.sets_before.append(sum(device.counters.sets for device in self.devices))
        super().ensure(users)


@dataclass
class Rig:
    """Cameras of Bilaspur on 127.77.60.x, and what a worker needs to reach them."""

    city: City
    cameras: list[Camera]
    devices: list[LabCamera]
    context: Context
    credentials: Store

    @property
    def names(self) -> list[str]:
        return [camera.name for camera in self.cameras]

    @property
    def sets(self) -> list[int]:
        return [device.counters.sets for device in self.devices]

    async def apply_all(self, worker: Worker, section: str) -> list[list[Outcome]]:
        return await asyncio.gather(*(worker.apply(camera, section) for camera in self.cameras))


@asynccontextmanager
async def rig(folder: Path, first: int, count: int, owner: str = "project", **limits: int) -> AsyncIterator[Rig]:
    """``count`` cameras from 127.77.60.``first`` on: each test has its own, so that they can run at once."""
    whole = bilaspur()
    chosen = [camera for camera in whole.cameras.values() if camera.group == "fixed"][:count]
    cameras = [
        replace(c, address=f"10.77.60.{first + n}", gateway="10.77.60.254", owner=owner) for n, c in enumerate(chosen)
    ]
    city = replace(whole, cameras={**whole.cameras, **{camera.name: camera for camera in cameras}})
    credentials, learned, trust = Store(), MemoryLearned(), MemoryTrust()
    settings = Settings(ROOT, timeouts=TIMEOUTS, limits=Limits(**limits))
    reach = Reach(settings.dial, TIMEOUTS, settings.limits, SystemClock(), credentials, trust, learned)
    store = open_store(folder)
    # Of these stores the worker asks nothing but what it finds in ``reach`` too.
    context = Context(
        settings, city, SystemClock(), store, cast(Any, credentials), cast(Any, trust), cast(Any, learned), reach, None
    )
    async with AsyncExitStack() as stack:
        stack.callback(store.close)
        for number, camera in enumerate(cameras):
            mac = f"02:00:0a:4d:3c:{number:02x}"
            device = LabCamera(camera.name, f"127.77.60.{first + number}", mac, GENERIC, BOOTSTRAP)
            await device.plug()
            stack.push_async_callback(device.close)
            credentials.devices.append(device)
        yield Rig(city, cameras, credentials.devices, context, credentials)


def statuses(results: list[list[Outcome]]) -> Counter[Status]:
    return Counter(outcome.status for outcomes in results for outcome in outcomes)


def test_what_differs_is_written_and_read_back(tmp_path: Path) -> None:
    async def run() -> None:
        async with rig(tmp_path, 10, 3) as it:
            worker = Worker(it.context)
            await worker.sweep(it.names)
            results = await it.apply_all(worker, "hostname")
            assert statuses(results) == {Status.APPLIED: 3}
            assert it.sets == [1, 1, 1]
            assert await it.apply_all(worker, "location") and it.sets != [1, 1, 1]

    asyncio.run(run())


def test_what_is_as_declared_is_not_written(tmp_path: Path) -> None:
    async def run() -> None:
        async with rig(tmp_path, 20, 1) as it:
            worker = Worker(it.context)
            await worker.sweep(it.names)
            await it.apply_all(worker, "hostname")
            again = Worker(it.context)
            await again.sweep(it.names)
            assert await it.apply_all(again, "hostname") == [[]]
            assert it.sets == [1]

    asyncio.run(run())


def test_passwords_are_stored_before_the_first_set_and_once(tmp_path: Path) -> None:
    async def run() -> None:
        async with rig(tmp_path, 30, 3) as it:
            worker = Worker(it.context)
            await worker.sweep(it.names)
            await it.apply_all(worker, "hostname")
            await it.apply_all(worker, "users")
            assert it.credentials.sets_before == [0]
            users = {user.name for user in it.city.camera_users}
            assert it.credentials.passwords.keys() == {(name, user) for name in it.names for user in users}

    asyncio.run(run())


def test_two_failures_of_a_type_spare_the_others(tmp_path: Path) -> None:
    async def run() -> None:
        async with rig(tmp_path, 40, 6, canary_tries=2) as it:
            worker = Worker(it.context)
            await worker.sweep(it.names)
            for device in it.devices:
                await device.close()
            results = await it.apply_all(worker, "hostname")
            assert statuses(results) == {Status.FAILED: 2, Status.REFUSED: 4}
            (told,) = {o.text for outcomes in results for o in outcomes if o.status is Status.REFUSED}
            first, second = it.names[:2]
            what = "hostname (Generic IPC-8M 3.1.0)"
            assert told.startswith(
                f"not tried: canaries {first}, {second} failed in {what}: failed {second} 10.77.60.41"
            )

    asyncio.run(run())


def test_one_canary_does_not_speak_for_another_firmware(tmp_path: Path) -> None:
    async def run() -> None:
        async with rig(tmp_path, 46, 3, canary_tries=1) as it:
            worker = Worker(it.context)
            await worker.sweep(it.names)
            worker._alike[it.names[2]] = ("Generic", "IPC-8M", "2.9.0")
            for device in it.devices[:2]:
                await device.close()
            results = await it.apply_all(worker, "hostname")
            assert [outcomes[0].status for outcomes in results] == [Status.FAILED, Status.REFUSED, Status.APPLIED]

    asyncio.run(run())


def test_what_a_canary_has_proved_holds_for_the_next_run_until_others_fail(tmp_path: Path) -> None:
    async def run() -> None:
        async with rig(tmp_path, 120, 5, canary_tries=1) as it:
            first = Worker(it.context)
            await first.sweep(it.names)
            await first.apply(it.cameras[0], "hostname")

            second = Worker(it.context)
            await second.sweep(it.names)
            for device in it.devices[1:4]:
                await device.close()
            results = [await second.apply(camera, "hostname") for camera in it.cameras[1:]]
            assert statuses(results) == {Status.FAILED: 3, Status.REFUSED: 1}, "one failure is not the canary's"
            names = ", ".join(it.names[1:4])
            what = "hostname (Generic IPC-8M 3.1.0)"
            assert results[-1][0].text == f"not tried: 3 of 3 devices failed in {what}: {names}"

            third = Worker(it.context)
            await third.sweep([it.names[4]])
            assert third._waves_of(it.cameras[4], "hostname").standing.canary == ""

    asyncio.run(run())


def test_nothing_is_written_in_a_freeze_but_what_may_be_written_anytime(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def run() -> None:
        async with rig(tmp_path / "state", 49, 1) as it:
            freeze = Freeze(date(2000, 1, 1), date(2999, 12, 31), "elections", it.cameras[0].where)
            city = replace(it.city, maintenance=Maintenance(freeze=(freeze,)))
            context = replace(it.context, city=city)
            worker = Worker(context)
            await worker.sweep(it.names)
            (outcome,) = await worker.apply(it.cameras[0], "hostname")
            assert outcome.status is Status.REFUSED
            assert "frozen until" in outcome.text and "elections" in outcome.text
            assert it.sets == [0]
            report = tmp_path / "report.jsonl"
            RunFile(_begun(it), tuple(it.names), {}, str(report), anytime=True).write(tmp_path / "run.json")
            monkeypatch.setenv(VARIABLE, str(tmp_path / "run.json"))
            urgent = Worker(context)
            await urgent.sweep(it.names)
            (outcome,) = await urgent.apply(it.cameras[0], "hostname")
            assert outcome.status is Status.APPLIED

    (tmp_path / "state").mkdir()
    asyncio.run(run())


def test_addresses_of_cameras_are_written_only_when_it_is_allowed_and_one_by_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def run() -> None:
        async with rig(tmp_path / "state", 60, 3) as it:
            for device in it.devices:
                device.inject("dhcp", True)
            worker = Worker(it.context)
            await worker.sweep(it.names)
            refused = [outcomes[0] for outcomes in await it.apply_all(worker, "network")]
            assert {outcome.status for outcome in refused} == {Status.REFUSED}
            assert "only with --allow-network" in refused[0].text and it.sets == [0, 0, 0]
            report = tmp_path / "report.jsonl"
            RunFile(_begun(it), tuple(it.names), {}, str(report), allow_network=True).write(tmp_path / "run.json")
            monkeypatch.setenv(VARIABLE, str(tmp_path / "run.json"))
            allowed = Worker(it.context)
            await allowed.sweep(it.names)
            at_once, most = 0, 0
            write = allowed._write

            async def counted(device: Device, section: str) -> list[Outcome]:
                nonlocal at_once, most
                at_once += 1
                most = max(most, at_once)
                outcomes = await write(device, section)
                at_once -= 1
                return outcomes

            monkeypatch.setattr(allowed, "_write", counted)
            assert statuses(await it.apply_all(allowed, "network")) == {Status.APPLIED: 6}  # dhcp and gateway
            assert most == 1

    (tmp_path / "state").mkdir()
    asyncio.run(run())


def test_the_failure_budget_ends_the_writing(tmp_path: Path) -> None:
    async def run() -> None:
        async with rig(tmp_path, 50, 8, failure_budget=3) as it:
            worker = Worker(it.context)
            await worker.sweep(it.names)
            assert [o.status for o in await worker.apply(it.cameras[0], "hostname")] == [Status.APPLIED]
            for device in it.devices[1:]:
                await device.close()
            results = [await worker.apply(camera, "hostname") for camera in it.cameras[1:]]
            assert statuses(results) == {Status.FAILED: 3, Status.REFUSED: 4}
            assert results[-1][0].text == "3 devices failed in this run: the failure budget is used up"

    asyncio.run(run())


def test_a_device_that_went_silent_is_not_tried_again_in_this_run(tmp_path: Path) -> None:
    async def run() -> None:
        async with rig(tmp_path, 60, 1) as it:
            worker = Worker(it.context)
            await worker.sweep(it.names)
            await it.devices[0].close()
            (first,) = await worker.apply(it.cameras[0], "hostname")
            (second,) = await worker.apply(it.cameras[0], "location")
            assert (first.status, second.status) == (Status.FAILED, Status.FAILED)
            assert second.text == f"not tried: {first.text}"

    asyncio.run(run())


def test_another_unit_at_the_address_gets_nothing_until_it_is_accepted(tmp_path: Path) -> None:
    async def run() -> None:
        async with rig(tmp_path, 126, 2) as it:
            worker = Worker(it.context)
            await worker.sweep(it.names)
            await it.apply_all(worker, "hostname")
            serials = [device.state.serial for device in it.devices]
            assert [it.context.trust.serial(name) for name in it.names] == serials, "taken over before the first Set"

            it.devices[0].state.unit = "SN-OTHER"
            (outcome,) = await worker.apply(it.cameras[0], "location")
            text = f"serial number 'SN-OTHER' answers, {serials[0]!r} is enrolled: it is given no password"
            assert outcome.status is Status.FAILED and outcome.text.endswith(text)

            counters = it.devices[0].counters
            sets, logins = counters.sets, counters.logins
            again = Worker(it.context)
            seen = await again.sweep(it.names)
            state = seen[it.names[0]].state
            assert isinstance(state, Unread) and state.reason is Reason.UNTRUSTED and state.text.endswith(text)
            assert statuses([await again.apply(it.cameras[0], "users")]) == {Status.REFUSED: 1}
            assert statuses([await again.apply(it.cameras[1], "users")]).keys() == {Status.APPLIED}
            assert (counters.sets, counters.logins) == (sets, logins + 1), "the one login that its serial number takes"

            it.context.trust.enrol_units({it.names[0]: ("SN-OTHER", None)})
            accepted = Worker(it.context)
            await accepted.sweep(it.names)
            assert statuses([await accepted.apply(it.cameras[0], "users")]).keys() == {Status.APPLIED}

    asyncio.run(run())


def test_another_unit_than_the_declared_one_is_a_row_and_gets_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def run() -> None:
        async with rig(tmp_path / "state", 130, 2) as it:
            report = tmp_path / "report.jsonl"
            RunFile(_begun(it), tuple(it.names), {}, str(report)).write(tmp_path / "run.json")
            monkeypatch.setenv(VARIABLE, str(tmp_path / "run.json"))
            declared = {
                it.names[0]: replace(it.cameras[0], serial="SN-DECLARED"),
                it.names[1]: replace(it.cameras[1], mac="02:aa:aa:aa:aa:aa"),
            }
            worker = Worker(replace(it.context, city=replace(it.city, cameras={**it.city.cameras, **declared})))
            await worker.sweep(it.names)
            assert statuses([await worker.apply(c, "users") for c in declared.values()]) == {Status.REFUSED: 2}
            await worker._store_passwords()
            assert not any(it.context.trust.serial(name) for name in it.names)
            rows = [json.loads(line) for line in report.read_text().splitlines()]
            told = {row["device"]: (row["status"], row["text"]) for row in rows}
            serial, mac = it.devices[0].state.serial, it.devices[1].state.mac
            assert told == {
                it.names[0]: ("refused", f"{it.names[0]}: serial number {serial!r} answers, 'SN-DECLARED' is declared"),
                it.names[1]: (
                    "refused",
                    f"{it.names[1]}: hardware address {mac} answers, 02:aa:aa:aa:aa:aa is declared",
                ),
            }
            assert it.sets == [0, 0]

    (tmp_path / "state").mkdir()
    asyncio.run(run())


def test_what_is_not_ours_gets_no_set(tmp_path: Path) -> None:
    async def run() -> None:
        async with rig(tmp_path, 70, 1, owner="a bank") as it:
            worker = Worker(it.context)
            await worker.sweep(it.names)
            (outcome,) = await worker.apply(it.cameras[0], "hostname")
            assert outcome.status is Status.REFUSED and outcome.text == "not ours"
            assert it.sets == [0]

    asyncio.run(run())


def test_what_changed_since_the_plan_is_not_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def run() -> None:
        async with rig(tmp_path / "state", 80, 2) as it:
            first = Worker(it.context)
            seen = await first.sweep(it.names)
            hashes = {name: state_hash(first.wanted[name].state, seen[name].state) for name in it.names}
            it.devices[0].inject("hostname", "somebody-else")
            report = tmp_path / "report.jsonl"
            RunFile(_begun(it), tuple(it.names), hashes, str(report)).write(tmp_path / "run.json")
            monkeypatch.setenv(VARIABLE, str(tmp_path / "run.json"))
            observed = await Worker(it.context).sweep(it.names)
            changed, same = (observed[name].state for name in it.names)
            assert isinstance(changed, Unread) and changed.reason is Reason.GUARDED
            assert not isinstance(same, Unread)
            (row,) = map(json.loads, report.read_text(encoding="utf-8").splitlines())
            assert (row["device"], row["status"]) == (it.names[0], "refused")
            assert "changed since the plan was made" in row["text"]
            assert it.sets == [0, 0]

    (tmp_path / "state").mkdir()
    asyncio.run(run())


def _begun(it: Rig) -> str:
    return Journal(it.context.store).begin("deploy", "plan", [(name, "") for name in it.names], SystemClock().now())


def test_requests_of_the_engine_are_answered(tmp_path: Path) -> None:
    async def run() -> None:
        async with rig(tmp_path, 90, 1) as it:
            worker = Worker(it.context)
            name = it.names[0]
            swept = await worker.answer(Request(1, "sweep", {"devices": [name]}))
            assert list(swept) == [name]
            (outcome,) = await worker.answer(Request(2, "apply", {"device": name, "section": "hostname"}))
            assert outcome.status is Status.APPLIED
            read = await worker.answer(Request(3, "read", {"device": name}))
            assert read.state.hostname == name

    asyncio.run(run())


def test_two_switches_of_a_ring_are_never_written_at_once(tmp_path: Path) -> None:
    """An aggregation switch counts for every ring that ends on it; rings do not wait for each other."""

    async def run() -> None:
        async with rig(tmp_path, 100, 0) as it:
            worker = Worker(it.context)
            inside: set[str] = set()
            together: list[frozenset[str]] = []

            async def one(switch: Switch) -> None:
                async with worker._alone(switch):
                    inside.add(switch.name)
                    await asyncio.sleep(0)
                    together.append(frozenset(inside))
                    await asyncio.sleep(0)
                    inside.discard(switch.name)

            switches = it.city.switches
            await asyncio.wait_for(asyncio.gather(*map(one, switches.values())), 20)
            rings = {name: _rings(it.city, switch) for name, switch in switches.items()}
            for names in together:
                counted = Counter(ring for name in names for ring in rings[name])
                assert all(count == 1 for count in counted.values()), names
            assert max(map(len, together)) > 1
            assert set().union(*together) == set(switches)

    asyncio.run(run())


def _rings(city: City, switch: Switch) -> set[str]:
    ends = {link.chain for link in city.links if switch.name in (link.a, link.b) and link.chain}
    return ends | ({switch.chain} if switch.chain else set())
