"""A switch that arms no revert: what is changed all the same, and what is not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from iccc.compare import ABSENT, compare
from iccc.observed import Status
from iccc.report.commands import commands_text
from iccc.switch import push
from iccc.switch.platforms import platform_of
from iccc.switch.preview import preview_all
from iccc.switch.state import Port, SwitchState
from iccc.wanted import Wanted
from iccc.writing import Writing
from tests.switch.deeds import GI2, WANTED, applied, seen_on, with_rig
from tests.switch.mishaps import HARMLESS, MANAGEMENT, OPERATORS, failed, split, states
from tests.switch.rig import rig

pytestmark = pytest.mark.usefixtures("quick")


@pytest.mark.parametrize("manner", ["an old image", "an archive that cannot be"])
def test_a_switch_that_does_not_arm_is_changed_with_lines_that_take_back_but_its_management_is_not(
    manner: str, templates: Path
) -> None:
    one = rig(84)
    one.front.knows_revert = manner != "an old image"
    one.front.has_archive = manner == "an old image"
    text = failed(applied(one, templates, MANAGEMENT))
    assert "the switch did not say that its revert is armed, which management needs; of it nothing was sent" in text
    assert "'archive; path flash:iccc-archive', which its revert needs, stays" in text
    assert one.truth.hostname == "Switch"
    before = states(one)
    one.front.refuses = "switchport mode access"
    assert failed(applied(one, templates, part="widen")).endswith("steps were taken back")
    assert states(one) == before
    assert one.front.rolled_back == 0
    one.front.refuses = ""
    outcomes = applied(one, templates, part="widen")
    assert {(outcome.status, outcome.text) for outcome in outcomes} == {
        (Status.APPLIED, "changed without an armed revert: the switch did not say that its revert is armed")
    }
    assert one.front.rolled_back == 0


def test_a_timer_that_was_only_claimed_is_not_believed(templates: Path) -> None:
    one = rig(212)
    one.front.claims_revert = True
    before = states(one)
    text = failed(applied(one, templates))
    assert "it said that its revert is armed, and then '%No Rollback Confirmed Change pending'" in text
    assert states(one) == before
    assert one.front.startup is None


@pytest.mark.parametrize(
    ("number", "wish", "what"),
    [
        (197, WANTED, "taking VLANs away needs"),
        (198, SwitchState(vlans={30: ABSENT}, saved=True), "taking VLANs away needs"),
        (199, SwitchState(ports={GI2: Port(shutdown=True)}, saved=True), f"shutting {GI2} needs"),
    ],
    ids=["a trunk", "a VLAN", "a port"],
)
def test_nothing_is_taken_away_from_a_switch_that_does_not_arm(
    number: int, wish: SwitchState, what: str, templates: Path
) -> None:
    one = rig(number)
    one.front.sim.type("vlan 30")
    one.front.knows_revert = False
    before = states(one)
    text = failed(applied(one, templates, wish))
    assert f"which {what} where no out_of_band is declared; of it nothing was sent" in text
    assert states(one) == before
    one.declare(out_of_band="terminal server at 10.77.9.9")
    outcomes = applied(one, templates, wish)
    assert {outcome.status for outcome in outcomes} == {Status.APPLIED}
    assert all("without an armed revert" in outcome.text for outcome in outcomes)
    assert list(compare(wish, seen_on(one).state)) == []


def test_a_preview_shows_what_the_revert_needs_first(templates: Path) -> None:
    one = rig(200)
    wanted = {"sw1": Wanted("sw1", HARMLESS, {})}
    (preview,) = with_rig(one, lambda: preview_all([one.switch], wanted, one.reach, Writing(templates)))  # type: ignore[misc, arg-type]
    assert preview.prepares == ("archive", " path flash:iccc-archive")
    assert "== for the revert of the switch itself; stays\n  archive\n   path flash" in commands_text([preview])
    applied(one, templates, HARMLESS)
    again = {"sw1": Wanted("sw1", replace(HARMLESS, hostname="sw1b"), {})}
    (preview,) = with_rig(one, lambda: preview_all([one.switch], again, one.reach, Writing(templates)))  # type: ignore[misc, arg-type]
    assert preview.steps and not preview.prepares


def test_where_lines_cannot_be_taken_back_a_restart_does(templates: Path) -> None:
    one = rig(85, cli_read_s=1)
    one.front.knows_revert = False
    one.front.drops_at = "ntp server"
    stands, _rest, text = split(applied(one, templates, HARMLESS))
    assert "a restart takes the changes back" in text
    assert stands == {"vlans[20]"}
    assert one.front.startup is None


def test_a_platform_without_a_timer_needs_another_way_in_for_management(
    templates: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(push, "platform_of", lambda name: replace(platform_of(name), revert=None))
    one = rig(87)
    outcomes = applied(one, templates, MANAGEMENT)
    assert {outcome.status for outcome in outcomes} == {Status.REFUSED}
    assert "cisco_ios has no revert timer, and no out_of_band is declared" in outcomes[0].text
    assert one.front.typed == []
    one.declare(out_of_band="terminal server at 10.77.9.9")
    assert {outcome.status for outcome in applied(one, templates, MANAGEMENT)} == {Status.APPLIED}
    assert one.truth.access_from == OPERATORS
