"""Out and in again is no difference; what is changed in between is found, exactly and at its place."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from iccc.city.devices import City
from iccc.city.load import city_names
from iccc.report.schedule import ALL, write_schedule
from iccc.schedule.compare import What
from iccc.schedule.rows import private_rows, rows_of, subnets
from tests.schedule.conftest import ROOT, load
from tests.schedule.support import differences, everything, listing, table, written


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
@pytest.mark.parametrize("key", city_names(ROOT))
def test_out_and_in_is_no_difference(key: str, suffix: str, tmp_path: Path) -> None:
    city = load(key)
    path = written(city, tmp_path / f"out.{suffix}")
    read = listing(path)
    assert len(read.lines) == len(everything(city)) >= len(list(city.inventory())) > 50
    assert read.notes == []
    assert all({"device", "address", "prefix", "mask"} <= line.said.keys() for line in read.lines)
    assert differences(city, path) == []


def rows_in_print(city: City, path: Path) -> list[list[str]]:
    with written(city, path).open(newline="", encoding="utf-8-sig") as stream:
        return list(csv.reader(stream))


OTHER: dict[str, Callable[[str], str]] = {
    "Address": lambda text: str(IPv4Address(text) + 1),
    "Prefix": lambda text: str(IPv4Network(text).supernet()),
    "Mask": lambda text: "255.255.255.240" if text != "255.255.255.240" else "255.255.255.0",
    "Gateway": lambda text: str(IPv4Address(text) + 1),
    "VLAN": lambda text: str(int(text) % 4094 + 1),
    "Switch": lambda text: f"{text[:-1]}{(int(text[-1]) + 1) % 10}",
    "Port": lambda text: f"{text[:-1]}{(int(text[-1]) + 1) % 10}",
    "Recorder": lambda text: f"{text}1",
}


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_changed_cell_is_the_one_difference(tmp_path: Path, data: st.DataObject) -> None:
    """A port moves with its switch: a switch other than declared is one difference, and so is the port on it."""
    rows = rows_in_print(load("jhansi"), tmp_path / "out.csv")
    column = data.draw(st.sampled_from(sorted(OTHER)))
    at = ALL.index(column)
    number = data.draw(st.sampled_from([n for n, row in enumerate(rows) if n and row[at]]))
    device = rows[number][ALL.index("Device")]
    rows[number][at] = OTHER[column](rows[number][at])
    path = table(tmp_path / "in.csv", rows)
    [found] = differences(load("jhansi"), path)
    assert (found.what, found.device) == (What.OTHER, device)
    assert found.place == f"{path.as_posix()}:{number + 1}:{at + 1}"
    assert found.found.removeprefix("/") in (rows[number][at], "28", "24")
    assert found.where is not None


def test_columns_may_stand_in_any_order(sagar: City, tmp_path: Path) -> None:
    rows = [row[::-1] for row in rows_in_print(sagar, tmp_path / "out.csv")]
    assert differences(sagar, table(tmp_path / "in.csv", rows)) == []


def test_a_row_that_is_gone_is_missing_and_a_new_one_is_nobodys(sagar: City, tmp_path: Path) -> None:
    rows = rows_in_print(sagar, tmp_path / "out.csv")
    gone = rows.pop(7)[ALL.index("Device")]
    rows.append(["" for _ in ALL])
    rows[-1][ALL.index("Device")] = "sgr-j01-c99"
    rows[-1][ALL.index("Address")] = "10.93.1.109"
    nobody, missing = differences(sagar, table(tmp_path / "in.csv", rows))
    assert (nobody.what, nobody.found) == (What.UNKNOWN, "sgr-j01-c99")
    assert nobody.hint.startswith("did you mean 'sgr-j01-c")
    assert (missing.what, missing.device) == (What.MISSING, gone)


def test_private_cameras_have_a_part_of_their_own(sagar: City, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(written(sagar, tmp_path / "out.xlsx"))
    assert book.sheetnames == ["IP schedule Sagar", "Private cameras", "VLANs and subnets"]
    heads, *rows = book["Private cameras"].iter_rows(values_only=True)
    found = [dict(zip(heads, row, strict=True)) for row in rows]
    assert {(row["Address"], row["Owner"], row["Reached by"]) for row in found} >= {
        ("192.168.1.10", "sgr-sm-0001", "vpn 10.95.0.11"),
        ("192.168.1.10", "sgr-sm-0002", "vpn 10.95.0.12"),
    }
    assert {row["Prefix"] for row in found} == {"192.168.1.0/24"}
    assert not {row["Device"] for row in found} & {row.device for row in rows_of(sagar, sagar.inventory())}


def test_csv_tells_owners_with_the_same_address_apart(sagar: City, tmp_path: Path) -> None:
    heads, *rows = rows_in_print(sagar, tmp_path / "out.csv")
    found = [dict(zip(heads, row, strict=True)) for row in rows]
    shared = [row for row in found if row["Address"] == "192.168.1.10"]
    assert [(row["Owner"], row["Reached by"]) for row in shared] == [
        ("sgr-sm-0001", "vpn 10.95.0.11"),
        ("sgr-sm-0002", "vpn 10.95.0.12"),
    ]
    assert {row["Reached by"] for row in found if row["Owner"] == "project"} == {""}


def test_private_addresses_are_known_by_their_owner(sagar: City, tmp_path: Path) -> None:
    heads = ("IP", "Owner", "MAC")
    path = table(tmp_path / "in.csv", [heads, ["192.168.1.10", "sgr-sm-0002", ""], ["192.168.1.11", "sgr-sm-0001", ""]])
    found = [d for d in differences(sagar, path) if d.what is not What.MISSING]
    assert found == []
    path = table(tmp_path / "in.csv", [heads, ["192.168.1.10", "", ""]])
    [unknown] = [d for d in differences(sagar, path) if d.what is What.UNKNOWN]
    assert unknown.hint == "192.168.1.10 is sgr-sm-0001-rec, sgr-sm-0002-rec"


@pytest.mark.parametrize("key", city_names(ROOT))
def test_subnets_count_the_addresses(key: str) -> None:
    city = load(key)
    found = subnets(city)
    assert sum(subnet.used for subnet in found) == len(list(city.inventory()))
    for subnet in found:
        net = subnet.net
        assert IPv4Address(net.gateway) in net.prefix
        assert subnet.used + subnet.free == net.prefix.num_addresses - 3
        inside = [d for d in city.inventory() if d.site == subnet.site and IPv4Address(d.address) in net.prefix]
        assert len(inside) == subnet.used
        first, last = IPv4Address(subnet.first), IPv4Address(subnet.last)
        assert all(first <= IPv4Address(device.address) <= last for device in inside)
        assert not first <= IPv4Address(net.gateway) <= last


def test_json_has_all_three_lists(sagar: City) -> None:
    rows, private = rows_of(sagar, sagar.inventory()), private_rows(sagar)
    data = json.loads(write_schedule("json", sagar, rows, private, subnets(sagar)))
    assert [len(data[key]) for key in ("rows", "private", "subnets")] == [len(rows), len(private), len(subnets(sagar))]
    assert (data["version"], data["kind"], data["city"]) == (1, "ip-schedule", "sagar")
