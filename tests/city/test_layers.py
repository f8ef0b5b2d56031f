"""Which of two places wins when both give a value, and which line is named as its origin."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from iccc.city.devices import City
from iccc.city.load import load_city
from tests.city.test_cases import edit

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.timeout(60)

GROUP = "- fixed: {device_type: cam-fixed-4mp-ir}\n+ fixed: {device_type: cam-fixed-4mp-ir, cable_m: 11}\n"
SITE_TYPE = "- entry_exit_point: {phase: traffic,\n+ entry_exit_point: {cable_m: 22, phase: traffic,\n"


def sagar(root: Path, edits: str = "") -> City:
    for folder in ("cities/sagar", "catalogue"):
        shutil.copytree(ROOT / folder, root / folder)
    edit(root, edits)
    return load_city(root, "sagar")


@pytest.mark.parametrize(
    ("edits", "metres"),
    [
        ("", {45.0}),
        (f"cities/sagar/city.yaml\n{GROUP}", {11.0}),
        (f"cities/sagar/city.yaml\n{SITE_TYPE}", {22.0}),
        (f"cities/sagar/city.yaml\n{GROUP}{SITE_TYPE}", {22.0}),
    ],
    ids=["city", "group", "site_type", "site_type over group"],
)
def test_the_nearer_place_wins(tmp_path: Path, edits: str, metres: set[float]) -> None:
    city = sagar(tmp_path, edits)
    assert {c.cable_m for c in city.cameras.values() if (c.site, c.group) == ("sgr-s20", "fixed")} == metres


def test_a_field_switch_names_the_layer_that_gave_its_status_and_phase(tmp_path: Path) -> None:
    site = "cities/sagar/sites/s20.yaml"
    city = sagar(tmp_path, f"{site}\n- status: planned\n+\n")
    switch = city.switches["sgr-s20-sw1"]
    text = (tmp_path / "cities/sagar/city.yaml").read_text(encoding="utf-8").splitlines()
    (status,), (phase,) = switch.origins["status"], switch.origins["phase"]
    assert {status.file, phase.file} == {"cities/sagar/city.yaml"}
    assert text[status.line - 1].startswith("defaults: {status: planned")
    assert text[phase.line - 1].strip().startswith("entry_exit_point: {phase: traffic")
    assert (switch.status, switch.phase) == ("planned", "traffic")


def test_a_switch_of_its_own_status_names_its_own_line(tmp_path: Path) -> None:
    site = "cities/sagar/junctions/j01.yaml"
    own = "number: 1, device_type: sw-field-8poe-240w, cabinet: 1"
    city = sagar(tmp_path, f"{site}\n- {own}\n+ {own}, status: procured\n")
    (own_line,), (sites_line,) = (city.switches[f"sgr-j01-sw{n}"].origins["status"] for n in (1, 2))
    assert {own_line.file, sites_line.file} == {site}
    lines = (tmp_path / site).read_text(encoding="utf-8").splitlines()
    assert "procured" in lines[own_line.line - 1]
    assert lines[sites_line.line - 1] == "status: planned"
