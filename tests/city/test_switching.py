"""What a city declares for its switches and for changes, as the built city has it."""

from __future__ import annotations

import shutil
from datetime import date
from ipaddress import IPv4Network
from pathlib import Path

import pytest

from iccc.city.addresses import subnet_of
from iccc.city.devices import CameraPorts, City, Maintenance, SpanningTreePlan, UserPlan
from iccc.city.load import load_city
from iccc.schedule.rows import net_of
from tests.city.test_cases import ROOT, edit

CITY = "cities/kanpur/city.yaml"
SECTIONS = """
switching:
  lldp: true
  spanning_tree: {mode: rapid-pvst, core_priority: 4096, access_priority: 32768}
  camera_ports: {edge: true, max_macs: 2, storm_pct: 1.5}
  logins: [tacacs+, local]
maintenance:
  windows:
    - {days: [sat, sun], from: "22:30", to: "04:00"}
    - {days: [mon], from: "00:00", to: "24:00"}
  freeze:
    - {from: 2026-11-08, to: 2026-11-10, reason: Diwali}
  camera_loss_budget: 12
"""


def declared(root: Path, text: str = "", edits: str = "", city: str = "kanpur") -> City:
    """The shipped city without what it says for switches and changes, with ``text`` and ``edits`` instead."""
    shutil.copytree(ROOT / "cities" / city, root / "cities" / city)
    shutil.copytree(ROOT / "catalogue", root / "catalogue")
    path = root / "cities" / city / "city.yaml"
    path.write_text(bare(path.read_text(encoding="utf-8")) + text, encoding="utf-8")
    edit(root, edits)
    return load_city(root, city)


def bare(text: str) -> str:
    """A ``city.yaml`` without its sections for switches and changes; each stands between empty lines."""
    paragraphs = text.rstrip("\n").split("\n\n")
    keys = ("switching:", "maintenance:")
    return "\n\n".join(one for one in paragraphs if not any(f"\n{key}" in f"\n{one}" for key in keys)) + "\n"


def test_nothing_declared_is_nothing_asked(tmp_path: Path) -> None:
    city = declared(tmp_path)
    assert city.switching is None
    assert city.maintenance == Maintenance()
    assert city.maintenance.windows == ()


def test_sections_are_built(tmp_path: Path) -> None:
    city = declared(tmp_path, SECTIONS)
    asked = city.switching
    assert asked is not None
    assert asked.lldp is True
    assert asked.spanning_tree == SpanningTreePlan("rapid-pvst", {"core": 4096, "access": 32768})
    assert asked.camera_ports == CameraPorts(edge=True, bpdu_guard=None, max_macs=2, storm_pct=1.5)
    assert asked.logins == ("tacacs+", "local")
    night, monday = city.maintenance.windows
    assert (night.days, night.from_min, night.to_min) == (frozenset({5, 6}), 22 * 60 + 30, 28 * 60)
    assert (monday.days, monday.from_min, monday.to_min) == (frozenset({0}), 0, 24 * 60)
    (freeze,) = city.maintenance.freeze
    assert (freeze.first, freeze.last, freeze.reason) == (date(2026, 11, 8), date(2026, 11, 10), "Diwali")
    assert city.maintenance.camera_loss_budget == 12


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("switching.lldp", "lldp: true"),
        ("switching.spanning_tree.core_priority", "spanning_tree:"),
        ("switching.camera_ports.storm_pct", "camera_ports:"),
        ("switching.camera_ports.bpdu_guard", "camera_ports:"),  # left out: the section's line
        ("switching.logins", "logins:"),
        ("maintenance.camera_loss_budget", "camera_loss_budget:"),
        ("maintenance.freeze", "- {from: 2026-11-08"),
    ],
)
def test_lines_are_named(tmp_path: Path, name: str, line: str) -> None:
    where = declared(tmp_path, SECTIONS).wheres[name]
    text = (tmp_path / CITY).read_text(encoding="utf-8").splitlines()[where.line - 1]
    assert where.file == CITY
    assert text.strip().startswith(line)


