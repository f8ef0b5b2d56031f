"""Lists as integrators keep them, and every mistake in one at once."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import openpyxl
import pytest

from iccc.city.devices import City
from iccc.errors import DeclarationError
from iccc.report.schedule import write_differences
from iccc.schedule.compare import What
from iccc.schedule.files import read_sheets
from iccc.schedule.listed import read_listing
from tests.schedule.support import listing, only, table

HEADS = ("S.No", "Camera Name", "IP Address", "MAC ID", "Switch Port", "VLAN ID", "Serial No", "NVR", "Remarks")
LIST = (
    ("IP SCHEDULE, PACKAGE 2", "", "", "", "", "", "", "", ""),
    (),
    HEADS,
    ("Nehru Chowk",),
    ("1", "BSP-J01-C01", "10.82.1.11/24", "02-00-0A-52-01-0B", "SW4 Gi1/4", "VLAN 201", "", "REC01", "ok"),
    ("2", "bsp-j01-c02", "10.82.1.13", "0200.0a52.010c", "", "201", "N/A", "rec02", ""),
    ("Continued", "", "", "", "", "", "", "", ""),
    HEADS,
    ("3", "", "10.82.1.31", "", "gi 1/8", "", "PTZ-0001", "", "=1+1"),
    ("4", "Chowk East", "10.82.1.14", "", "", "", "", "", ""),
)


def test_a_list_of_another_shape(bilaspur: City, tmp_path: Path) -> None:
    found = only(bilaspur, table(tmp_path / "a.csv", LIST))
    assert [
        (d.place.partition("a.csv:")[2], d.what, d.device, d.field, d.found, d.declared, d.hint) for d in found
    ] == [
        ("5:4", What.OPEN, "bsp-j01-c01", "mac", "02:00:0a:52:01:0b", "", ""),
        ("6:3", What.OTHER, "bsp-j01-c02", "address", "10.82.1.13", "10.82.1.12", "that is bsp-j01-c03's"),
        ("6:8", What.OTHER, "bsp-j01-c02", "recorder", "rec02", "bsp-rec01", ""),
        ("6:4", What.OPEN, "bsp-j01-c02", "mac", "02:00:0a:52:01:0c", "", ""),
        ("9:5", What.OTHER, "bsp-j01-c21", "port", "GigabitEthernet1/8", "GigabitEthernet1/1", ""),
        ("9:7", What.OPEN, "bsp-j01-c21", "serial", "PTZ-0001", "", ""),
        ("10:2", What.OTHER, "bsp-j01-c04", "device", "Chowk East", "bsp-j01-c04", ""),
    ]
    where = {d.device: str(d.where) for d in found if d.what is What.OPEN}
    assert where["bsp-j01-c21"] == "cities/bilaspur/junctions/j01.yaml:20:5"


def test_a_port_with_its_switch_says_whose_it_is(bilaspur: City, tmp_path: Path) -> None:
    [found] = only(bilaspur, table(tmp_path / "a.csv", [("Device", "Port"), ("bsp-j01-c01", "sw1 Gi1/1")]))
    assert (found.declared, found.hint) == ("bsp-j01-sw4 GigabitEthernet1/4", "that is bsp-j01-c21's")


def test_hindi_heads(bilaspur: City, tmp_path: Path) -> None:
    heads = ("क्रमांक", "कैमरे का नाम", "आईपी पता", "मैक आईडी", "स्विच पोर्ट", "स्थान")
    row = ("1", "bsp-j01-c01", "10.82.1.11", "", "Gi1/4", "नेहरू चौक")
    path = table(tmp_path / "a.csv", [heads, row])
    assert only(bilaspur, path) == []
    assert listing(path).notes == []


def test_a_column_of_serial_numbers_may_count_the_rows(bilaspur: City, tmp_path: Path) -> None:
    rows = [("Serial No.", "Device", "IP"), *((str(n), f"bsp-j01-c{n:02d}", f"10.82.1.{10 + n}") for n in range(1, 5))]
    assert only(bilaspur, table(tmp_path / "a.csv", rows)) == []


def test_every_mistake_at_once_with_its_cell(tmp_path: Path) -> None:
    rows = [
        ("IP", "Device", "MAC", "VLAN", "IPv4"),
        ("10.82.1.300", "a", "xx", "5000", ""),
        ("10.82.1.12", "b", "02:00:0a:52:01:0c", "", ""),
        ("10.82.1.13", "B", "0200.0a52.010c", "", ""),
        ("", "", "02:00:0a:52:01:0d", "201", ""),
    ]
    with pytest.raises(DeclarationError) as raised:
        read_listing(read_sheets(table(tmp_path / "a.csv", rows)))
    assert [str(mistake).partition("a.csv:")[2] for mistake in raised.value.mistakes] == [
        "1:5: head 'IPv4' means the same as 'IP': Address",
        "2:1: Address '10.82.1.300' is not an IPv4 address",
        "2:3: MAC 'xx' is not a hardware address like 02:00:0a:52:01:0b, 02-00-… or 0200.0a52.010b",
        "2:4: VLAN '5000' is not a VLAN between 1 and 4094",
        f"4:2: Device 'B' stands at {(tmp_path / 'a.csv').as_posix()}:3:2 already",
        f"4:3: MAC '0200.0a52.010c' stands at {(tmp_path / 'a.csv').as_posix()}:3:3 already",
        "5:3: this row has neither Device nor Address",
    ]


def test_mistakes_in_a_workbook_name_the_sheet(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["A cover page, by the contractor"])
    sheet = book.create_sheet("चौक 1")
    for row in (["Device", "IP", "VLAN"], ["a", "=B1", 201], ["b", "10.1.1", 0]):
        sheet.append(row)
    book.save(tmp_path / "a.xlsx")
    with pytest.raises(DeclarationError) as raised:
        read_listing(read_sheets(tmp_path / "a.xlsx"))
    assert [str(mistake).partition("a.xlsx:")[2] for mistake in raised.value.mistakes] == [
        "चौक 1:2:2: Address is a formula that was never calculated; open the file in a spreadsheet and save it",
        "चौक 1:3:2: Address '10.1.1' is not an IPv4 address",
        "चौक 1:3:3: VLAN 0 is not a VLAN between 1 and 4094",
    ]


def test_a_file_without_heads_is_said(tmp_path: Path) -> None:
    with pytest.raises(DeclarationError, match=r"a.csv:1:1: no row of heads in the first 40 rows"):
        listing(table(tmp_path / "a.csv", [("10.82.1.11", "02:00:0a:52:01:0b")]))


def test_columns_that_nobody_knows_are_named(tmp_path: Path) -> None:
    [note] = listing(table(tmp_path / "a.csv", [("Device", "IP", "Zone\x1b[31m"), ("a", "10.1.1.1", "x")])).notes
    assert note.endswith(r"a.csv:1: not used: 'Zone\x1b[31m'")


def test_two_rows_about_one_device(bilaspur: City, tmp_path: Path) -> None:
    rows = [("Device", "IP"), ("bsp-j01-c01", "10.82.1.11"), ("", "10.82.1.11")]
    [found] = only(bilaspur, table(tmp_path / "a.csv", rows))
    assert (found.what, found.device) == (What.UNKNOWN, "bsp-j01-c01")


HOSTILE = '=HYPERLINK("http://x.example","y")'


@pytest.mark.parametrize("form", ["text", "csv", "json", "xlsx"])
def test_hostile_cells_stay_inert(form: str, bilaspur: City, tmp_path: Path) -> None:
    rows = [
        ("Device", "IP", HOSTILE),
        (HOSTILE, "10.82.1.11", ""),
        ("\x1b[2J\u202e", "10.82.1.12", ""),
        ("@x", "10.1.1.1", ""),
    ]
    path = table(tmp_path / "a.csv", rows)
    found = only(bilaspur, path)
    data = write_differences(form, bilaspur, found, 3, listing(path).notes)
    if form == "xlsx":
        (tmp_path / "a.xlsx").write_bytes(data)
        cells = [cell for row in openpyxl.load_workbook(tmp_path / "a.xlsx").worksheets[0].iter_rows() for cell in row]
        assert all(cell.data_type != "f" for cell in cells)
        assert any(cell.value == HOSTILE for cell in cells)
        return
    text = data.decode()
    assert not {"\x1b", "\u202e"} & set(text)
    if form == "csv":
        assert all(cell[:1] not in ("=", "@") for row in csv.reader(io.StringIO(text)) for cell in row)
    if form == "json":
        assert [row["difference"] for row in json.loads(text)["rows"]] == ["other", "other", "unknown"]


def test_text_for_a_person(bilaspur: City, tmp_path: Path) -> None:
    path = table(tmp_path / "a.csv", LIST)
    text = write_differences("text", bilaspur, only(bilaspur, path), 4, listing(path).notes).decode()
    fixed, ptz = bilaspur.cameras["bsp-j01-c01"], bilaspur.cameras["bsp-j01-c21"]
    slot, recorder = fixed.origins["name"][0], fixed.origins["recorder"][0]
    assert text.replace(path.as_posix(), "a.csv").splitlines() == [
        f"a.csv:5:4: bsp-j01-c01 MAC '02:00:0a:52:01:0b': left open at {fixed.where}",
        f"a.csv:6:3: bsp-j01-c02 Address '10.82.1.13', declared 10.82.1.12 ({slot}); that is bsp-j01-c03's",
        f"a.csv:6:8: bsp-j01-c02 Recorder 'rec02', declared bsp-rec01 ({recorder})",
        f"a.csv:6:4: bsp-j01-c02 MAC '02:00:0a:52:01:0c': left open at {fixed.where}",
        f"a.csv:9:5: bsp-j01-c21 Port 'GigabitEthernet1/8', declared GigabitEthernet1/1 ({ptz.where})",
        f"a.csv:9:7: bsp-j01-c21 Serial 'PTZ-0001': left open at {ptz.where}",
        f"a.csv:10:2: bsp-j01-c04 Device 'Chowk East', declared bsp-j01-c04 ({slot})",
        "",
        "To write:",
        f"{fixed.where}: into this entry",
        '    macs: {1: "02:00:0a:52:01:0b", 2: "02:00:0a:52:01:0c"}',
        f"{ptz.where}: into this entry",
        '    serial: "PTZ-0001"',
        "",
        "4 rows compared with Bilaspur: 4 not as declared, 3 left open by the declaration.",
    ]
