"""The shipped catalogue: generic, complete for every kind, and in agreement with itself."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from iccc.city.checks import NEEDED
from iccc.city.model.catalogue import Catalogue, DeviceType, Kind
from iccc.sizing.recorders import recorders_needed
from iccc.yamlfile import Document, read

ROOT = Path(__file__).parents[2]
DOCUMENT = read(ROOT / "catalogue" / "device-types.yaml", ROOT)
CATALOGUE = DOCUMENT.parse(Catalogue)
assert CATALOGUE is not None, DOCUMENT.mistakes
TYPES = CATALOGUE.device_types


@pytest.mark.parametrize("name", TYPES)
def test_types_are_examples_without_make(name: str) -> None:
    type_ = TYPES[name]
    assert type_.generic
    assert (type_.manufacturer, type_.part_number, type_.certificates, type_.country) == (None, None, (), None)
    assert type_.hsn and type_.boq_item
    assert all(getattr(type_, key) for key in NEEDED.get(type_.kind, ()))


def test_every_kind_has_a_type() -> None:
    assert {type_.kind for type_ in TYPES.values()} == set(Kind)


def test_items_are_of_one_type_each() -> None:
    assert Counter(type_.boq_item for type_ in TYPES.values()).most_common(1)[0][1] == 1


@pytest.mark.parametrize("name", [name for name, type_ in TYPES.items() if type_.kind is Kind.SWITCH])
def test_throughput_of_a_switch_is_what_its_ports_carry(name: str) -> None:
    speed = {"GigabitEthernet": 1_000, "TenGigabitEthernet": 10_000}
    assert TYPES[name].throughput_mbps == sum(speed[port.rstrip("0123456789/")] for port in TYPES[name].port_names)


@pytest.mark.parametrize("name", [name for name, type_ in TYPES.items() if type_.kind is Kind.UPS])
def test_more_load_is_less_time(name: str) -> None:
    runtime = TYPES[name].runtime
    assert len(runtime) > 1
    assert all(a.load_w < b.load_w and a.minutes > b.minutes for a, b in zip(runtime, runtime[1:], strict=False))


def test_recorders_of_the_worked_example() -> None:
    """523 cameras at 4 Mb/s for 30 days: nine by channels, and one that stands by."""
    type_ = TYPES["nvr-64ch"]
    assert type_.channels and type_.throughput_mbps and type_.usable_tb
    count = recorders_needed(
        523,
        2092 * 1.1,
        894.7,
        channels_each=type_.channels,
        mbps_each=type_.throughput_mbps,
        tb_each=type_.usable_tb,
        playback_share=0.25,
        failover=1,
    )
    assert count == 10


BASE = "schema: catalogue/v1\ndevice_types:\n  x:\n    kind: switch\n    description: X\n    head: C\n"


@pytest.mark.parametrize(
    ("more", "line", "said"),
    [
        ("    boq_item: F.1\n", 7, "boq_item 'F.1' is not an item of head C"),
        ("    pse_w: 15.4\n    poe_class: 4\n", 7, "pse_w 15.4 is less than the 30 W of PoE class 4"),
        (
            "    ports:\n      - {name: 'ge-0/0/{n}', count: 2}\n    platform: cisco_ios\n",
            8,
            "ports have 'ge-0/0/1', which is no port name of cisco_ios",
        ),
        (
            "    ports:\n      - {name: LAN, count: 2}\n",
            8,
            "name 'LAN' is not a port name with {n} for its number: GigabitEthernet1/{n}",
        ),
        (
            "    ports:\n      - {name: 'a{n}b', count: 2}\n",
            8,
            "name 'a{n}b' is not a port name with {n} for its number: GigabitEthernet1/{n}",
        ),
    ],
)
def test_what_contradicts_itself_is_said(more: str, line: int, said: str) -> None:
    document = Document("types.yaml", BASE + more)
    assert document.parse(Catalogue) is None
    assert [mistake.text for mistake in document.mistakes] == [said]
    assert document.mistakes[0].where.startswith(f"types.yaml:{line}:")


@pytest.mark.parametrize("name", ["LAN", "eth{n}", "ge-0/0/{n}", "1/1/{n}", "{n}", "Port {n}", "Te1/0/{n}"])
def test_ports_are_named_as_command_lines_do(name: str) -> None:
    document = Document("types.yaml", f"{BASE}    ports:\n      - {{name: '{name}', count: 1}}\n")
    parsed = document.parse(Catalogue)
    assert parsed is not None, document.mistakes
    type_: DeviceType = parsed.device_types["x"]
    assert type_.port_names == [name.replace("{n}", "1")]
