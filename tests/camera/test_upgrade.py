"""Firmware: the file is sent over HTTP with Digest, and what the camera runs and has set afterwards decides."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from iccc.camera import driver
from iccc.camera.desired import desired
from iccc.camera.upgrade import before, upgrade
from iccc.care import Errand
from iccc.city.devices import Camera, City
from iccc.cli.camera_upgrade import _of_one_type
from iccc.errors import DeviceError, UsageError
from iccc.lab.camera import LabCamera
from iccc.lab.camera_model import AXIS, CPPLUS, GENERIC, CameraModel
from iccc.lab.device import Fault
from iccc.lab.http import HANG_UP, Response
from iccc.observed import Done, Status
from iccc.onvif.state import Identity
from iccc.state.log import Why
from tests.camera.caring import cared, caring
from tests.camera.devices import REBOOT_S, camera, plugged, reach, stored
from tests.camera.test_tls import secure, settled
from tests.unit.states import bilaspur

NEW = "V9.9.1"
TIMES = {"away_s": 4.0, "restart_s": 10.0}


def file(model: CameraModel, version: str = NEW, *words: str) -> bytes:
    """What the lab takes for a firmware: its first line, and as much as does not fit into one piece."""
    line = " ".join(("LAB-FIRMWARE", model.hardware_id, version, *words))
    return line.encode() + b"\n" + bytes(range(256)) * 2500


def listed(*versions: str) -> City:
    """A city in whose catalogue the type of these cameras may run ``versions``."""
    city = bilaspur()
    type_ = city.catalogue["cam-fixed-4mp-ir"].model_copy(update={"firmware": versions})
    return replace(city, catalogue={**city.catalogue, "cam-fixed": type_})


async def hostname(one: Camera, city: City, way: Any) -> None:
    await driver.apply(one, "hostname", desired(one, city).state, way)


def upgraded(number: int, model: CameraModel, content: bytes, fault: Fault = Fault.NONE) -> tuple[Done, LabCamera]:
    """The upgrade of a camera with its declared hostname."""

    async def scenario() -> tuple[Done, LabCamera]:
        async with plugged(number, replace(model, reboot_s=REBOOT_S)) as lab:
            way, city, one = reach(stored(f"c{number}"), **TIMES), listed(NEW), camera(number)
            await hostname(one, city, way)
            lab.fault = fault
            done, _ = await upgrade(one, city, way, content, NEW)
            return done, lab

    return asyncio.run(scenario())


@pytest.mark.parametrize(("number", "model"), [(191, AXIS), (192, CPPLUS)])
def test_it_runs_the_new_version_and_has_its_settings(number: int, model: CameraModel) -> None:
    done, lab = upgraded(number, model, file(model))
    assert done.status is Status.APPLIED and done.text.startswith(f"runs {NEW}, ran {model.firmware}; back"), done
    assert (lab.state.firmware, lab.counters.restarts, lab.counters.failures) == (NEW, 1, 0)


@pytest.mark.parametrize(
    ("content", "fault", "said"),
    [
        (file(GENERIC), Fault.UPLOAD_REFUSED, "HTTP 500"),
        (file(AXIS), Fault.NONE, "HTTP 415"),
    ],
)
def test_a_file_that_is_refused_changes_nothing(content: bytes, fault: Fault, said: str) -> None:
    with pytest.raises(DeviceError, match=said) as raised:
        upgraded(193, GENERIC, content, fault)
    assert "c193 10.77.3.193:80  onvif POST /onvif/system/firmware" in str(raised.value)


def test_one_that_comes_back_with_the_old_version_did_not_take_it() -> None:
    done, lab = upgraded(194, GENERIC, file(GENERIC), Fault.IGNORES)
    assert (done.status, lab.counters.restarts) == (Status.ACCEPTED_NOT_APPLIED, 1)
    assert done.text == f"it came back with {GENERIC.firmware}, not with {NEW}"


def test_one_that_does_not_come_back_is_a_row() -> None:
    done, _ = upgraded(195, GENERIC, file(GENERIC), Fault.NO_RETURN)
    assert (done.status, done.text) == (Status.FAILED, "it went away, and does not answer within 10 s")


@pytest.mark.parametrize("takes", [True, False])
def test_one_that_never_answers_to_the_file_is_looked_at_again(takes: bool) -> None:
    """It may have restarted with the last byte, or have dropped the connection and done nothing."""

    async def scenario() -> Done:
        async with plugged(201, replace(GENERIC, reboot_s=REBOOT_S)) as lab:
            answer = lab._upgrade

            def hang_up(content: bytes) -> Response:
                if takes:
                    answer(content)
                return HANG_UP

            lab._upgrade = hang_up  # type: ignore[method-assign]
            return (await upgrade(camera(201), listed(NEW), reach(stored("c201"), **TIMES), file(GENERIC), NEW))[0]

    done = asyncio.run(scenario())
    if takes:
        assert done.status is Status.APPLIED and done.text.startswith(f"runs {NEW}"), done
    else:
        assert done.status is Status.FAILED
        assert "whether it has done what it was asked is not known; then: it answered all the time for" in done.text


def test_one_that_forgot_its_settings_is_a_failure() -> None:
    model = replace(GENERIC, soft_keeps_users=True)
    done, lab = upgraded(196, model, file(model, NEW, "factory"))
    assert lab.state.firmware == NEW
    assert done.status is Status.FAILED and "hostname not as declared any more: deploy it" in done.text, done


def test_only_what_the_catalogue_allows_is_sent() -> None:
    seen = Identity("Generic", "NC-200", "1.2.3 build 7", "S1")
    one = camera(1)
    assert before(one, seen, listed(NEW), NEW) is None
    runs = before(one, seen, listed(NEW), "1.2.3")
    assert runs is not None and (runs.status, runs.text) == (
        Status.APPLIED, "runs 1.2.3 build 7 already: nothing was sent",
    )  # fmt: skip
    other, none = before(one, seen, listed("1.2.4"), NEW), before(one, seen, listed(), NEW)
    assert other is not None and none is not None
    assert (other.status, none.status) == (Status.REFUSED, Status.REFUSED)
    assert other.text == f"its type cam-fixed may not run {NEW}" and "has no list of firmware" in none.text


def test_a_first_one_that_fails_spares_those_like_it_and_no_others(tmp_path: Path) -> None:
    """Two makes: of one the canary comes back as it was; the other make goes on."""
    makes = {197: CPPLUS, 198: CPPLUS, 199: GENERIC, 200: GENERIC}

    async def scenario() -> tuple[list[Done], dict[int, LabCamera]]:
        async with AsyncExitStack() as stack:
            labs = {}
            for number, make in makes.items():
                labs[number] = await stack.enter_async_context(plugged(number, replace(make, reboot_s=REBOOT_S)))
            labs[197].fault = Fault.IGNORES
            way = reach(stored(*(f"c{number}" for number in makes)), **TIMES)
            context = caring(tmp_path, {f"c{n}": camera(n) for n in makes}, way, care_fail_percent=60)
            city = listed(NEW)

            async def act(one: Camera) -> Done:
                content = file(makes[int(one.name[1:])])
                return (await upgrade(one, city, way, content, NEW))[0]

            errand = Errand("camera upgrade", "", Why("a try"), act, lambda one, seen: before(one, seen, city, NEW))
            result = await cared(context, errand)
            context.store.close()
            return list(result.rows), labs

    rows, labs = asyncio.run(scenario())
    assert [row.status for row in rows] == [
        Status.ACCEPTED_NOT_APPLIED, Status.REFUSED, Status.APPLIED, Status.APPLIED,
    ]  # fmt: skip
    assert "the first one like it" in rows[1].text and "was c197: accepted-not-applied" in rows[1].text
    assert {n: lab.counters.restarts for n, lab in labs.items()} == {197: 1, 198: 0, 199: 1, 200: 1}


@pytest.mark.parametrize("changed", [False, True])
def test_over_https_alone_with_the_certificate_that_is_enrolled(changed: bool) -> None:
    """Some cameras make a new certificate with a new firmware: they get no login until it is enrolled."""

    async def scenario() -> None:
        async with secure(202 + changed, replace(AXIS, reboot_s=REBOOT_S)) as (lab, run):
            lab.inject("protocols.http.enabled", False)
            await settled()
            restarted = lab.restarted

            def other() -> None:
                restarted()
                lab.inject("certificate", "expired")

            if changed:
                lab.restarted = other  # type: ignore[method-assign]
            way = replace(run, timeouts=replace(run.timeouts, **TIMES))
            one, city = camera(202 + changed), listed(NEW)
            await hostname(one, city, way)
            done, _ = await upgrade(one, city, way, file(AXIS), NEW)
            assert lab.state.firmware == NEW and not lab.counters.failures
            if changed:
                assert done.status is Status.FAILED
                assert done.text.startswith("it is back, and does not let us in: its certificate is not the known one")
            else:
                assert done.status is Status.APPLIED, done

    asyncio.run(scenario())


def test_one_file_does_not_go_to_two_types() -> None:
    """Makers give one number to the files of several platforms."""
    city = listed(NEW)
    (type_,) = [name for name, known in city.catalogue.items() if known.may_run(NEW)]
    catalogue = {**city.catalogue, "cam-other": city.catalogue[type_]}
    one, other = (replace(camera(number), device_type=name) for number, name in ((198, type_), (199, "cam-other")))
    unlisted = replace(camera(200), device_type=next(name for name in city.catalogue if name != type_))
    _of_one_type(replace(city, catalogue=catalogue), [one, unlisted], NEW)
    with pytest.raises(UsageError, match=f"{NEW} may run on {type_}, cam-other, and a file is of one: say"):
        _of_one_type(replace(city, catalogue=catalogue), [one, other, unlisted], NEW)
