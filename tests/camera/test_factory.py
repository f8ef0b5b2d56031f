"""Factory default: what the camera has set afterwards decides, and the way back is said."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from iccc.camera import driver
from iccc.camera.desired import desired
from iccc.camera.factory import to_factory
from iccc.camera.settled import settings
from iccc.compare import Unread
from iccc.errors import Reason
from iccc.lab.camera import LabCamera
from iccc.lab.camera_model import AXIS, CPPLUS, GENERIC, HIKVISION, CameraModel
from iccc.lab.device import Fault
from iccc.observed import Done, Status
from iccc.secrets import Login, Secret
from tests.camera.devices import REBOOT_S, camera, plugged, reach, stored
from tests.support import login
from tests.unit.states import bilaspur

OURS = Login("iccc", Secret("managed-iccc"), managed=True)


def defaulted(
    number: int, model: CameraModel, *, hard: bool = False, fault: Fault = Fault.NONE, fresh: bool = False
) -> tuple[Done, LabCamera]:
    """The factory default of a camera that was deployed, unless it is ``fresh``; ``forget`` as the command has it."""

    async def scenario() -> tuple[Done, LabCamera]:
        async with plugged(number, replace(model, reboot_s=REBOOT_S)) as lab:
            credentials, city, one = stored(f"c{number}"), bilaspur(), camera(number)
            way = reach(credentials, away_s=4, restart_s=3 if hard else 10)
            if not fresh:
                for section in ("hostname", "users"):
                    await driver.apply(one, section, desired(one, city).state, way)
                credentials.default = [OURS]
            lab.fault = fault
            lab.counters.failures = 0

            def forget() -> None:
                credentials.default = [login(), OURS]

            return await to_factory(one, city, way, hard, forget), lab

    return asyncio.run(scenario())


@pytest.mark.parametrize(("number", "model"), [(221, AXIS), (222, HIKVISION), (223, CPPLUS), (224, GENERIC)])
def test_a_soft_one_is_back_with_nothing_of_what_was_declared(number: int, model: CameraModel) -> None:
    done, lab = defaulted(number, model)
    assert done.status is Status.APPLIED, done
    assert done.text.endswith(f"settings are not as declared: iccc deploy bilaspur --limit c{number}")
    assert lab.snapshot()["hostname"] == model.hostname
    assert lab.counters.restarts == 1 and lab.counters.failures <= 1


def test_one_that_goes_there_without_an_answer_is_looked_at_again() -> None:
    done, lab = defaulted(229, GENERIC, fault=Fault.ACTS_UNANSWERED)
    assert done.status is Status.APPLIED and "though it did not answer when it was asked to" in done.text, done
    assert lab.snapshot()["hostname"] == GENERIC.hostname and lab.counters.failures <= 1


def test_a_hard_one_that_does_not_answer_says_both() -> None:
    done, _ = defaulted(230, HIKVISION, hard=True, fault=Fault.ACTS_UNANSWERED)
    assert done.status is Status.FAILED
    assert "whether it has done what it was asked is not known; then: it went away" in done.text
    assert "a hard factory default takes the address, too" in done.text


def test_a_hard_one_is_gone_and_what_to_do_is_said() -> None:
    done, lab = defaulted(225, HIKVISION, hard=True)
    assert done.status is Status.FAILED and lab.snapshot()["address"] == HIKVISION.factory_address
    assert "it went away, and does not answer within 3 s; a hard factory default takes the address, too" in done.text
    assert "give it 10.77.3.225 at the site, then iccc enrol bilaspur --limit c225 --bootstrap" in done.text


def test_what_cannot_be_read_afterwards_proves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Any] = []

    async def once(*args: Any) -> Any:
        told.append(await settings(*args))
        return told[0] if len(told) == 1 else Unread(Reason.NO_ANSWER, "no answer")

    monkeypatch.setattr("iccc.camera.factory.settings", once)
    done, lab = defaulted(227, GENERIC)
    assert lab.counters.restarts == 1
    assert done.status is Status.FAILED and "what it has set cannot be read" in done.text, done


def test_one_whose_settings_cannot_be_read_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    async def silent(*_args: Any) -> Any:
        return Unread(Reason.NO_ANSWER, "no answer")

    monkeypatch.setattr("iccc.camera.factory.settings", silent)
    done, lab = defaulted(228, GENERIC)
    assert lab.counters.restarts == 0 and done.status is Status.FAILED and done.text.startswith("nothing was sent")


@pytest.mark.parametrize(("fault", "fresh"), [(Fault.IGNORES, False), (Fault.NONE, True)])
def test_one_that_has_what_it_had_is_not_believed(fault: Fault, fresh: bool) -> None:
    """It may have said yes and kept everything; or it had nothing to lose, which nobody can tell apart."""
    done, lab = defaulted(226, GENERIC, fault=fault, fresh=fresh)
    assert lab.counters.restarts == 1
    assert done.status is Status.ACCEPTED_NOT_APPLIED and "it has set what it had before" in done.text, done
