"""What becomes of a change that fails: the switch takes it back, or the inverse lines do, and the outcome says how."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from iccc.city.policies import ReachedAt
from iccc.compare import ABSENT, Change, compare
from iccc.observed import Outcome, Status
from iccc.report.commands import commands_text
from iccc.secrets import Secret
from iccc.switch import push, takeback
from iccc.switch.platforms import platform_of
from iccc.switch.preview import preview_all
from iccc.switch.state import Port, PortMode, Svi, SwitchState, User, Vlan
from iccc.wanted import Wanted
from iccc.writing import Writing
from tests.sessions.ios_server import Session
from tests.switch.deeds import GI1, GI2, WANTED, applied, seen_on, with_rig
from tests.switch.rig import ROUTER, UPLINK, WHERE, Rig, rig

HARMLESS = SwitchState(hostname="sw1", vlans={20: Vlan("CAM")}, ntp_servers=frozenset({"10.10.0.1"}), saved=True)
OPERATORS = frozenset({"10.80.0.0/24"})
MANAGEMENT = SwitchState(hostname="sw1", access_from=OPERATORS, saved=True)
MINUTES = 5  # of the timer that iccc arms


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(takeback, "BACK_S", 0.3)
    monkeypatch.setattr(takeback, "POLL_S", 0.05)


def states(one: Rig) -> SwitchState:
    """What the switch has, without whether it is saved: the archive that a revert needs stays."""
    state = seen_on(one).state
    assert isinstance(state, SwitchState)
    return replace(state, saved=None, revision=None)


def at_the_line(one: Rig, line: str, happens: Callable[[], object]) -> None:
    """Let something happen once, just before the switch takes this line."""
    usual, left = Session.answer, [happens]

    def answer(session: Session, text: str) -> str:
        if text.strip() == line and left:
            left.pop()()
        return usual(session, text)

    one.front.session = type("Session", (Session,), {"answer": answer})


def split(outcomes: list[Outcome]) -> tuple[set[str], set[str], str]:
    """What stands of a change, what does not, and the one text of the latter."""
    stands = {outcome.change.path for outcome in outcomes if outcome.status is Status.APPLIED}
    rest = [outcome for outcome in outcomes if outcome.status is Status.FAILED]
    assert len(stands) + len(rest) == len(outcomes)
    (text,) = {outcome.text for outcome in rest}
    assert {outcome.text for outcome in outcomes} <= {text, f"stands, but: {text}"}
    return stands, {outcome.change.path for outcome in rest}, text


def failed(outcomes: list[Outcome]) -> str:
    """The one text of a change that failed whole."""
    assert {outcome.status for outcome in outcomes} == {Status.FAILED}
    (text,) = {outcome.text for outcome in outcomes}
    return text


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
    assert "the login was refused; it was told to take it back" in failed(applied(one, templates))
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


def test_a_connection_lost_in_the_middle_is_opened_again_to_take_all_back(templates: Path) -> None:
    one = rig(77, cli_read_s=1)
    before = states(one)
    one.front.drops_at = "ntp server"
    assert failed(applied(one, templates)).endswith("steps were taken back by the switch")
    one.front.drops_at = ""
    assert states(one) == before
    assert {outcome.status for outcome in applied(one, templates)} == {Status.APPLIED}


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


def test_a_link_that_is_down_after_the_change_takes_it_back(templates: Path) -> None:
    one = rig(80)
    one.front.save()
    saved, before = one.front.startup, states(one)
    one.agent.unplugs = {"ntp server": 1}
    text = failed(applied(one, templates))
    assert f"after the change: no link any more on {GI1}" in text
    assert text.endswith("steps were taken back by the switch")
    assert states(one) == before
    assert one.front.startup == saved


def test_a_neighbour_that_is_gone_after_the_change_takes_it_back(templates: Path) -> None:
    one = rig(81)
    one.agent.hides = "ntp server"
    assert f"LLDP neighbour gone: core on {UPLINK}" in failed(applied(one, templates))


def test_a_neighbour_under_a_new_name_is_the_neighbour_still(templates: Path) -> None:
    one = rig(202)
    one.agent.renames = "ntp server"  # as when the deploy of a city comes to the switch beside
    assert {outcome.status for outcome in applied(one, templates)} == {Status.APPLIED}


def test_neighbours_cannot_be_compared_when_lldp_itself_changes(templates: Path) -> None:
    one = rig(203)
    one.truth.lldp = True
    one.agent.hides = "hostname sw1"
    wish = SwitchState(hostname="sw1", lldp=False, saved=True)
    assert {outcome.status for outcome in applied(one, templates, wish)} == {Status.APPLIED}
    assert one.truth.lldp is False


SWITCH, CAMERA_BOX = b"\x20", b"\x01"  # bridge, stationOnly


@pytest.mark.parametrize("wish", [Port(shutdown=True), Port(poe=False)], ids=["shut", "power"])
def test_no_port_with_a_switch_behind_it_is_taken_down(wish: Port, templates: Path) -> None:
    one = rig(204 + bool(wish.shutdown))
    one.agent.heard = {1: ("core-7", SWITCH)}
    outcomes = applied(one, templates, SwitchState(ports={GI1: wish}, saved=True))
    assert {outcome.status for outcome in outcomes} == {Status.REFUSED}
    assert f"{GI1} would lose its link, and LLDP shows a switch there: core-7" in outcomes[0].text
    assert one.front.typed == [] and not one.front.armed
    one.agent.heard = {1: ("axis-1", CAMERA_BOX)}
    outcomes = applied(one, templates, SwitchState(ports={GI1: wish}, saved=True))
    assert {outcome.status for outcome in outcomes} == {Status.APPLIED}


GUARDED = [Port(mode=PortMode.ACCESS, max_macs=2), Port(edge=True), Port(bpdu_guard=True)]


@pytest.mark.parametrize("number", range(3))
def test_what_is_for_cameras_is_not_set_where_a_switch_hangs(number: int, templates: Path) -> None:
    one, wish = rig(206 + number), SwitchState(ports={GI1: GUARDED[number]}, saved=True)
    for unknown in (b"", SWITCH):
        one.agent.heard = {1: ("Switch", unknown)}
        outcomes = applied(one, templates, wish)
        assert {outcome.status for outcome in outcomes} == {Status.REFUSED}
        assert f"LLDP shows Switch on {GI1}" in outcomes[0].text
    assert one.front.typed == []
    one.agent.heard = {1: ("cam-1", SWITCH)}  # what is declared there: a camera with two sockets bridges
    assert {outcome.status for outcome in applied(one, templates, wish)} == {Status.APPLIED}


def test_a_port_that_its_guard_shuts_a_moment_later_takes_the_change_back(templates: Path) -> None:
    one = rig(209, settle_s=1.2)
    before = states(one)
    one.agent.guards = {"switchport port-security": (1, 0.6)}
    wish = SwitchState(ports={GI1: Port(mode=PortMode.ACCESS, max_macs=1)}, saved=True)
    text = failed(applied(one, templates, wish))
    assert f"after the change: no link any more on {GI1}" in text
    assert text.endswith("steps were taken back by the switch")
    assert states(one) == before


@pytest.mark.parametrize(
    "wish", [replace(WANTED, ports={GI2: GUARDED[0]}), replace(WANTED, ports={GI1: Port("cam 1", poe=True)})]
)
def test_nothing_is_waited_for_where_no_guard_is_set_on_a_link(wish: SwitchState, templates: Path) -> None:
    one = rig(210 + (GI1 in (wish.ports or {})), settle_s=60.0)  # type: ignore[operator]
    began = time.monotonic()
    assert {outcome.status for outcome in applied(one, templates, wish)} == {Status.APPLIED}
    assert time.monotonic() - began < 20


def test_a_link_that_comes_back_in_time_is_no_reason(templates: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(takeback, "BACK_S", 10.0)
    one = rig(82)
    one.agent.unplugs = {"ntp server": 1}

    async def later() -> None:
        await asyncio.sleep(1.0)
        one.agent.unplugs.clear()

    from iccc.switch.driver import apply
    from tests.switch.rig import plugged

    async def run() -> list[Outcome]:
        async with plugged(one):
            found, _ = await asyncio.gather(apply(one.switch, "", WANTED, one.reach, Writing(templates)), later())
            return found

    assert {outcome.status for outcome in asyncio.run(run())} == {Status.APPLIED}


def test_a_port_that_is_shut_on_purpose_may_lose_its_link(templates: Path) -> None:
    one = rig(83)
    outcomes = applied(one, templates, SwitchState(ports={GI1: Port(shutdown=True)}, saved=True))
    assert {outcome.status for outcome in outcomes} == {Status.APPLIED}
    assert one.truth.ports[GI1].shutdown


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


def moved(one: Rig, number: int) -> SwitchState:
    """Declare the switch in VLAN 110 at 10.77.5.``number``; what is then wanted of it."""
    old = ReachedAt(one.switch.address, 99, WHERE)
    one.declare(address=f"10.77.5.{number}", management_vlan=110, reached_at=old)
    return SwitchState(
        vlans={99: ABSENT, 110: Vlan("MGMT-NEW")},
        ports={UPLINK: Port(mode=PortMode.TRUNK, allowed_vlans=frozenset({20, 110}))},
        interfaces={110: Svi(f"10.77.5.{number}/24", False), 99: ABSENT},
        saved=True,
    )


def test_a_management_vlan_is_moved_and_the_old_one_goes_after_the_new_one_was_proved(templates: Path) -> None:
    one = rig(89)
    wish = moved(one, 89)
    outcomes = applied(one, templates, wish)
    assert {(outcome.status, outcome.text) for outcome in outcomes} == {(Status.APPLIED, "")}
    assert set(one.truth.vlans) == {1, 110}
    assert {vlan: svi.address for vlan, svi in one.truth.interfaces.items() if svi.address} == {110: "10.77.5.89/24"}
    assert one.truth.ports[UPLINK].allowed == {20, 110}
    assert one.front.said.count("configure terminal revert timer 5") == 3  # before it, for it, and for the old one
    assert applied(one, templates, wish) == []


def test_a_new_management_address_that_does_not_answer_leaves_the_old_one(templates: Path) -> None:
    one = rig(90, cli_read_s=1, connect_s=0.5)
    wish = moved(one, 90)
    one.front.reaches = lambda address: address == "10.77.4.90"  # type: ignore[method-assign]
    stands, rest, text = split(applied(one, templates, wish))
    assert stands == {"vlans[110]"} and "interfaces[110]" in rest
    assert "taken back by the switch" in text
    assert 99 in one.truth.vlans
    assert set(one.truth.interfaces) == {1, 99}
    assert 99 in one.truth.ports[UPLINK].allowed
    assert one.front.startup is None
