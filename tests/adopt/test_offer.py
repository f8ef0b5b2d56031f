"""What a finding says is to be done can be done: its commands are whole, and adopt takes what it is offered."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any

import pytest

from iccc import fleet
from iccc.adopt.apply import adopt
from iccc.adopt.offer import Offers
from iccc.city.devices import Camera, City, Device, Switch
from iccc.city.load import load_city
from iccc.compare import Change
from iccc.drift.config import findings
from iccc.drift.view import View
from iccc.errors import DeclarationError, UsageError
from iccc.finding import Finding
from iccc.plan import DevicePlan, Plan, PlannedChange
from tests.adopt.findings import HERE, config
from tests.support import NOW

KEY = "bilaspur"
OF_ALL = (r"(time\.)?ntp_servers", "lldp", r"location\[junction\]", r"protocols\[rtsp\]\.port")


@cache
def city() -> City:
    return load_city(HERE, KEY)


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every declared leaf with its path, as differences are told."""
    if isinstance(value, Mapping):
        for key, part in value.items():
            yield from leaves(part, f"{path}[{key}]")
    elif is_dataclass(value) and {f.name for f in fields(value)} != {"limit"}:
        for field in fields(value):
            yield from leaves(getattr(value, field.name), f"{path}.{field.name}".lstrip("."))
    elif value is not None:
        yield path, value


def other(value: Any) -> Any:
    """A value that such a leaf may be seen with, and that is another one."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, frozenset | tuple):
        return ["10.80.0.99"]
    return {"H265": "H264", "H264": "H265"}.get(str(value), f"{value}x")


def seen(device: Device, path: str, value: Any) -> Finding:
    return config(city(), device.name, path, other(value))


def examples() -> dict[str, Device]:
    """One device of each kind, and of switches of each role."""
    of = {f"{d.kind} {getattr(d, 'role', '')}": d for d in city().devices() if d.on_the_wire and not d.unwritten}
    return dict(sorted(of.items()))


def told(*found: Finding, target: str = "lab") -> list[Finding]:
    """The findings as drift makes them."""
    plans: dict[str, DevicePlan] = {}
    for one in found:
        changes = plans[one.device].changes if one.device in plans else ()
        planned = PlannedChange(Change(one.path, one.seen, one.wanted), one.where)
        plans[one.device] = DevicePlan(one.device, "", (*changes, planned), ())
    return list(findings(View(city(), Plan(KEY, target, NOW, "", plans), {}, NOW)))


def refused(finding: Finding, standing: list[Finding]) -> bool:
    try:
        adopt(HERE, city(), [finding], standing)
    except DeclarationError:
        return False  # a value that no city may have: in principle it is taken
    except UsageError as why:
        return "is not adopted" in str(why)
    return False


@pytest.mark.parametrize("name", examples())
def test_adopting_one_setting_is_offered_exactly_where_it_is_not_refused(name: str) -> None:
    device = examples()[name]
    found = [seen(device, path, value) for path, value in leaves(fleet.wanted(device, city()).state)]
    offered = {one.path for one in told(*found) if "drift adopt" in one.next_step}
    assert offered == {one.path for one in found if not refused(one, found)}
    assert not offered & {"hostname", "saved", "time.skew_s", "gateway"}
    assert not any(path.startswith("ports[") for path in offered)
    assert ("encoders[main].bitrate_kbps" in offered) == isinstance(device, Camera)


@pytest.mark.parametrize("pattern", OF_ALL)
def test_a_line_for_all_is_offered_when_all_of_them_show_the_same(pattern: str) -> None:
    found = [
        seen(device, path, value)
        for device in city().devices()
        if device.on_the_wire
        for path, value in leaves(fleet.wanted(device, city()).state)
        if re.fullmatch(pattern, path)
    ]
    assert len(found) > 1
    offers = Offers(city(), found)
    taken = [offers.takes(one) for one in found]
    assert True in taken, "somebody can adopt it"
    for one, takes in list(zip(found, taken, strict=True))[:: len(found) // 6]:
        assert takes is not refused(one, found), one.device
    assert not Offers(city(), found[:1]).takes(found[0])


@pytest.mark.parametrize(("target", "live"), [("lab", ""), ("live", " --live")])
def test_the_commands_of_a_finding_run_as_they_are_printed(target: str, live: str) -> None:
    camera = next(iter(city().cameras.values()))
    switch = next(s for s in city().switches.values() if isinstance(s, Switch) and not s.unwritten)
    found = config(city(), camera.name, "encoders[main].fps", 15), config(city(), switch.name, "hostname", "x")
    one, two = told(*found, target=target)
    deploy = f"Put it right with: iccc deploy {KEY} --limit "
    assert one.next_step == (
        f"{deploy}{camera.name}{live} or declare what was seen with: iccc drift adopt {KEY} {one.id}{live}"
    )
    assert two.next_step == f"{deploy}{switch.name}{live}"
