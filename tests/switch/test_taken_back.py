"""What becomes of a change that fails in the middle: the switch takes it back, and the outcome says how."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from iccc.compare import ABSENT
from iccc.observed import Status
from iccc.secrets import Secret
from iccc.switch.state import SwitchState, User
from iccc.writing import Writing
from tests.sessions.ios_server import Session
from tests.switch.deeds import applied, seen_on
from tests.switch.mishaps import MANAGEMENT, OPERATORS, at_the_line, failed, split, states
from tests.switch.rig import rig

pytestmark = pytest.mark.usefixtures("quick")


@pytest.mark.parametrize("refused", ["ntp server", "switchport mode access", "vlan 20"])
def test_a_line_that_is_not_taken_ends_it_and_the_switch_takes_all_back(refused: str, templates: Path) -> None:
    one = rig(71)
    before = states(one)
    one.front.refuses = refused
    text = failed(applied(one, templates))
    assert f"{refused}" in text.partition("was not taken: Command rejected")[0]
    assert text.endswith("steps were taken back by the switch")
    assert one.front.rolled_back == 1
    assert one.front.startup is None
    assert not one.front.armed
    assert states(one) == before


def test_a_refused_poe_set_takes_all_back(templates: Path) -> None:
    one = rig(72)
    before = states(one)
    one.agent.refused = 17
    assert failed(applied(one, templates)).endswith("steps were taken back by the switch")
    assert states(one) == before


def test_a_login_that_fails_after_the_push_leads_to_a_revert(templates: Path) -> None:
    one = rig(73)
    before = states(one)
    one.front.locks_out_after = len(one.front.auths) + 1
    assert "was refused; it was told to take it back" in failed(applied(one, templates))
    assert (one.front.rolled_back, one.front.startup) == (1, None)
    one.front.locks_out_after = 1_000_000
    assert states(one) == before


def test_an_access_list_that_keeps_the_operator_out_is_taken_back_by_the_session_that_is_in(templates: Path) -> None:
    one = rig(74)
    one.front.operator = "10.99.0.10"
    before = states(one)
    made: list[SwitchState] = []
    stands, rest, text = split(applied(one, templates, MANAGEMENT, writing=Writing(templates, made=made.append)))
    assert "all 1 steps were taken back by the switch; 1 steps before that stand, and are not saved" in text
    assert (stands, rest) == ({"hostname"}, {"access_from", "saved"})
    assert [(state.hostname, state.access_from) for state in made] == [("sw1", before.access_from)]
    assert states(one) == replace(before, hostname="sw1")
    assert one.front.startup is None


def test_what_somebody_else_does_between_two_rounds_ends_the_change(templates: Path) -> None:
    one = rig(213)
    at_the_line(one, "configure confirm", lambda: one.front.sim.type("ntp server 10.10.0.66"))
    stands, rest, text = split(applied(one, templates, MANAGEMENT))
    assert "otherwise than what was sent in ntp_servers: not taken, or somebody else is at work" in text
    assert "1 steps before that stand, and are not saved" in text
    assert (stands, rest) == ({"hostname"}, {"access_from", "saved"})
    assert one.truth.access_from == {"0.0.0.0/0"}
    assert one.front.startup is None


def test_a_connection_lost_in_the_middle_is_opened_again_to_take_all_back(templates: Path) -> None:
    one = rig(77, cli_read_s=1)
    before = states(one)
    one.front.drops_at = "ntp server"
    assert failed(applied(one, templates)).endswith("steps were taken back by the switch")
    one.front.drops_at = ""
    assert states(one) == before
    assert {outcome.status for outcome in applied(one, templates)} == {Status.APPLIED}


def test_a_session_that_ends_in_the_middle_of_a_management_change_is_opened_again_for_the_rest(templates: Path) -> None:
    class Fleeting(Session):
        def answer(self, line: str) -> str:
            if line == "line vty 0 4" and one.front.connections == 2:  # the one of `seen_on`, and this
                self.dead = True
                self.chan.get_extra_info("connection").abort()
                return ""
            return super().answer(line)

    one = rig(94, cli_read_s=1)
    seen_on(one)
    one.front.session = Fleeting
    outcomes = applied(one, templates, SwitchState(access_from=OPERATORS, saved=True))
    assert {outcome.status for outcome in outcomes} == {Status.APPLIED}
    assert one.truth.access_from == OPERATORS
    assert one.front.typed.count("line vty 5 15") == 1
    assert not one.front.armed


def test_a_change_that_stands_and_could_not_be_saved_says_so(templates: Path) -> None:
    one = rig(92, cli_read_s=1)
    one.front.drops_at = "write memory"
    _stands, rest, text = split(applied(one, templates))
    assert rest == {"saved"}
    assert text.startswith("applied, but not saved: ") and text.endswith("a restart takes it back")
    assert one.truth.hostname == "sw1"
    assert not one.front.armed


def test_a_change_that_could_not_be_read_back_is_no_success(templates: Path) -> None:
    one = rig(93, cli_read_s=1)
    at_the_line(one, "write memory", lambda: setattr(one.front, "drops_at", "show running-config"))
    assert failed(applied(one, templates)).startswith("written, but not read back: ")


def test_users_are_set_with_their_passwords_which_no_outcome_shows(templates: Path) -> None:
    one = rig(88)
    one.truth.users["guest"] = 1
    one.front.sim = type(one.front.sim)(one.truth, asks=True)
    one.credentials.passwords["sw1", "iccc"] = Secret("Passw0rd-of-iccc")
    wish = SwitchState(users={"iccc": User(15), "guest": ABSENT}, saved=True)
    one.front.refuses = "username iccc"
    assert "Passw0rd-of-iccc" not in (text := failed(applied(one, templates, wish)))
    assert "'username iccc privilege 15 secret ***'" in text
    one.front.refuses = ""
    assert {outcome.status for outcome in applied(one, templates, wish)} == {Status.APPLIED}
    assert one.truth.users == {"admin": 15, "iccc": 15}
    assert "username iccc privilege 15 secret Passw0rd-of-iccc" in one.front.typed