def test_network_and_users(tmp_path: Path) -> None:
    edits = f"""{CITY}
- users:
+ users:\\n  switch:\\n    watcher: {{level: User}}\\n    iccc: {{level: Administrator}}
- sources: [10.86.1.0/24]
+ sources: [10.84.0.0/24, 10.83.7.9/32]
- parking: {{vlan: 999, name: parking}}
+ parking: {{vlan: 998, name: unused}}
"""
    city = declared(tmp_path, edits=edits)
    assert city.parking == (998, "unused")
    assert city.management_sources == ("10.84.0.0/24", "10.83.7.9/32")
    assert [(user.name, user.level) for user in city.switch_users] == [("iccc", "Administrator"), ("watcher", "User")]
    assert all(isinstance(user, UserPlan) and user.where.file == CITY for user in city.switch_users)
    assert all(998 not in switch.vlans for switch in city.switches.values())
    lines = (tmp_path / CITY).read_text(encoding="utf-8").splitlines()
    assert "998" in lines[city.wheres["network.parking"].line - 1]
    assert "10.83.7.9" in lines[city.wheres["network.management.sources"].line - 1]


def test_switch_entries(tmp_path: Path) -> None:
    edits = """cities/bilaspur/junctions/j01.yaml
- {number: 2,
+ {number: 2, out_of_band: "console server 1, port 7", reached_at: {address: 192.168.1.7, vlan: 1},
cities/bilaspur/core.yaml
- {name: bsp-agg1,
+ {name: bsp-agg1, reached_at: {address: 10.81.0.21, vlan: 4},
"""
    city = declared(tmp_path, edits=edits, city="bilaspur")
    moved, agg = city.switches["bsp-j01-sw2"], city.switches["bsp-agg1"]
    assert moved.out_of_band == "console server 1, port 7"
    assert moved.reached_at is not None
    assert (moved.reached_at.address, moved.reached_at.vlan) == ("192.168.1.7", 1)
    assert moved.address == "10.81.1.12"
    assert str(moved.reached_at.where).startswith("cities/bilaspur/junctions/j01.yaml:13:")
    assert agg.reached_at is not None
    assert agg.reached_at.vlan == 4  # its own address, in another VLAN
    assert city.switches["bsp-j01-sw1"].reached_at is None
    assert city.switches["bsp-j01-sw1"].out_of_band is None


@pytest.mark.parametrize("key", ["bilaspur", "sagar"])
def test_every_switch_knows_its_subnet_and_ports(key: str) -> None:
    """The subnet is the one that the IP schedule prints."""
    city = load_city(ROOT, key)
    for switch in city.switches.values():
        net = net_of(city, switch)
        assert net is not None
        assert (switch.network, switch.gateway) == (net.prefix, net.gateway)
        assert set(switch.ports) <= set(switch.all_ports)
        assert list(switch.all_ports) == city.catalogue[switch.device_type].port_names


def test_a_subnet_is_no_wider_than_its_prefix() -> None:
    assert subnet_of("10.1.2.3", IPv4Network("10.1.2.0/25"), 24) == IPv4Network("10.1.2.0/25")
    assert subnet_of("10.1.2.3", IPv4Network("10.1.0.0/16"), 24) == IPv4Network("10.1.2.0/24")


def test_shipped_cities_declare_examples_of_each_section() -> None:
    """What the documents send readers to; Bilaspur may be changed at any time, so that demos do not ask the clock."""
    bilaspur, kanpur = load_city(ROOT, "bilaspur"), load_city(ROOT, "kanpur")
    assert bilaspur.switching is not None
    assert bilaspur.parking is not None
    assert bilaspur.management_sources
    assert bilaspur.switch_users[0].name == "iccc"
    assert bilaspur.switches["bsp-core1"].out_of_band is not None
    assert bilaspur.maintenance == Maintenance()
    assert len(kanpur.maintenance.windows) == 2
