"""Bilaspur as declared: the figures, committees and plans that the source prints, and what is only our reading."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from iccc.city.devices import City
from iccc.city.load import load_city
from iccc.city.model.common import Lifecycle, View
from iccc.city.model.governance import GovernanceFile
from iccc.city.model.published import Figure
from iccc.errors import UsageError
from iccc.rules.procurement import cameras_certified
from iccc.rules.rule import Outcome

ROOT = Path(__file__).parents[2]
PRINTED_JUNCTIONS = {
    "Nehru Chowk",
    "Agrasen Chowk",
    "Satyam Chowk",
    "Shrikant Verma Chowk",
    "CMD Chowk",
    "Vyapar Vihar Chowk",
}


@pytest.fixture(scope="module")
def city() -> City:
    return load_city(ROOT, "bilaspur")


@pytest.fixture(scope="module")
def governance(city: City) -> GovernanceFile:
    assert city.declared.governance is not None
    return city.declared.governance.file


@pytest.fixture(scope="module")
def figures(city: City) -> dict[str, Figure]:
    assert city.declared.published is not None
    return city.declared.published.file.figures


def test_523_cameras_on_23_junctions_as_published(city: City, figures: dict[str, Figure]) -> None:
    existing = [camera for camera in city.cameras.values() if camera.phase == "existing"]
    assert len(existing) == len(city.cameras) == figures["cameras"].value == 523
    assert len({camera.site for camera in existing}) == len(city.junctions) == figures["junctions"].value == 23
    for name in ("cameras", "junctions"):
        assert figures[name].as_of == date(2025, 7, 29)
        assert figures[name].source == "Patrika, 31 Jul 2025"
        assert figures[name].counted is not None
    assert city.notes == ()


def test_figures_without_a_number_or_a_date_are_quoted_and_not_counted(figures: dict[str, Figure]) -> None:
    quoted = {name: figure for name, figure in figures.items() if figure.counted is None}
    assert {figure.value for name, figure in quoted.items() if name.startswith("press-")} == {200, 250, 473}
    assert {figure.as_of for name, figure in quoted.items() if name.startswith("press-")} == {"unknown"}
    assert (quoted["thousands"].value, quoted["thousands"].text_hi) == ("unknown", "हजारों")


def test_junction_names_in_print(city: City) -> None:
    named = {site.name for site in city.junctions.values() if not site.name.startswith("Junction ")}
    assert named == PRINTED_JUNCTIONS


def test_the_extension_is_a_phase_without_cameras(city: City) -> None:
    phases = city.declared.city.file.phases
    assert list(phases) == ["existing", "extension"]
    extension = phases["extension"]
    assert (extension.status, extension.sanctioned) == (Lifecycle.PLANNED, "unknown")
    assert extension.note is not None
    for word in ("Outlying and uncontrolled areas first", "whole municipal area", "ITMS", "one central command"):
        assert word in extension.note


def test_the_plan_of_the_extension_adds_what_is_on_no_wire(city: City) -> None:
    """It is the city, and example sites beside it: what stands is declared as it is without the plan."""
    planned = load_city(ROOT, "bilaspur", "extension")
    assert city.cameras == {name: one for name, one in planned.cameras.items() if one.phase == "existing"}
    assert city.sites == {code: site for code, site in planned.sites.items() if site.phase == "existing"}
    for name, recorder in city.recorders.items():
        assert replace(planned.recorders[name], where=recorder.where) == recorder  # both files have it
    for name, chain in city.chains.items():
        assert replace(planned.chains[name], where=chain.where) == chain
    changed = {name for name, switch in city.switches.items() if planned.switches[name].vlans != switch.vlans}
    assert changed == {"bsp-core1", "bsp-core2", "bsp-agg1", "bsp-agg2"}  # the VLANs of the new sites go over them
    added = [one for one in planned.inventory() if city.find(one.name) is None]
    assert len([one for one in added if one.name in planned.cameras]) == 56
    assert not any(one.on_the_wire for one in added)
    assert {one.phase for one in added} == {"extension"}
    assert all("example" in planned.sites[code].name for code in planned.sites if code not in city.sites)
    assert planned.notes == ()  # the published 523 are those that run today, and stay so
    assert planned.digest != city.digest


def test_a_plan_that_is_not_there() -> None:
    with pytest.raises(UsageError, match="plan 'extnsion' is not .*extension"):
        load_city(ROOT, "bilaspur", "extnsion")
    with pytest.raises(UsageError, match="kanpur has no plans"):
        load_city(ROOT, "kanpur", "extension")


def test_when_the_cameras_were_bought_is_an_open_question(city: City) -> None:
    existing = city.declared.city.file.phases["existing"]
    assert existing.ordered_before is None
    [row] = cameras_certified.judge(city, date(2026, 7, 1))
    assert row.outcome is Outcome.UNKNOWN
    assert all(name in row.text for name in {camera.device_type for camera in city.cameras.values()})


def test_the_citizens_committee_operates_and_sees_and_no_more(governance: GovernanceFile) -> None:
    [committee] = [body for body in governance.bodies.values() if body.operates]
    assert set(committee.members) == {"traders", "social organisations", "educationists", "doctors", "civil society"}
    assert committee.role is not None
    role = governance.roles[committee.role]
    assert {right for right, given in role.rights.model_dump().items() if given} == {"live", "access_log"}
    assert role.note is not None and role.note.startswith("Our assumption")
    others = {body.title for body in governance.bodies.values() if body is not committee}
    assert others == {"Technical team", "Budget committee", "Monitoring committee"}


def test_centres_and_purposes(governance: GovernanceFile) -> None:
    assert {room.title for room in governance.control_rooms.values()} == {
        "Smart City command centre",
        "Central command and control centre",
    }
    central = governance.control_rooms["central-iccc"]
    assert central.note is not None and central.note.startswith("Planned") and "our assumption" in central.note
    purposes = {rule.text: rule.text_hi for rule in governance.rules if rule.text.startswith("Purpose: ")}
    assert purposes == {"Purpose: deterrence.": None, "Purpose: digital evidence for the courts.": "डिजिटल सबूत"}
    assert governance.nodal_officers is None


def test_rules_in_force(city: City) -> None:
    file = city.declared.city.file
    assert file.time.upstream == ("samay1.nic.in", "samay2.nic.in", "time.nplindia.org")
    assert file.logs is not None and (file.logs.syslog_days, file.logs.access_log_days) == (180, 365)
    assert {(c.retention, c.retention_days, c.view, c.audio) for c in city.cameras.values()} == {
        ("street", 30, View.PUBLIC_WAY, False)
    }
    assert file.retention["police-station"].days == 548


def test_the_network_is_the_one_that_was_shipped(city: City) -> None:
    """A cable does not move because a file gets a new schema."""
    assert Counter(switch.role for switch in city.switches.values()) == {"access": 92, "aggregation": 2, "core": 2}
    assert (len(city.recorders), sum(recorder.standby for recorder in city.recorders.values())) == (10, 1)
    assert [(ring.name, len(ring.sites), len(ring.nodes)) for ring in city.chains.values()] == [
        *((f"r{number}", 4, 16) for number in range(1, 6)),
        ("r6", 3, 12),
    ]
    lines = {
        name: f"{name} {c.address} {c.switch} {c.port} {c.vlan} {c.recorder}\n" for name, c in city.cameras.items()
    }
    assert "".join(lines[line.split()[0]] for line in SHIPPED.splitlines()) == SHIPPED
    assert hashlib.sha256("".join(map(lines.__getitem__, sorted(lines))).encode()).hexdigest() == ALL_SHIPPED


SHIPPED = """\
bsp-j01-c01 10.82.1.11 bsp-j01-sw4 GigabitEthernet1/4 201 bsp-rec01
bsp-j01-c10 10.82.1.20 bsp-j01-sw4 GigabitEthernet1/7 201 bsp-rec01
bsp-j01-c21 10.82.1.31 bsp-j01-sw1 GigabitEthernet1/1 201 bsp-rec01
bsp-j01-c32 10.82.1.42 bsp-j01-sw2 GigabitEthernet1/3 201 bsp-rec05
bsp-j07-c44 10.82.7.54 bsp-j07-sw3 GigabitEthernet1/4 207 bsp-rec03
bsp-j12-c25 10.82.12.35 bsp-j12-sw2 GigabitEthernet1/1 212 bsp-rec03
bsp-j23-c09 10.82.23.19 bsp-j23-sw3 GigabitEthernet1/6 223 bsp-rec04
bsp-j23-c41 10.82.23.51 bsp-j23-sw4 GigabitEthernet1/3 223 bsp-rec02
"""
ALL_SHIPPED = "b026bb8e8a48b81e64e2f26e67ac4a190bfba35f03ccb5dd8d7ddf5507771b14"  # of all 523 lines
