"""How SNMP is spoken: what the city says of a kind, and what a device says of itself."""

from __future__ import annotations

import shutil
from pathlib import Path

from iccc.city.devices import City
from iccc.city.load import load_city
from iccc.city.snmp import SnmpAccess
from tests.city.test_cases import ROOT, edit

POLICY = """cities/bilaspur/city.yaml
- protocols:
+ snmp:\\n  switch: {version: 3, user: see, write_user: put, privacy: aes256}\\n  traps_to: 10.80.0.30\\nprotocols:
cities/bilaspur/junctions/j01.yaml
- {number: 1, device_type: sw-field-8poe-240w}
+ {number: 1, device_type: sw-field-8poe-240w, snmp: {version: 1}}
"""


def city(root: Path, edits: str) -> City:
    shutil.copytree(ROOT / "cities" / "bilaspur", root / "cities" / "bilaspur")
    shutil.copytree(ROOT / "catalogue", root / "catalogue")
    edit(root, edits)
    return load_city(root, "bilaspur")


def test_without_a_word_all_speak_v2c() -> None:
    declared = load_city(ROOT, "bilaspur")
    assert {switch.snmp for switch in declared.switches.values()} == {SnmpAccess("2c")}
    assert declared.traps_to is None


def test_a_device_wins_over_its_kind(tmp_path: Path) -> None:
    declared = city(tmp_path, POLICY)
    assert declared.switches["bsp-j01-sw1"].snmp == SnmpAccess("1")
    of_kind = SnmpAccess("3", "see", "put", "sha256", "aes256")
    assert {s.snmp for name, s in declared.switches.items() if name != "bsp-j01-sw1"} == {of_kind}
    assert declared.traps_to == "10.80.0.30"
