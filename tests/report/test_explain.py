"""Every effective value, with the line that gave it: the line is looked up in the file itself."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
import yaml
from rich.cells import cell_len

from iccc.city.devices import Camera, City
from iccc.city.load import city_names, load_city
from iccc.effective import effective
from iccc.effective.value import Effective, Value
from iccc.errors import UsageError
from iccc.report.explain import WIDTH, as_json, as_text
from iccc.yamlfile import Where

ROOT = Path(__file__).parents[2]
SITE = """\
schema: site/v1
number: 90
name: Kotwali
name_hi: कोतवाली
type: police_station
status: installed
phase: existing
defaults: {recorder: 2, cable_m: 25}
switches:
  - {number: 1, device_type: sw-field-8poe-240w, mac: "02:00:0a:51:5a:0b"}
cameras:
  - {group: fixed, slot: 1, port: "sw1 GigabitEthernet1/5", view: common_area, cable_m: 30, serial: "K-1"}
  - {group: fixed, slot: 2, count: 2, ports: 3, retention: street, macs: {3: "02:00:0a:52:5a:03"}}
  - {group: ptz, slot: 9, count: 1, main: main-8mp}
"""


@pytest.fixture(scope="module")
def kotwali(tmp_path_factory: pytest.TempPathFactory) -> City:
    """Bilaspur with a police station of which every layer says something."""
    root = tmp_path_factory.mktemp("kotwali")
    for folder in ("cities/bilaspur", "catalogue"):
        shutil.copytree(ROOT / folder, root / folder)
    folder = root / "cities/bilaspur"
    (folder / "sites").mkdir(exist_ok=True)
    (folder / "sites/s90.yaml").write_text(SITE, encoding="utf-8")
    core = (folder / "core.yaml").read_text(encoding="utf-8")
    spur = "spurs:\n  - {name: kotwali, a: bsp-agg1 GigabitEthernet1/0/20, sites: [90]}\n"
    (folder / "core.yaml").write_text(f"{core}\n{spur}", encoding="utf-8")
    return load_city(root, "bilaspur")


def value(found: Effective, key: str) -> Value:
    return next(value for part in found.parts for value in part.values if value.key == key)


def line(root: Path, where: Where) -> str:
    return (root / where.file).read_text(encoding="utf-8").splitlines()[where.line - 1][where.column - 1 :]


@pytest.mark.parametrize(
    ("name", "key", "text", "layer", "overrides"),
    [
        ("c01", "retention", "police-station: 548 days", "site_types.police_station", ["street of defaults"]),
        (
            "c02", "retention", "street: 30 days", "its entry",
            ["police-station of site_types.police_station", "street of defaults"],
        ),
        ("c01", "view", "common_area", "its entry", ["public_way of defaults"]),
        ("c01", "cable", "30 m", "its entry", ["25 of its site's defaults", "40 of defaults"]),
        ("c02", "cable", "25 m", "its site's defaults", ["40 of defaults"]),
        ("c09", "recorder", "bsp-rec02", "its site's defaults", []),
        ("c09", "sub", "sub: H264 640×360, 10 fps, 512 kbit/s, GOP 20", "groups.ptz", []),
        (
            "c09", "main", "main-8mp: H265 3840×2160, 25 fps, 6144 kbit/s, GOP 50", "its entry",
            ["main-4mp of groups.ptz"],
        ),
        ("c01", "status", "installed", "its site", []),
    ],
)  # fmt: skip
def test_layers(kotwali: City, name: str, key: str, text: str, layer: str, overrides: list[str]) -> None:
    found = value(effective(kotwali, f"bsp-s90-{name}"), key)
    assert (found.text, found.sources[0].what) == (text, f"from {layer}")
    assert [source.what for source in found.overrides] == overrides


def test_what_nobody_declares_is_built_in(kotwali: City) -> None:
    [source] = value(effective(kotwali, "bsp-s90-c01"), "owner").sources
    assert (source.what, source.where) == ("built in", None)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("c01", "nailed by its entry (cities/bilaspur/sites/s90.yaml:12:35)"),
        ("c03", "one of 3 kept for slots 2 to 4 (cities/bilaspur/sites/s90.yaml:13:46)"),
        ("c09", "left over by all that keep ports: what is added can move it (cities/bilaspur/sites/s90.yaml:14:5)"),
    ],
)
def test_why_a_port_is_that_one(kotwali: City, name: str, why: str) -> None:
    found = value(effective(kotwali, f"bsp-s90-{name}"), "port")
    assert [f"{source.what} ({source.where})" for source in found.sources] == [why]


NAMED = re.compile(r"[a-z][a-z0-9_-]*(?:\.[a-z][a-z0-9_-]*)+")  # streams.main-4mp, network.video.first_vlan


@pytest.mark.parametrize("key", city_names(ROOT))
def test_every_line_says_what_is_said_of_it(key: str) -> None:
    """Read the lines with YAML alone: a source that names a path of city.yaml points at that very value."""
    city = load_city(ROOT, key)
    declared = yaml.safe_load((ROOT / f"cities/{key}/city.yaml").read_text(encoding="utf-8"))
    checked = 0
    names = [device.name for device in city.inventory()]
    for name in [*names[::23], *(f"{key}" for key in list(city.sites)[:2])]:
        found = effective(city, name)
        for shown in (shown for part in found.parts for shown in part.values):
            for source in shown.sources:
                if source.where is None:
                    continue
                text = line(ROOT, source.where)
                if NAMED.fullmatch(source.what):
                    wanted = declared
                    for part in source.what.split("."):
                        wanted = wanted[part]
                    assert text.startswith(str(wanted)) or isinstance(wanted, dict), (name, shown, text)
                    checked += 1
                elif number := re.fullmatch(r"(?:site|slot|number|switch) (\d+)", source.what):
                    assert int(re.match(r"\d+", text)[0]) <= int(number[1]), (name, shown, text)  # type: ignore[index]
                    checked += 1
    assert checked > 10


@pytest.mark.parametrize("key", city_names(ROOT))
def test_the_values_are_those_of_the_city(key: str) -> None:
    city = load_city(ROOT, key)
    for device in list(city.inventory())[::7]:
        found = effective(city, device.name)
        assert value(found, "address").text == device.address
        assert value(found, "status").text == device.status
        assert value(found, "phase").text == device.phase
        assert value(found, "owner").text == device.owner
        if isinstance(device, Camera):
            assert value(found, "port").text == f"{device.switch} {device.port}"
            assert value(found, "VLAN").text == str(device.vlan)
            assert value(found, "recorder").text == device.recorder
            assert value(found, "retention").text == f"{device.retention}: {device.retention_days} days"
    for code, site in city.sites.items():
        assert value(effective(city, code), "status").text == site.status


def test_ports_of_a_switch_have_what_hangs_there(kotwali: City) -> None:
    found = effective(kotwali, "bsp-s90-sw1")
    ports = next(part for part in found.parts if part.title == "Ports").values
    assert [port.key for port in ports] == sorted(
        kotwali.switches["bsp-s90-sw1"].ports, key=lambda name: int(name.rpartition("/")[2])
    )
    nailed = value(found, "GigabitEthernet1/5")
    assert nailed.text == "bsp-s90-c01, camera cam-fixed-4mp-ir, VLAN 290"
    assert str(nailed.sources[0].where) == "cities/bilaspur/sites/s90.yaml:12:5"
    assert value(found, "GigabitEthernet1/9").text == "trunk to bsp-agg1 GigabitEthernet1/0/20, VLANs 110,290"
    assert value(found, "chain").text == "spur kotwali, node 1 of 1, own fibre 1000 Mbit/s"


@pytest.mark.parametrize("key", city_names(ROOT))
def test_text_fits_into_a_hundred_columns(key: str) -> None:
    city = load_city(ROOT, key)
    for name in [*(device.name for device in city.inventory()), *city.sites][::11]:
        text = as_text(effective(city, name)).decode()
        assert all(cell_len(line) <= WIDTH and line == line.rstrip() for line in text.splitlines())


def test_json_has_the_same(kotwali: City) -> None:
    found = effective(kotwali, "bsp-s90-c01")
    data = json.loads(as_json(found))
    assert (data["version"], data["kind"], data["name"]) == (1, "explain", "bsp-s90-c01")
    retention = next(v for part in data["parts"] for v in part["values"] if v["key"] == "retention")
    assert retention["overrides"][0]["what"] == "street of defaults"
    assert retention["from"][0]["file"] == "cities/bilaspur/city.yaml"
    assert [[v["key"] for v in part["values"]] for part in data["parts"]] == [
        [v.key for v in part.values] for part in found.parts
    ]


@pytest.mark.parametrize("name", ["bsp-j01-c1", "bsp-rec1", "bsp-j1"])
def test_a_name_that_is_nobodys(kotwali: City, name: str) -> None:
    with pytest.raises(UsageError, match=rf"no device or site '{name}' in bilaspur; did you mean 'bsp-"):
        effective(kotwali, name)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("sgr-sm-0001", "sgr-sm-0001  # an example"),
        ("sgr-sm-0001-rec", "{onvif: true"),
        ("sgr-sm-0001-c02", "{number: 2, view: common_area"),
    ],
)
def test_what_is_a_third_partys_is_said_with_its_line(name: str, text: str) -> None:
    city = load_city(ROOT, "sagar")
    with pytest.raises(UsageError) as raised:
        effective(city, name)
    said = re.fullmatch(
        rf"{name} is a third party's, of head private: (\S+):(\d+):(\d+) declares it, and iccc does not manage it",
        str(raised.value),
    )
    assert said is not None
    assert line(ROOT, Where(said[1], int(said[2]), int(said[3]))).startswith(text)


def test_a_name_close_to_a_third_partys() -> None:
    with pytest.raises(UsageError, match="did you mean 'sgr-sm-0001'"):
        effective(load_city(ROOT, "sagar"), "sgr-sm-001")


def test_what_is_not_known_yet_says_where_to_write_it(kotwali: City) -> None:
    assert value(effective(kotwali, "bsp-s90-c01"), "serial").text == "K-1"
    open_ = value(effective(kotwali, "bsp-s90-c02"), "MAC")
    assert open_.text == "not known yet"
    assert [(source.what, str(source.where)) for source in open_.sources] == [
        ("to be written in", "cities/bilaspur/sites/s90.yaml:13:5")
    ]
    of_switch = value(effective(kotwali, "bsp-s90-sw1"), "MAC")
    assert of_switch.text == "02:00:0a:51:5a:0b"
    assert str(of_switch.sources[0].where) == "cities/bilaspur/sites/s90.yaml:10:55"
    of_slot = value(effective(kotwali, "bsp-s90-c03"), "MAC")
    assert of_slot.text == "02:00:0a:52:5a:03"
    assert str(of_slot.sources[0].where) == "cities/bilaspur/sites/s90.yaml:13:78"


def test_a_device_under_evidence_hold_says_so(tmp_path: Path) -> None:
    for folder in ("cities/bilaspur", "catalogue"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    entry = "ordered_on: 2026-02-01, until: 2027-03-31, ordered_by: District Court, reason: accident"
    holds = "".join(f"  - {{scope: {name}, {entry}}}\n" for name in ("bsp-j01-c02", "bsp-rec02"))
    file = tmp_path / "cities/bilaspur/evidence-holds.yaml"
    file.write_text(f"schema: evidence-holds/v1\nevidence_hold:\n{holds}", encoding="utf-8")
    city = load_city(tmp_path, "bilaspur")
    for name, line in (("bsp-j01-c02", 3), ("bsp-rec02", 4)):
        found = effective(city, name)
        (value,) = (value for part in found.parts for value in part.values if value.key == "evidence hold")
        assert value.text == "until 2027-03-31, by District Court: accident"
        assert str(value.sources[0].where) == f"cities/bilaspur/evidence-holds.yaml:{line}:5"
