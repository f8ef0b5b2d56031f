"""What could not be read: one finding where one thing is the matter, and a next step for every reason."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from iccc.city.devices import SnmpAccess
from iccc.cli.main import cli
from iccc.compare import Unread
from iccc.drift import observability
from iccc.drift.observability_steps import next_step
from iccc.errors import Reason
from iccc.finding import Class, Finding
from tests.drift.test_roots import ALL, CAMERA, CITY, found, view_of
from tests.unit.states import silent

LATE = Unread(Reason.NO_ANSWER, f"{CAMERA.name} {CAMERA.address}:80  onvif sweep: not finished within 12 s")
SWITCH = CAMERA.switch
SNMP_REASONS = (Reason.NO_ANSWER, Reason.REFUSED, Reason.UNAUTHORISED, Reason.BAD_ANSWER, Reason.GUARDED)


def unread_parts(*names: str) -> Finding:
    seen = ALL[CAMERA.name]
    (finding,) = found(replace(seen, state=replace(seen.state, **dict.fromkeys(names, LATE))))
    return finding


def test_a_camera_that_is_too_slow_is_one_finding_with_its_parts_in_the_evidence() -> None:
    finding = unread_parts("users", "hostname", "location")
    assert (finding.device, finding.path, finding.class_) == (CAMERA.name, "", Class.OBSERVABILITY)
    assert finding.text == "answers too slowly to be read: not finished within 12 s"
    assert {(e.source, e.value) for e in finding.evidence} == {
        (part, LATE.text) for part in ("users", "hostname", "location")
    }
    assert f"{CAMERA.switch} {CAMERA.port}" in finding.next_step


@pytest.mark.parametrize(
    ("field", "value", "text"),
    [
        ("gateway", "10.82.1.254", "is 10.82.1.254; 10.82.1.1 is declared"),
        ("gateway", None, "is not set; 10.82.1.1 is declared"),
        ("prefix_length", 16, "the prefix length of"),
        ("dhcp", True, "has DHCP switched on; its address is declared"),
    ],
)
def test_how_a_camera_is_addressed_is_class_addressing(field: str, value: object, text: str) -> None:
    seen = ALL[CAMERA.name]
    state = replace(seen.state, network=replace(seen.state.network, **{field: value}))
    (finding,) = found(replace(seen, state=state))
    assert (finding.device, finding.path, finding.class_) == (CAMERA.name, f"network.{field}", Class.ADDRESSING)
    assert text in finding.text
    assert f"deploy bilaspur --limit {CAMERA.name} --allow-network" in finding.next_step


def test_a_changed_certificate_is_a_finding_with_its_way_out() -> None:
    unread = Unread(
        Reason.UNTRUSTED, f"{CAMERA.name} {CAMERA.address}:443  onvif x: its certificate is not the known one"
    )
    (finding,) = found(replace(ALL[CAMERA.name], state=unread))
    assert (finding.path, finding.class_, finding.seen) == ("", Class.OBSERVABILITY, "untrusted")
    assert f"enrol bilaspur --limit {CAMERA.name} --replace" in finding.next_step


def test_one_part_that_was_not_read_in_time_keeps_its_path() -> None:
    assert unread_parts("users").path == "users"


def test_the_oids_of_a_bad_answer_are_its_evidence() -> None:
    text = "GETBULK 1.3.6.1.2.1.17.7: OIDs do not increase at 1.3.6.1.2.1.17.7.1, asked of 10.81.5.12:161"
    seen: Any = ALL[SWITCH]
    facts = replace(seen.facts, unread={"fdb": Unread(Reason.BAD_ANSWER, text)})
    (finding,) = found(replace(seen, facts=facts))
    assert [(e.source, e.value) for e in finding.evidence] == [("OID", "1.3.6.1.2.1.17.7, 1.3.6.1.2.1.17.7.1")]
    assert finding.next_step.startswith(f"Compare the firmware of {SWITCH}")


def step(name: str, reason: Reason, *, path: str = "", snmp: bool = False, target: str = "lab") -> str:
    view = view_of()
    view = replace(view, plan=replace(view.plan, target=target))
    return next_step(view, name, path, Unread(reason, "told"), late=False, snmp=snmp)


@pytest.mark.parametrize("target", ["lab", "live"])
@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_has_a_next_step_whose_commands_can_be_typed(reason: Reason, target: str) -> None:
    steps = [step(name, reason, target=target) for name in (CAMERA.name, SWITCH, CAMERA.recorder)]
    steps += [step(SWITCH, reason, path="snmp", snmp=True, target=target)]
    for text in steps:
        assert text.endswith(".") and text[0].isupper()
        for command in re.findall(r"`iccc ([^`]*)`", text):
            words = command.split()
            assert words[1] == CITY.key and ("--live" in words) == (target == "live")
            parsed = cli.make_context("iccc", words)
            verb = cli.get_command(parsed, words[0])
            assert verb is not None
            verb.make_context(words[0], words[1:], parent=parsed)  # raises on what cannot be typed


def test_a_login_that_is_refused_or_rests_says_how_to_end_it() -> None:
    for reason in (Reason.UNAUTHORISED, Reason.BACK_OFF):
        (finding,) = found(silent(CAMERA, reason))
        assert f"`iccc enrol {CITY.key} --bootstrap --limit {CAMERA.name}`" in finding.next_step
        assert f"`iccc secret {CITY.key} set bootstrap/camera/login --user USER`" in finding.next_step


def test_silent_snmp_names_what_it_is_asked_with() -> None:
    assert "its community, its access list for this host, and UDP 161" in step(SWITCH, Reason.NO_ANSWER, snmp=True)
    assert f"`iccc secret {CITY.key} set snmp/ro`" in step(SWITCH, Reason.UNAUTHORISED, snmp=True)
    view = view_of()
    v3 = replace(CITY.switches[SWITCH], snmp=SnmpAccess("3", "see"))
    view = replace(view, city=replace(CITY, switches={**CITY.switches, SWITCH: v3}))
    asked = {r: next_step(view, SWITCH, "snmp", Unread(r, ""), late=False, snmp=True) for r in SNMP_REASONS}
    assert "its user see and both passwords" in asked[Reason.NO_ANSWER]
    assert "set snmp/v3/see/auth" in asked[Reason.UNAUTHORISED] and "snmp/v3/see/privacy" in asked[Reason.UNAUTHORISED]


def test_a_command_line_alone_that_is_silent_is_looked_at_by_ssh() -> None:
    seen = replace(ALL[SWITCH], state=Unread(Reason.NO_ANSWER, "no answer within 3 s"))
    (finding,) = observability.findings(view_of(seen), frozenset())
    assert "TCP 22" in finding.next_step
