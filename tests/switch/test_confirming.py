"""The timer of a revert: how a change is confirmed in time, or not, and what is then true."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest

from iccc.compare import Change, compare
from iccc.observed import Status
from iccc.switch import takeback
from iccc.switch.state import SwitchState
from tests.sessions.ios_server import Session
from tests.switch.deeds import applied
from tests.switch.mishaps import HARMLESS, MANAGEMENT, OPERATORS, at_the_line, failed, split, states
from tests.switch.rig import ROUTER, Rig, rig

pytestmark = pytest.mark.usefixtures("quick")

MINUTES = 5  # of the timer that iccc arms


def test_an_operator_who_is_cut_off_waits_for_the_timer_and_is_told_so(templates: Path) -> None:
    """The session that sent the line is dead, and no new one comes through, until the switch has taken it back."""
    one = rig(75, cli_read_s=1, connect_s=1)
    before = states(one)
    one.front.minute_s = 0.7
    began = time.monotonic()
    text = failed(applied(one, templates, SwitchState(gateway="10.77.4.1", saved=True)))
    assert time.monotonic() - began >= MINUTES * one.front.minute_s
    assert text.endswith("all 1 steps were taken back by the switch")
    assert "configure revert now" in one.front.said  # asked when it answered again, and there was nothing to take back
    assert one.front.rolled_back == 1
    assert one.truth.gateway == ROUTER
    assert states(one) == before


def test_a_switch_that_stays_away_longer_than_its_timer_is_told_as_it_is(
    templates: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(takeback, "MARGIN_S", -MINUTES * 60 + 2)
    one = rig(76, cli_read_s=1, connect_s=1)
    text = failed(applied(one, templates, SwitchState(gateway="10.77.4.1", saved=True)))
    assert text.endswith("the switch takes it back by itself within 5 minutes, and nothing is saved")
    assert one.front.rolled_back == 0


@pytest.mark.parametrize("manner", ["drops_at", "hangs_at"])
def test_a_change_that_was_not_confirmed_is_taken_back_and_not_saved(manner: str, templates: Path) -> None:
    one = rig(78, cli_read_s=1)
    before = states(one)
    setattr(one.front, manner, "configure confirm")
    assert failed(applied(one, templates)).endswith("steps were taken back by the switch")
    assert one.front.startup is None
    assert states(one) == before


def lost_answers(one: Rig, line: str) -> None:
    """The switch takes this line, and its session ends before the answer."""

    class Lossy(Session):
        def answer(self, text: str) -> str:
            answer = super().answer(text)
            if text.strip() == line:
                self.dead = True
                self.chan.get_extra_info("connection").abort()
            return answer

    one.front.session = Lossy


@pytest.mark.parametrize(("number", "wish"), [(195, HARMLESS), (196, MANAGEMENT)])
def test_a_confirmation_whose_answer_was_lost_stands_and_is_saved(
    number: int, wish: SwitchState, templates: Path
) -> None:
    one = rig(number, cli_read_s=1)
    lost_answers(one, "configure confirm")
    outcomes = applied(one, templates, wish)
    assert {outcome.status for outcome in outcomes} == {Status.APPLIED}
    assert "configure revert now" in one.front.said  # what answered that nothing is pending
    assert one.front.startup is not None
    assert not any(line.startswith("no ") for line in one.front.typed)
    assert list(compare(wish, states(one))) == [Change("saved", None, True)]


def test_management_is_never_taken_back_line_by_line(templates: Path) -> None:
    one = rig(201)

    def somebody_else_at_work() -> None:
        one.front.disarm()
        one.front.sim.type("ntp server 10.10.0.9")

    at_the_line(one, "configure confirm", somebody_else_at_work)
    stands, rest, text = split(applied(one, templates, SwitchState(access_from=OPERATORS, saved=True)))
    assert (stands, rest) == ({"access_from"}, {"saved"})
    assert "nothing is pending any more, and it reads otherwise than before; it was left as it is" in text
    assert one.truth.access_from == OPERATORS
    assert not any(line.startswith("no ") for line in one.front.typed)
    assert one.front.startup is None


def test_a_timer_that_ran_out_before_the_confirmation_is_seen(templates: Path) -> None:
    one = rig(79)
    before = states(one)
    at_the_line(one, "configure confirm", one.front.roll_back)
    text = failed(applied(one, templates, HARMLESS))
    assert "'configure confirm' was not taken: %No Rollback Confirmed Change pending" in text
    assert text.endswith("steps were taken back by the switch")
    assert states(one) == before


def test_a_timer_that_runs_out_in_the_middle_leaves_lines_to_take_back(
    templates: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(takeback, "BACK_S", 1.5)  # it looks several times whether it is taken back after all
    one = rig(91)
    before = states(one)
    at_the_line(one, "ntp server 10.10.0.1", one.front.roll_back)
    text = failed(applied(one, templates, HARMLESS))
    assert "%No Rollback Confirmed Change pending" in text
    assert text.endswith("the timer had run out before its end; all 3 steps were taken back")
    assert one.front.connections > 5
    assert one.front.most_open <= 4  # a switch has few lines for sessions
    assert states(one) == before


def test_somebody_elses_timer_is_left_alone_and_nothing_is_sent(templates: Path) -> None:
    one = rig(86)
    one.front.archive = ["archive", " path flash:x"]

    async def arm() -> None:
        one.front.arm(30)

    asyncio.run(arm())
    text = failed(applied(one, templates))
    assert "already pending" in text and text.endswith("nothing was sent")
    assert one.front.typed == []
    assert one.front.armed
