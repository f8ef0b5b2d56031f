"""Adopting: what was seen is declared then, and nothing else is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iccc import fleet
from iccc.adopt.apply import adopt, write
from iccc.adopt.value import leaf
from iccc.city.devices import Camera, City
from iccc.city.load import load_city
from iccc.compare import Change, compare
from iccc.errors import DeclarationError, UsageError
from iccc.finding import Class, Finding
from tests.adopt.findings import HERE, adopted, config, files, folder, other

C02, SW = "bsp-j02-c02", "bsp-j02-sw1"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return folder(tmp_path, "bilaspur")


@pytest.fixture
def city(root: Path) -> City:
    return load_city(root, "bilaspur")


def changes(before: City, after: City) -> set[tuple[str, str]]:
    """What is wanted otherwise than before, of all devices."""
    found = set()
    for device in before.devices():
        old, new = fleet.wanted(device, before).state, fleet.wanted(after.device(device.name), after).state
        differ = [one for one in compare(new, old) if isinstance(one, Change)]
        # A tolerance, and a choice of several, are in sync with no other one of their kind: they are compared as such.
        found |= {(device.name, one.path) for one in differ if one.seen != one.wanted}
    return found


def test_one_camera_of_a_group_gets_a_stream_of_its_own(root: Path, city: City) -> None:
    seen = [config(city, C02, "encoders[main].bitrate_kbps", 2048), config(city, C02, "encoders[main].fps", 15)]
    done, after = adopted(root, city, *seen)
    assert changes(city, after) == {(C02, one.path) for one in seen}
    site = (root / "cities/bilaspur/junctions/j02.yaml").read_text()
    assert "  - {group: fixed, slot: 1, count: 1, ports: 1, recorder: 2}\n" in site
    assert "  - {group: fixed, slot: 2, ports: 1, recorder: 2, main: main-4mp-2048k-15fps}\n" in site
    assert "  - {group: fixed, slot: 3, count: 8, ports: 10, recorder: 2}\n" in site
    again = config(after, "bsp-j03-c01", "encoders[main].bitrate_kbps", 2048)
    also = config(after, "bsp-j03-c01", "encoders[main].fps", 15)
    second, _ = adopted(root, after, again, also)
    assert [file.name for file in second.files] == ["cities/bilaspur/junctions/j03.yaml"], "the stream is there already"
    assert len(done.files) == 2


SHARED: dict[str, tuple[Callable[[City], list[str]], str, object, str]] = {
    "ntp": (lambda c: list(c.switches), "ntp_servers", ["10.80.0.10", "10.80.0.99"], "  ntp: [10.80.0.10, 10.80.0.99]"),
    "syslog": (lambda c: list(c.switches), "syslog_hosts", ["10.80.0.99"], "syslog: [10.80.0.99]"),
    "vlan": (lambda c: list(c.switches), "vlans[110].name", "mgmt", "vlan: 110, name: mgmt, prefix"),
    "user": (lambda c: list(c.cameras), "users[recorder].level", "Operator", "recorder: {level: Operator}"),
    "level": (lambda c: list(c.switches), "users[watch].level", 15, "watch: {level: Administrator}"),
    "rtsp": (lambda c: list(c.cameras), "protocols[rtsp].port", 8554, "rtsp: {enabled: true, port: 8554}"),
    "tree": (lambda c: ["bsp-agg1", "bsp-agg2"], "spanning_tree.priority", 12288, "aggregation_priority: 12288"),
    "mode": (lambda c: list(c.switches), "spanning_tree.mode", "mstp", "spanning_tree: {mode: mstp,"),
    "stream": (
        lambda c: [one.name for one in c.cameras.values() if one.group != "rlvd"],
        "encoders[main].gop",
        25,
        "main-4mp: {codec: H265, width_px: 2560, height_px: 1440, fps: 25, bitrate_kbps: 4096, gop: 25}",
    ),
}


@pytest.mark.parametrize("name", SHARED)
def test_a_line_for_many_is_changed_when_all_of_them_show_the_same(root: Path, city: City, name: str) -> None:
    bearers, path, seen, line = SHARED[name]
    found = [config(city, device, path, seen) for device in bearers(city)]
    if name == "ntp":
        hosts = [*city.cameras, *city.recorders]
        found += [config(city, device, "time.ntp_servers", seen) for device in hosts]
    before = files(root)
    if name != "stream":  # of a stream, one camera may go its own way
        with pytest.raises(UsageError, match="this line decides for [0-9]+ devices, and [0-9]+ of them showed"):
            adopt(root, city, found[:1], found[:-1])
    assert files(root) == before
    done, after = adopted(root, city, found[0], standing=found[1:])
    changed = {one for one in changes(city, after) if not one[1].startswith("channels[")}  # recorders follow cameras
    assert changed == {(one.device, one.path) for one in found}
    assert line in (root / "cities/bilaspur/city.yaml").read_text()
    assert [file.name for file in done.files] == ["cities/bilaspur/city.yaml"]


DEVICES = sorted(load_city(HERE, "jhansi").cameras)


@settings(max_examples=4, deadline=None)
@given(st.sampled_from(DEVICES), st.sampled_from(["serial", "mac"]))
def test_hardware_is_declared_of_the_one_device_and_no_camera_moves(
    tmp_path_factory: pytest.TempPathFactory, name: str, key: str
) -> None:
    root = folder(tmp_path_factory.mktemp("city"), "jhansi")
    before = load_city(root, "jhansi")
    seen = {"serial": "AB-1234", "mac": "10:20:30:40:50:59"}[key]
    _, after = adopted(root, before, other(before, name, Class.INVENTORY, key, seen))
    assert getattr(after.cameras[name], key) == seen
    assert changes(before, after) == set()
    for camera in before.cameras.values():
        now = after.cameras[camera.name]
        assert (now.switch, now.port, now.recorder, now.group) == (
            camera.switch,
            camera.port,
            camera.recorder,
            camera.group,
        )
        assert (now.mac, now.serial) == (camera.mac, camera.serial) or now.name == name


def test_hardware_of_switches_and_recorders_stands_in_their_entries(root: Path, city: City) -> None:
    names = [SW, "bsp-core1", "bsp-rec03"]
    serials = {name: f"FOC1234X0A{number}" for number, name in enumerate(names)}
    _, after = adopted(root, city, *(other(city, name, Class.INVENTORY, "serial", serials[name]) for name in names))
    assert {name: getattr(after.device(name), "serial", None) for name in names} == serials


def test_a_camera_is_nailed_to_the_port_where_it_hangs(root: Path, city: City) -> None:
    camera = city.cameras[C02]
    free = [port for port in city.switches["bsp-j02-sw4"].all_ports if port not in city.switches["bsp-j02-sw4"].ports]
    _, after = adopted(root, city, other(city, C02, Class.TOPOLOGY, "port", f"bsp-j02-sw4 {free[0]}"))
    now = after.cameras[C02]
    assert (now.switch, now.port, now.address) == ("bsp-j02-sw4", free[0], camera.address)
    assert {name: (one.switch, one.port) for name, one in after.cameras.items() if name != C02} == {
        name: (one.switch, one.port) for name, one in city.cameras.items() if name != C02
    }, "no cable of another camera was moved"


def test_two_cameras_that_were_swapped_are_adopted_together(root: Path, city: City) -> None:
    one, two = city.cameras[C02], city.cameras["bsp-j02-c05"]
    _, after = adopted(
        root,
        city,
        other(city, one.name, Class.TOPOLOGY, "port", f"{two.switch} {two.port}"),
        other(city, two.name, Class.TOPOLOGY, "port", f"{one.switch} {one.port}"),
    )
    assert (after.cameras[one.name].port, after.cameras[two.name].port) == (two.port, one.port)
    assert len(after.cameras) == len(city.cameras)


def test_a_port_that_another_camera_is_declared_on_is_not_taken_from_it(root: Path, city: City) -> None:
    before, neighbour = files(root), city.cameras["bsp-j02-c05"]
    finding = other(city, C02, Class.TOPOLOGY, "port", f"{neighbour.switch} {neighbour.port}")
    with pytest.raises(UsageError, match=f"{neighbour.name} is declared on {neighbour.switch}"):
        adopted(root, city, finding)
    assert files(root) == before


AGG1, CORE1 = "TenGigabitEthernet1/1/1", "TenGigabitEthernet1/0/1"  # the two ends of a declared link


@pytest.mark.parametrize(
    ("device", "port", "wanted", "seen", "line"),
    [
        # plugged elsewhere at the far end, at the near end, and the end of a ring
        (
            "bsp-core1",
            CORE1,
            f"bsp-agg1 {AGG1}",
            "bsp-agg1 TenGigabitEthernet1/1/3",
            "b: bsp-agg1 TenGigabitEthernet1/1/3",
        ),
        ("bsp-core1", "TenGigabitEthernet1/0/5", "nothing", f"bsp-agg1 {AGG1}", "a: bsp-core1 TenGigabitEthernet1/0/5"),
        (
            "bsp-j01-sw1",
            "GigabitEthernet1/9",
            "bsp-agg1 GigabitEthernet1/0/1",
            "bsp-agg1 GigabitEthernet1/0/9",
            "a: bsp-agg1 GigabitEthernet1/0/9",
        ),
    ],
)
def test_a_cable_between_switches_is_declared_as_it_is_plugged(
    root: Path, city: City, device: str, port: str, wanted: str, seen: str, line: str
) -> None:
    finding = other(city, device, Class.TOPOLOGY, f"ports[{port}].neighbour", seen, wanted=wanted)
    done, _ = adopted(root, city, finding)
    (file,) = done.files
    assert file.name == "cities/bilaspur/core.yaml" and line in file.after and line not in file.before
    assert sum(a != b for a, b in zip(file.before.splitlines(), file.after.splitlines(), strict=True)) == 1


def refused(city: City) -> dict[str, tuple[Finding, str]]:
    step = "Measure the fibre."
    return {
        "name": (config(city, C02, "hostname", "ptz-old"), "follows from number, slot or port here: a deploy"),
        "port": (config(city, SW, "ports[GigabitEthernet1/2].access_vlan", 7), "follows from number, slot or port"),
        "camera_ports": (config(city, SW, "ports[GigabitEthernet1/2].max_macs", 9), "switching.camera_ports decides"),
        "password": (config(city, C02, "users[admin].password", "***"), "nothing was seen that could be declared"),
        "site_vlan": (config(city, SW, "vlans[202].name", "x"), "the name of VLAN 202 follows from its site"),
        "saved": (config(city, SW, "saved", False), "no declaration can say this: look at the device"),
        "time": (config(city, C02, "time.utc_offset_min", 0), "no single value"),
        "gone": (config(city, SW, "vlans[110].name", "absent"), "nothing was seen"),
        "dead": (other(city, C02, Class.REACH, "", None, step), f"no declaration can say this: {step}"),
        "down": (other(city, SW, Class.OPERATIONAL, "ports[x].link", "down", step), f"no declaration can say.*{step}"),
        "stranger": (
            other(city, SW, Class.TOPOLOGY, "ports[GigabitEthernet1/9].neighbour", "someone Gi0/1", step),
            f"no end of a link of core.yaml says this: {step}",
        ),
        "replaced": (other(city, C02, Class.INVENTORY, "model", "X1", step), step),
        "elsewhere": (
            other(city, C02, Class.TOPOLOGY, "port", "bsp-j03-sw1 GigabitEthernet1/3"),
            "bsp-j03-sw1 stands at bsp-j03: a camera that was moved",
        ),
    }


@pytest.mark.parametrize("name", refused(load_city(HERE, "bilaspur")))
def test_what_cannot_be_declared_is_refused_with_the_line_and_the_way_out(name: str) -> None:
    city = load_city(HERE, "bilaspur")
    finding, text = refused(city)[name]
    with pytest.raises(UsageError, match=text) as caught:
        adopt(HERE, city, [finding], [finding])
    assert "cities/bilaspur/" in str(caught.value) and finding.id in str(caught.value)


def test_a_finding_older_than_what_is_declared_is_refused(root: Path, city: City) -> None:
    found = [config(city, name, "syslog_hosts", ["10.80.0.99"]) for name in city.switches]
    path = root / "cities/bilaspur/city.yaml"
    path.write_text(path.read_text().replace("syslog: [10.80.0.20]", "syslog: [10.80.0.21]"))
    with pytest.raises(UsageError, match="city.yaml was changed in the meantime"):
        adopt(root, city, found[:1], found)
    with pytest.raises(UsageError, match=r"10.80.0.20 was wanted when this was found, and now it is 10.80.0.21"):
        adopt(root, load_city(root, "bilaspur"), found[:1], found)


def test_what_is_written_meanwhile_is_not_written_over(root: Path, city: City) -> None:
    done = adopt(root, city, [other(city, C02, Class.INVENTORY, "serial", "AB-1234")], [])
    path = root / "cities/bilaspur/junctions/j02.yaml"
    path.write_text(path.read_text() + "# mine\n")
    before = files(root)
    with pytest.raises(UsageError, match="changed in the meantime"):
        write(root, done)
    assert files(root) == before


def test_when_another_file_broke_meanwhile_every_byte_is_put_back(root: Path, city: City) -> None:
    done = adopt(root, city, [config(city, C02, "encoders[main].fps", 15)], [])
    (root / "cities/bilaspur/core.yaml").write_text("schema: core/v1\n")
    before = files(root)
    with pytest.raises(DeclarationError):
        write(root, done)
    assert files(root) == before


def test_a_value_that_no_city_may_have_is_told_with_its_line(root: Path, city: City) -> None:
    before = files(root)
    with pytest.raises(DeclarationError, match="junctions/j02.yaml:.*serial"):
        adopt(root, city, [other(city, C02, Class.INVENTORY, "serial", "a b")], [])
    assert files(root) == before


def test_every_leaf_of_a_camera_is_found_by_its_path() -> None:
    city = load_city(HERE, "bilaspur")
    camera = next(iter(city.cameras.values()))
    assert isinstance(camera, Camera)
    assert leaf(city, camera.name, "encoders[sub].codec") == "H264"
    assert leaf(city, camera.name, "protocols[http]") == {"enabled": True, "port": 80}
    assert leaf(city, SW, "vlans[110].name") == "management"
    assert leaf(city, SW, "nothing[x].y") is None
