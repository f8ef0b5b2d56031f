"""What is found of a UPS: each wrong thing once, and nothing of one that is well, or does not tell."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iccc import fleet
from iccc.city.load import load_city
from iccc.city.model.catalogue import Runtime
from iccc.compare import Unread
from iccc.drift.all import findings
from iccc.drift.view import View
from iccc.errors import Reason
from iccc.finding import Class, Finding, Severity
from iccc.mib import ups as mib
from iccc.mib.ups import Battery, Output, Ups
from iccc.observed import Observed
from iccc.plan import make_plan
from iccc.sizing.power import declared_minutes
from iccc.ups.seen import UpsFacts
from iccc.ups.state import UpsState
from tests.support import NOW

CITY = load_city(Path(__file__).parents[2], "jhansi")
CARD = next(iter(CITY.ups.values()))
WELL = UpsFacts(
    output=Output.NORMAL,
    battery=Battery.NORMAL,
    seconds_on_battery=0,
    minutes_left=250.0,
    charge_percent=100,
    load_percent=30,
    input_v=231,
    alarms=frozenset(),
    said={"output": ("UPS-MIB upsOutputSource", "normal(3)")},
)


def found(facts: UpsFacts | None, state: Any = UpsState()) -> list[Finding]:  # noqa: B008  frozen
    observed: dict[str, Observed[Any, Any]] = {CARD.name: Observed(CARD.name, state, facts, NOW)}
    plan = make_plan(CITY, "lab", NOW, [CARD], fleet.wanted_all([CARD], CITY), observed)
    assert not plan.changing
    return findings(View(CITY, plan, observed, NOW))


@pytest.mark.parametrize(
    ("changed", "path", "severity"),
    [
        ({"output": Output.BATTERY, "seconds_on_battery": 300}, "on_battery", Severity.MAJOR),
        ({"output": Output.BATTERY, "battery": Battery.LOW}, "on_battery", Severity.CRITICAL),
        ({"output": Output.BYPASS}, "bypass", Severity.MAJOR),
        ({"battery": Battery.LOW, "charge_percent": 10}, "battery.low", Severity.MINOR),
        ({"alarms": frozenset({mib.BATTERY_BAD})}, "battery.health", Severity.MAJOR),
        ({"battery": Battery.FAULT}, "battery.health", Severity.MAJOR),
        ({"load_percent": 91, "minutes_left": 60.0}, "load", Severity.MINOR),
        ({"load_percent": 104}, "load", Severity.MAJOR),
        ({"minutes_left": 124.0}, "runtime", Severity.MAJOR),
    ],
)
def test_each_wrong_thing_is_one_finding(changed: dict[str, Any], path: str, severity: Severity) -> None:
    (finding,) = found(replace(WELL, **changed))
    assert (finding.device, finding.path, finding.class_) == (CARD.name, path, Class.OPERATIONAL)
    assert finding.severity is severity
    assert finding.next_step
    assert finding.where == str(CARD.where)
    assert CARD.name in finding.text


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"minutes_left": 126.0},  # 600 W of the table's 700 W and 250 min
        {"minutes_left": 20.0, "charge_percent": 60},  # it is charging
        {"output": Output.BATTERY, "test": True},
        {"load_percent": 90, "minutes_left": 20.0},  # 1,800 W: more than the table has
    ],
)
def test_what_is_well_is_no_finding(changed: dict[str, Any]) -> None:
    assert found(replace(WELL, **changed)) == []


@given(st.sets(st.sampled_from([one.name for one in fields(Ups) if one.name != "said"])))
def test_what_a_card_does_not_tell_is_no_finding(untold: set[str]) -> None:
    assert found(replace(WELL, **dict.fromkeys(untold))) == []


def test_the_raw_value_is_the_evidence() -> None:
    facts = replace(WELL, output=Output.BATTERY, said={"output": ("UPS-MIB upsOutputSource", "battery(5)")})
    (finding,) = found(facts)
    assert [(one.source, one.value, one.at) for one in finding.evidence] == [
        ("UPS-MIB upsOutputSource", "battery(5)", NOW)
    ]


def test_a_table_that_was_not_read_is_told() -> None:
    (finding,) = found(replace(WELL, alarms=None, unread={"battery": Unread(Reason.BAD_ANSWER, "OIDs go back")}))
    assert (finding.path, finding.class_) == ("battery", Class.OBSERVABILITY)


@pytest.mark.parametrize(
    ("reason", "class_"), [(Reason.NO_ANSWER, Class.REACH), (Reason.UNSUPPORTED, Class.OBSERVABILITY)]
)
def test_an_unread_ups_is_a_finding(reason: Reason, class_: Class) -> None:
    (finding,) = found(None, Unread(reason, f"{CARD.name}: nothing"))
    assert (finding.device, finding.class_) == (CARD.name, class_)


@given(st.floats(1, 3000), st.floats(1, 3000))
def test_more_load_never_lasts_longer(one: float, other: float) -> None:
    table = CITY.catalogue[CARD.device_type].runtime
    less, more = sorted((one, other))
    short, long = declared_minutes(table, more), declared_minutes(table, less)
    assert short is None or (long is not None and long >= short)


def test_the_declared_minutes_are_those_of_the_next_higher_load() -> None:
    table = (Runtime(load_w=700, minutes=250), Runtime(load_w=350, minutes=500))
    assert [declared_minutes(table, load) for load in (1, 350, 351, 700, 701)] == [500, 500, 250, 250, None]
