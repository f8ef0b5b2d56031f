"""The expected case in rupees: the same bill with the figures of the other case, and said not to be billed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
from click.testing import CliRunner

from iccc.bom.lines import Bill, bill
from iccc.city.devices import City
from iccc.city.supposed import suppose
from iccc.cli.main import cli
from tests.sizing.cities import ROOT, shipped

DEMO = str(ROOT / "catalogue/rates/demo-FAKE.csv")


def ran(*words: str) -> str:
    return CliRunner().invoke(cli, ["bom", *words], catch_exceptions=False, standalone_mode=False).stdout


def quantities(made: Bill) -> Mapping[tuple[str, str, str], tuple[int, int]]:
    return {(x.item, x.device_type, x.phase): (x.quantity, x.spares) for x in made.lines}


def differing(city: City) -> list[str]:
    return [
        f"sizing.{name}={city.expected_figures[name].value:g}"
        for name, one in city.figures.items()
        if city.expected_figures[name].value != one.value
    ]


@pytest.mark.parametrize("name", ["sagar", "jhansi"])
def test_it_is_the_bill_of_a_city_whose_figures_are_those_of_the_expected_case(name: str) -> None:
    """No second model: a city that declares the other figures has that bill at its design maximum.

    But for energy, of which ports that are kept for growth are a part at the design maximum alone.
    """
    city = shipped(name)
    settings = differing(city)
    assert len(settings) > 5
    _, supposed, _ = suppose(ROOT, name, settings)
    devices = list(city.inventory())
    expected = dict(quantities(bill(city, devices, expected=True)))
    declared = dict(quantities(bill(supposed, list(supposed.inventory()))))
    for key in [key for key in expected if key[0] == "K.3.1"]:
        assert expected.pop(key) <= declared.pop(key)
    assert expected == declared
    assert expected != {key: value for key, value in quantities(bill(city, devices)).items() if key[0] != "K.3.1"}


def test_devices_are_the_declared_ones_in_both() -> None:
    city = shipped("sagar")
    devices = list(city.inventory())
    billed, expected = (bill(city, devices, expected=case) for case in (False, True))
    of_devices = [{key: value for key, value in quantities(made).items() if key[1]} for made in (billed, expected)]
    assert of_devices[0] == of_devices[1]
    assert len(of_devices[0]) > 10


def test_json_says_which_is_billed_and_what_both_come_to() -> None:
    data: Any = json.loads(ran("sagar", "--rates", DEMO, "--format", "json"))
    case = data["expected_case"]
    assert case["billed"] == "design maximum"
    steps = {step["name"]: step for step in case["steps"]}
    assert {name: step["before"] for name, step in steps.items()} == {s["name"]: s["amount"] for s in data["steps"]}
    assert Decimal(steps["total"]["after"]) < Decimal(steps["total"]["before"]) == Decimal(data["total"])
    energy = [change for change in case["changes"] if change["item"] == "K.3.1"]
    sized = json.loads(
        CliRunner().invoke(cli, ["size", "sagar", "--format", "json"], standalone_mode=False).stdout
    )["rows"]  # fmt: skip
    months = [row["expected"]["value"] for row in sized if row["name"] in ("field_kwh_month", "centre_kwh_month")]
    assert sum(phase["after"]["quantity"] for phase in energy) == pytest.approx(12 * sum(months), abs=len(energy))
    assert all(Decimal(phase["difference"]["total"]) < 0 for phase in energy)


def test_text_says_that_it_is_not_billed_and_marks_made_up_rates() -> None:
    said = ran("jhansi", "--rates", DEMO)
    assert "Expected case, for comparison: not billed" in said
    block = said.partition("Expected case, for comparison")[2].partition("FAKE RATES, NOT A PRICE")[0]
    rows = [row for row in block.splitlines() if row.startswith(("base", "total", "year "))]
    assert len(rows) == 7
    assert all("FAKE RATES" in row for row in rows)
    assert "note: Billed is the design maximum" in said


def test_a_phase_has_what_it_adds_in_either_case() -> None:
    """Phases of the expected case come to its whole, like those that are billed."""
    city = shipped("sagar")
    devices = list(city.inventory())
    whole = bill(city, devices, expected=True)
    for item in ("F.2.2", "K.2.1"):
        parts = [
            line.quantity
            for phase in city.phases
            for line in bill(city, devices, phase=phase, expected=True).lines
            if line.item == item
        ]
        assert sum(parts) == sum(line.quantity for line in whole.lines if line.item == item) > 0
