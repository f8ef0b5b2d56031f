"""Changes that fail: what happens to them, how they are told, and what the switch has then."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from iccc.observed import Outcome, Status
from iccc.switch.state import SwitchState, Vlan
from tests.sessions.ios_server import Session
from tests.switch.deeds import seen_on
from tests.switch.rig import Rig

HARMLESS = SwitchState(hostname="sw1", vlans={20: Vlan("CAM")}, ntp_servers=frozenset({"10.10.0.1"}), saved=True)
OPERATORS = frozenset({"10.80.0.0/24"})
MANAGEMENT = SwitchState(hostname="sw1", access_from=OPERATORS, saved=True)


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
