"""A deploy that is locked out, interrupted or killed leaves a state from which the next one goes on."""

from __future__ import annotations

import random

import pytest

from tests.flow.foreign import Foreigner
from tests.flow.town import Town

# When (as a share of the Sets of a whole deploy) which process is killed. The first two in every run of the tests.
_random = random.Random(523)
_moments = [(round(_random.random(), 3), part) for part in ("iccc", "worker", "iccc", "engine") * 5]
KILLS = [
    pytest.param(moment, part, id=f"{part}-{moment}", marks=[pytest.mark.long] if number >= 2 else [])
    for number, (moment, part) in enumerate(_moments)
]
FEW_FAILURES = 1  # logins that a device may refuse in all of it: the common makes lock at five
USERS = {"camera": ["admin", "iccc", "recorder"], "recorder": ["admin", "iccc"]}


@pytest.mark.parametrize(("moment", "part"), KILLS)
def test_after_a_kill_the_next_deploy_converges(factory: Town, moment: float, part: str) -> None:
    town = factory
    deploy = town.start("deploy", "--yes")
    deploy.until(lambda: sum(town.hand.written().values()) >= moment * town.sets)
    deploy.kill(part)
    if deploy.ended().code == 0:  # killed when all was done: then that has to be true
        town.iccc("plan", code=0)

    again = town.deploy()
    town.iccc("plan", code=0)
    assert max(town.hand.failures().values(), default=0) <= FEW_FAILURES
    them = Foreigner(town)
    assert them.refused() == [], "every managed password logs in"
    for device in (*town.city.recorders.values(), *town.city.cameras.values()):
        assert sorted(them.users(device.name)) == USERS[device.kind]
    if part == "iccc":
        assert "was interrupted; this one goes on" in again.err


def test_ctrl_c_ends_a_deploy_and_the_next_one_goes_on(factory: Town) -> None:
    town = factory
    deploy = town.start("deploy", "--yes")
    deploy.until(lambda: bool(town.hand.written()))
    deploy.interrupt()
    done = deploy.ended()
    assert done.code == 130
    assert "what was done is kept" in done.err
    town.deploy()
    town.iccc("plan", code=0)


def test_a_second_command_says_who_is_at_work_and_does_not_disturb_it(factory: Town) -> None:
    town = factory
    deploy = town.start("deploy", "--yes", "--format", "json")
    deploy.until(lambda: bool(town.hand.written()))
    told = town.iccc("plan", code=1)
    assert "bilaspur is locked by process" in told.err
    assert "(deploy)" in told.err
    done = deploy.ended()
    assert done.code == 0
    assert {row["status"] for row in done.json["rows"]} == {"applied"}
