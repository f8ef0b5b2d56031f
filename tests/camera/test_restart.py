"""Restarts: proved by going away and coming back, one camera first, then waves that end when too many fail."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from iccc.camera.restart import reboot, same_unit
from iccc.care import Cared, Errand, carry_out
from iccc.city.devices import Camera, Hold
from iccc.city.policies import Freeze, Maintenance
from iccc.compare import Unread
from iccc.errors import StateError
from iccc.lab.camera import LabCamera
from iccc.lab.camera_model import AXIS, GENERIC, HIKVISION, CameraModel
from iccc.lab.device import Fault
from iccc.observed import Done, Status
from iccc.onvif.state import Identity
from iccc.past import Past
from iccc.state.log import NOTHING_SAID, Why
from iccc.state.past import Pasts
from tests.camera.caring import acts, cared, caring
from tests.camera.devices import REBOOT_S, WHERE, camera, plugged, reach
from tests.support import MemoryTrust

QUICK = replace(GENERIC, reboot_s=REBOOT_S)
TIMES = {"away_s": 3.0, "restart_s": 8.0}
TODAY = datetime.now(UTC).date()


def rebooted(number: int, model: CameraModel, fault: Fault = Fault.NONE, **times: float) -> tuple[Done, LabCamera]:
    async def scenario() -> tuple[Done, LabCamera]:
        async with plugged(number, replace(model, reboot_s=REBOOT_S)) as lab:
            lab.fault = fault
            return await reboot(camera(number), reach(**TIMES | times)), lab

    return asyncio.run(scenario())


def test_it_is_back_when_it_went_away_and_lets_us_in_as_the_same_unit() -> None:
    for number, model in ((171, AXIS), (172, HIKVISION)):
        done, lab = rebooted(number, model)
        assert done.status is Status.APPLIED and done.text.endswith(f"serial number {lab.state.serial}"), done
        assert (lab.counters.restarts, lab.counters.sets, lab.counters.failures) == (1, 0, 0)


def test_one_that_does_not_come_back_is_a_row() -> None:
    async def scenario() -> Done:
        async with plugged(173, replace(GENERIC, reboot_s=60)):
            return await reboot(camera(173), reach(away_s=3, restart_s=1))

    done = asyncio.run(scenario())
    assert (done.status, done.text) == (Status.FAILED, "it went away, and does not answer within 1 s")


def test_one_that_never_goes_away_did_not_restart() -> None:
    async def scenario() -> Done:
        async with plugged(174, GENERIC) as lab:
            lab._restart = lambda: None  # type: ignore[method-assign]  # it says yes, and goes on
            return await reboot(camera(174), reach(away_s=0.5, restart_s=1))

    done = asyncio.run(scenario())
    assert done.status is Status.ACCEPTED_NOT_APPLIED and "answered all the time for 0.5 s" in done.text


def test_one_that_restarts_without_an_answer_is_looked_at_again() -> None:
    done, lab = rebooted(176, GENERIC, Fault.ACTS_UNANSWERED)
    assert done.status is Status.APPLIED and lab.counters.restarts == 1
    assert "though it did not answer when it was asked to, serial number" in done.text


def test_what_is_unknown_and_what_was_seen_then_is_said() -> None:
    async def scenario() -> tuple[Done, Done]:
        async with plugged(177, replace(GENERIC, reboot_s=60)) as lab:
            lab.fault = Fault.ACTS_UNANSWERED
            lost = await reboot(camera(177), reach(away_s=3, restart_s=1))
        async with plugged(178, GENERIC) as lab:
            lab.fault = Fault.ACTS_UNANSWERED
            lab._restart = lambda: None  # type: ignore[method-assign]
            return lost, await reboot(camera(178), reach(away_s=0.5, restart_s=1))

    lost, stayed = asyncio.run(scenario())
    assert (lost.status, stayed.status) == (Status.FAILED, Status.FAILED)
    unknown = "the connection was closed before the answer was complete: whether it has done what it was asked is not"
    assert unknown in lost.text and lost.text.endswith("then: it went away, and does not answer within 1 s")
    assert unknown in stayed.text and stayed.text.endswith("it answered all the time for 0.5 s: it did not restart")


def test_one_that_comes_back_with_another_password_is_a_row() -> None:
    async def scenario() -> Done:
        async with plugged(175, QUICK) as lab:
            restarted = lab.restarted

            def forget() -> None:
                restarted()
                lab.fault = Fault.WRONG_PASSWORD

            lab.restarted = forget  # type: ignore[method-assign]
            done = await reboot(camera(175), reach(**TIMES))
            assert lab.counters.failures <= 2
            return done

    done = asyncio.run(scenario())
    assert done.status is Status.FAILED and done.text.startswith("it is back, and does not let us in: ")


# Many


def run(
    root: Path,
    numbers: range,
    *,
    maintenance: Maintenance | None = None,
    dead: tuple[int, ...] = (),
    anytime: bool = False,
    held: int | None = None,
    theirs: int | None = None,
    before: dict[str, str] | None = None,
    **limits: int,
) -> tuple[Cared, dict[str, LabCamera], list[tuple[str, str, str]], int]:
    """Restart cameras ``numbers``; those in ``dead`` do not come back. Also the most that were off at once."""
    devices: dict[str, Camera] = {f"c{n}": camera(n, "police" if n == theirs else "project") for n in numbers}
    if held:
        hold = Hold(date(2099, 1, 1), "District Court", "accident", WHERE)
        devices[f"c{held}"] = replace(devices[f"c{held}"], hold=hold)
    away = {"now": 0, "most": 0}

    async def scenario() -> tuple[Cared, dict[str, LabCamera], list[tuple[str, str, str]], int]:
        async with AsyncExitStack() as stack:
            labs = {}
            for n in numbers:
                model = replace(GENERIC, reboot_s=60.0 if n in dead else REBOOT_S)
                labs[f"c{n}"] = await stack.enter_async_context(plugged(n, model))
            context = caring(root, devices, reach(away_s=3, restart_s=8), maintenance, **limits)
            past = {name: Past(datetime(2026, 1, 1, tzinfo=UTC), serial=text) for name, text in (before or {}).items()}
            Pasts(context.store).save(past)

            async def counted(one: Camera) -> Done:
                away["now"] += 1
                away["most"] = max(away.values())
                try:
                    return await reboot(one, context.reach)
                finally:
                    away["now"] -= 1

            errand = Errand("camera reboot", "SystemReboot", Why("a try"), counted, anytime=anytime)
            result = await cared(context, errand)
            log = acts(context)
            context.store.close()
            return result, labs, log, away["most"]

    return asyncio.run(scenario())


def restarts(labs: dict[str, LabCamera]) -> set[str]:
    return {name for name, lab in labs.items() if lab.counters.restarts}


def test_all_are_restarted_one_first_and_each_stands_in_the_log(tmp_path: Path) -> None:
    result, labs, log, most = run(tmp_path, range(180, 185), maintenance=Maintenance(camera_loss_budget=2))
    assert [(row.device, row.status) for row in result.rows] == [(name, Status.APPLIED) for name in labs]
    assert restarts(labs) == set(labs) and not result.stopped
    assert most == 2, "the budget lets no more be off at once"
    assert [entry[0] for entry in log[:2]] == ["c180", "c180"], "the first of its model goes alone"
    assert sorted(device for device, what, why in log if (what, why) == ("SystemReboot", "a try")) == sorted(labs)
    assert sum(what.startswith("applied: back after ") for _, what, _ in log) == 5


def test_a_first_one_that_does_not_come_back_spares_the_others(tmp_path: Path) -> None:
    result, labs, _, _ = run(tmp_path, range(180, 184), dead=(180,))
    assert restarts(labs) == {"c180"}
    assert [row.status for row in result.rows] == [Status.FAILED, *[Status.REFUSED] * 3]
    assert "the first one like it" in result.rows[1].text


def test_waves_end_above_the_share_of_failures(tmp_path: Path) -> None:
    result, labs, _, _ = run(tmp_path, range(180, 186), dead=(182,), care_wave=2, care_fail_percent=30)
    assert restarts(labs) == {"c180", "c181", "c182"}
    assert result.stopped == "1 of 3 cameras failed, more than 30 %"
    assert {row.text for row in result.rows[3:]} == {f"not tried: {result.stopped}"}


def test_what_no_guard_lets_through_is_asked_and_not_restarted(tmp_path: Path) -> None:
    result, labs, log, _ = run(tmp_path, range(180, 184), held=181, theirs=182, before={"c183": "ANOTHER-1"})
    assert restarts(labs) == {"c180"}
    texts = {row.device: row.text for row in result.rows if row.status is Status.REFUSED}
    assert texts.keys() == {"c181", "c182", "c183"}
    assert texts["c181"].startswith("under evidence hold until 2099-01-01, by District Court: accident")
    assert "owner is police" in texts["c182"] and "ANOTHER-1 did when it was last read" in texts["c183"]
    assert {device for device, _, _ in log} == {"c180"}


def test_one_that_does_not_say_who_it_is_is_none_of_the_enrolled(tmp_path: Path) -> None:
    known = replace(reach(), trust=MemoryTrust(units={"c180": ("SERIAL-1", None)}))
    context = caring(tmp_path, {"c180": camera(180), "c181": camera(181)}, known)

    async def act(one: Camera) -> Done:
        return Done(one.name, Status.APPLIED, "done")

    seen: dict[str, Identity | Unread] = dict.fromkeys(("c180", "c181"), Identity("", "", "", ""))
    result = asyncio.run(carry_out(context, seen, Errand("camera reboot", "x", NOTHING_SAID, act), lambda _name: None))
    context.store.close()
    assert [row.status for row in result.rows] == [Status.REFUSED, Status.APPLIED]
    assert "it does not tell its serial number, 'SERIAL-1' is enrolled" in result.rows[0].text


def test_what_cannot_be_kept_of_one_does_not_cut_off_the_others(tmp_path: Path) -> None:
    context = caring(tmp_path, {f"c{n}": camera(n) for n in range(180, 183)}, reach(), care_fail_percent=60)

    async def act(one: Camera) -> Done:
        if one.name == "c181":
            raise StateError("backups: No space left on device")
        await asyncio.sleep(0.1)
        return Done(one.name, Status.APPLIED, "done")

    seen: dict[str, Identity | Unread] = {f"c{n}": Identity("M", "M1", "1", f"S{n}") for n in range(180, 183)}
    result = asyncio.run(carry_out(context, seen, Errand("camera backup", "x", NOTHING_SAID, act), lambda _name: None))
    context.store.close()
    assert [row.status for row in result.rows] == [Status.APPLIED, Status.FAILED, Status.APPLIED]


def test_the_same_unit_has_to_say_so() -> None:
    told, untold = Identity("M", "M1", "1", "S1"), Identity("M", "M1", "1", "")
    for before, after, status in (
        (told, told, Status.APPLIED),
        (told, replace(told, serial="S2"), Status.FAILED),
        (told, untold, Status.FAILED),
        (told, None, Status.FAILED),
        (untold, untold, Status.APPLIED),
    ):
        assert same_unit(camera(180), before, after, "back").status is status


def test_a_freeze_holds_unless_it_is_said_otherwise(tmp_path: Path) -> None:
    frozen = Maintenance(freeze=(Freeze(TODAY, date(2999, 1, 1), "election", WHERE),))
    result, labs, _, _ = run(tmp_path, range(180, 182), maintenance=frozen)
    assert not restarts(labs) and "frozen until" in result.rows[0].text and "frozen until" in result.stopped
    result, labs, _, _ = run(tmp_path, range(180, 182), maintenance=frozen, anytime=True)
    assert restarts(labs) == {"c180", "c181"}
