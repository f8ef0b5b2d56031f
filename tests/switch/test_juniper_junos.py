"""Juniper EX: what its texts and models say. Over SSH: test_juniper_junos_session.py."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from iccc.compare import ABSENT, Unread, compare
from iccc.switch.lines import render
from iccc.switch.platforms.juniper_junos import PLATFORM
from iccc.switch.platforms.juniper_junos.facts import ERRORS
from iccc.switch.platforms.juniper_junos.sha512 import sha512_crypt
from iccc.switch.platforms.juniper_junos.text import quoted
from iccc.switch.state import Vlan
from iccc.switch.steps import Unparsable, Unsayable
from tests.switch.laws.pairs import switch, wish
from tests.switch.laws.subjects import Subject
from tests.switch.sims.juniper_junos import JunosSim
from tests.switch.sims.truth import Truth

SUBJECT = Subject(PLATFORM, JunosSim, "ge-0/0/{n}", modes=("rstp",))


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(random=st.randoms(use_true_random=False))
def test_what_is_rendered_reads_as_what_was_declared(random: Random) -> None:
    wanted = wish(random, SUBJECT, switch(random, SUBJECT))
    templates = Path(__file__).resolve().parents[2] / "templates"
    seen = PLATFORM.read(render(PLATFORM, wanted, templates)).state()
    present = replace(wanted, saved=None, communities=None)  # secrets are not in it
    if wanted.spanning_tree is not None and not wanted.spanning_tree.mode:  # type: ignore[union-attr]
        present = replace(present, spanning_tree=None)
    differing = [found for found in compare(present, seen) if getattr(found, "wanted", None) is not ABSENT]
    assert differing == []


@pytest.mark.parametrize(
    ("running", "words"),
    [
        ("", "no statement"),
        ("error: permission denied", "no statement"),
        ("set version 12.3R12.4\nset ethernet-switching-options storm-control interface all\n", "no ELS"),
        ("set interfaces ge-0/0/1 unit 0 family ethernet-switching port-mode access\n", "no ELS"),
    ],
)
def test_what_is_no_configuration_of_this_platform(running: str, words: str) -> None:
    with pytest.raises(Unparsable, match=words):
        PLATFORM.read(running)


def test_the_answer_to_count_has_to_fit() -> None:
    text = "set version 21.4R3\nset system services ssh\n"
    PLATFORM.read(text, "Count: 2 lines\n")
    with pytest.raises(Unparsable, match="2 lines of the configuration came, and the switch counts 3"):
        PLATFORM.read(text, "Count: 3 lines\n")


def test_only_a_last_commit_that_stands_is_saved() -> None:
    stands = "0   2025-07-31 06:30:00 UTC by admin via cli\n"
    waits = "0   2025-07-31 06:30:00 UTC by admin via cli commit confirmed, rollback in 5mins\n"
    assert PLATFORM.is_saved("", stands + waits.replace("0  ", "1  ", 1))
    assert not PLATFORM.is_saved("", waits + stands.replace("0  ", "1  ", 1))
    assert not PLATFORM.is_saved("", "error: could not read the commit history")


def test_secrets_are_not_kept() -> None:
    truth = Truth(
        users={"admin": 15},
        stp_mode="rstp",
        communities={"s3cret": "rw", "public": "ro"},
        snmp_users={"nms": "all"},
        views={"all": frozenset({"1.3"})},
    )
    text = JunosSim(truth).running()
    kept = PLATFORM.stable(text)
    for secret in ("s3cret", "$6$simulated", "$9$simulated"):
        assert secret in text
        assert secret not in kept
    assert "set snmp community *** authorization read-write" in kept
    assert "set system login user admin authentication encrypted-password ***" in kept


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        ("", ""),
        ("[edit]\n", ""),
        ("warning: statement not found\n", ""),
        ("[edit interfaces ge-0/0/1]\n  'unit 0'\n    warning: something odd\ncommit complete\n", ""),
        ("commit confirmed will be automatically rolled back in 5 minutes unless confirmed\ncommit complete", ""),
        ("# commit confirmed will be rolled back in 4 minutes", ""),
        ("      ^\nsyntax error.", "syntax error."),
        ("   ^\nunknown command.", "unknown command."),
        ("      ^\nValue 4095 is not within range (1..4094)", "Value 4095 is not within range (1..4094)"),
        ("error: configuration database modified", "error: configuration database modified"),
        ("[edit vlans A]\n  'vlan-id 20'\n    duplicate\nerror: x", "[edit vlans A]\n  'vlan-id 20'\n    duplicate"),
        ("0   2025-07-31 06:30:00 UTC by a via cli commit confirmed, rollback in 5mins", "rollback in 5mins"),
        ("1   2025-07-31 06:30:00 UTC by a via cli commit confirmed, rollback in 5mins", ""),
        ("Count: 0 lines", "Count: 0 lines"),
        ("Count: 1 lines", ""),
    ],
)
def test_which_answers_are_complaints(answer: str, found: str) -> None:
    complaint = ERRORS.search(answer)
    assert (complaint is not None) is bool(found)
    assert complaint is None or found in complaint[0]


def test_statements_that_hand_settings_down_make_their_sections_unread() -> None:
    groups = "set groups G system ntp server 10.0.0.1\nset apply-groups G\nset vlans CAM vlan-id 20\n"
    state = PLATFORM.read(groups).state()
    assert isinstance(state.ntp_servers, Unread)
    assert state.vlans == {1: Vlan("default"), 20: Vlan("CAM")}
    unused = PLATFORM.read(groups.replace("set apply-groups G\n", "")).state()
    assert unused.ntp_servers == frozenset()
    assert isinstance(PLATFORM.read("set interfaces interface-range R member ge-0/0/1\n").state().ports, Unread)
    assert isinstance(PLATFORM.read("set vlans R vlan-id-list 10-20\n").state().vlans, Unread)
    assert isinstance(PLATFORM.read("set protocols mstp interface all\n").state().spanning_tree, Unread)


def test_routed_and_bundled_ports_are_no_ports_of_vlans() -> None:
    text = (
        "set interfaces ge-0/0/1 unit 0 family inet address 10.0.0.1/30\n"
        "set interfaces ge-0/0/2 ether-options 802.3ad ae0\n"
        "set interfaces ae0 unit 0 family ethernet-switching vlan members 20\n"
        "set interfaces me0 unit 0 family inet address 10.0.0.1/30\n"
    )
    assert set(PLATFORM.read(text).state().ports) == {"ae0"}  # type: ignore[arg-type]


def test_a_model_takes_lines_back_without_touching_its_copy() -> None:
    model = PLATFORM.read("set vlans CAM vlan-id 20\nset vlans CAM l3-interface irb.20\n")
    twin = model.copy()
    assert twin.line("delete vlans CAM")
    assert twin.line("set vlans CAM vlan-id 30")
    assert not twin.line("set chassis alarm management-ethernet link-down ignore")
    assert not twin.line('set system host-name "open')
    assert not twin.line("rename vlans CAM to CAMERAS")
    assert model.state().vlans == {1: Vlan("default"), 20: Vlan("CAM")}
    assert twin.state().vlans == {1: Vlan("default"), 30: Vlan("CAM")}


def test_hashes_are_those_of_crypt() -> None:
    wanted = "$6$saltstri$TuQo8ue714Ctf4Zl7Ctg70/YwYXvMiZP8AgmExw/pTqWoUKmQ9LD2WQO4j78UOYkYf3xOZCXu6asrMlXdzzMM1"
    assert sha512_crypt("Hello world!", "saltstri") == wanted


def test_what_may_stand_on_a_line() -> None:
    assert quoted("cam-1") == "cam-1"
    assert quoted('east "gate" \\') == '"east \\"gate\\" \\\\"'
    for text in ("", "which?", "नेहरू चौक", "a\nset system services telnet", " cam", "x" * 201):
        with pytest.raises(Unsayable):
            quoted(text)


@pytest.mark.parametrize(
    ("name", "full", "poe"),
    [
        ("ge-0/0/1", "ge-0/0/1", (1, 2)),
        ("mge-1/0/12.0", "mge-1/0/12", (2, 13)),
        ("xe-0/1/0", "xe-0/1/0", (0, 0)),
        ("ae3", "ae3", (0, 0)),
        ("irb.99", None, (0, 0)),
        ("me0", None, (0, 0)),
        ("ge-0/0/1.100", None, (0, 0)),
    ],
)
def test_port_names(name: str, full: str | None, poe: tuple[int, int]) -> None:
    assert PLATFORM.canonical(name) == full
    assert full is None or PLATFORM.poe_index(full) == poe
