"""A network that nobody has named is drawn by its addresses, its cables and what its switches have learned."""

from __future__ import annotations

from dataclasses import replace

import pytest

from iccc.adopt.city.compose import misplaced, refused_cameras, without
from iccc.compare import Unread
from iccc.discover.found import Found, FoundUps
from iccc.errors import DeclarationError, Mistake, Reason, UsageError
from iccc.schedule.values import Value
from iccc.switch.seen import Arp
from iccc.switch.snmp_reader import unread
from iccc.ups.seen import UpsFacts
from tests.adopt.network import (
    ENCODERS,
    FIELD_PORTS,
    MODEL,
    REFUSED,
    camera,
    city,
    drawn,
    known,
    mac,
    network,
    written,
)

THREE, FOUR = {FIELD_PORTS[0]: mac(3, 1), FIELD_PORTS[4]: mac(3, 2)}, {FIELD_PORTS[1]: mac(4, 1)}


def small() -> Found:
    return network([camera(3, 1), camera(3, 2), camera(4, 1)], {3: THREE, 4: FOUR})


def why(found: Found, **more: object) -> list[str]:
    return [one.why for one in drawn(found, known(**more)).unsorted]


def test_sites_slots_and_vlans_are_counted_from_addresses() -> None:
    found = small()
    drawing = drawn(found)
    assert drawing.unsorted == ()
    made = city(found, drawing)
    assert misplaced(made, drawing) == []
    cameras = {name: (one.address, one.vlan, one.switch, one.port, one.gateway) for name, one in made.cameras.items()}
    assert cameras == {
        "rpr-j03-c01": ("10.60.3.21", 503, "rpr-j03-sw1", "GigabitEthernet1/1", "10.60.3.1"),
        "rpr-j03-c02": ("10.60.3.22", 503, "rpr-j03-sw1", "GigabitEthernet1/5", "10.60.3.1"),
        "rpr-j04-c01": ("10.60.4.21", 504, "rpr-j04-sw1", "GigabitEthernet1/2", "10.60.4.1"),
    }
    switch = made.switches["rpr-j03-sw1"]
    assert (switch.address, switch.management_vlan, switch.gateway) == ("10.50.3.5", 77, "10.50.3.254")


def test_the_ring_and_the_core_are_those_that_lldp_tells() -> None:
    found = small()
    made = city(found, drawn(found))
    assert (made.switches["core-a"].role, made.switches["core-a"].address) == ("core", "10.50.0.2")
    assert made.chains["r1"].nodes == ("rpr-j03-sw1", "rpr-j04-sw1")
    assert len(made.links) == 3


def test_what_nobody_tells_is_unknown_or_a_todo_and_never_a_value() -> None:
    found = small()
    files = written(found, drawn(found))
    city_yaml = files["city.yaml"]
    assert "name: Raipur  # TODO: cameras do not tell one" in city_yaml
    assert "days: unknown" in city_yaml and "recorder: unknown" in city_yaml
    assert "protocol: unknown  # TODO" in files["core.yaml"]
    assert "name: rpr-j03  # TODO: neither cameras nor switches tell its name" in files["junctions/j03.yaml"]
    assert "spans_m:" not in files["core.yaml"].replace("(spans_m)", "")
    made = city(found, drawn(found))
    assert {one.recorder for one in made.cameras.values()} == {""}
    assert {one.retention_days for one in made.cameras.values()} == {0}


def test_a_name_is_the_cameras_else_a_lists_else_the_switches() -> None:
    hosts = [camera(3, 1, location={"junction": "Ghadi Chowk"}), camera(4, 1)]
    found = network(hosts, {3: THREE, 4: FOUR}, location="Cabinet 3")
    rows: dict[str, dict[str, Value]] = {"10.60.4.21": {"site_name": "Jaistambh", "site_name_hi": "जयस्तंभ"}}
    names = {site.number: (site.name, site.name_hi) for site in drawn(found, known(rows=rows)).sites}
    assert names == {3: ("Ghadi Chowk", ""), 4: ("Jaistambh", "जयस्तंभ")}
    silent = network([camera(3, 1), camera(4, 1)], {3: THREE, 4: FOUR}, location="Cabinet 3")
    assert [site.name for site in drawn(silent).sites] == ["Cabinet 3", ""]


@pytest.mark.parametrize("name", ["x" * 65, "call 98765 43210", "a\nb"])
def test_no_word_of_a_device_keeps_the_city_from_being_written(name: str) -> None:
    found = network([camera(3, 1, location={"junction": name, "city": name}), camera(4, 1)], {3: THREE, 4: FOUR})
    assert city(found, drawn(found)).sites["rpr-j03"].name == "rpr-j03"


@pytest.mark.parametrize("name", ["{a: [", "x # y", "'", '"\\', "- a", "on", "10:20", "*a"])
def test_every_word_of_a_device_is_quoted(name: str) -> None:
    found = network([camera(3, 1, location={"junction": name, "city": name}), camera(4, 1)], {3: THREE, 4: FOUR})
    made = city(found, drawn(found))
    assert made.sites["rpr-j03"].name == name


def test_a_list_says_which_recorder_and_channel_where_no_recorder_tells() -> None:
    found = small()
    rows: dict[str, dict[str, Value]] = {"10.60.3.21": {"recorder": "rpr-rec02", "channel": 7}}
    cameras = {one.host.address: (one.recorder, one.channel) for one in drawn(found, known(rows=rows)).cameras}
    assert cameras == {"10.60.3.21": (2, 7), "10.60.3.22": (None, None), "10.60.4.21": (None, None)}


def test_a_login_that_was_refused_is_a_row_and_the_others_are_written() -> None:
    found = network([camera(3, 1, parts=REFUSED, identity=None), camera(4, 1)], {3: THREE, 4: FOUR})
    drawing = drawn(found)
    assert [one.host.address for one in drawing.cameras] == ["10.60.4.21"]
    assert [one.why for one in drawing.unsorted] == [REFUSED.text]


def test_a_model_without_a_type_is_asked_for() -> None:
    found = small()
    about = known()
    nothing = replace(about, types=replace(about.types, given={}))
    assert [one.why for one in drawn(found, nothing).unsorted] == [
        f"no device type of the catalogue is its model {MODEL}: say --type '{MODEL}=TYPE'"
    ] * 3


def test_a_camera_of_another_site_s_subnet_is_not_put_anywhere() -> None:
    found = network([camera(3, 1, address="10.60.4.99"), camera(3, 2), camera(4, 1)], {3: THREE, 4: FOUR})
    assert why(found) == ["it hangs on site 3, and 10.60.4.99 is not of that site's subnet of 10.60.0.0/16"]


def test_a_camera_that_no_port_has_learned_is_not_put_anywhere() -> None:
    found = network([camera(3, 1), camera(4, 1)], {4: FOUR})
    assert why(found) == [f"{mac(3, 1)} was learned at no port of a switch that was read"]


def test_of_two_at_one_port_one_is_declared() -> None:
    both = network([camera(3, 1), camera(3, 2)], {})
    at = {(503, mac(3, 1)), (503, mac(3, 2))}
    core, one, two = both.switches
    assert not isinstance(one.facts.ports, Unread)
    ports = {**one.facts.ports, FIELD_PORTS[0]: replace(one.facts.ports[FIELD_PORTS[0]], macs=frozenset(at), pvid=503)}
    found = replace(both, switches=(core, replace(one, facts=replace(one.facts, ports=ports)), two))
    assert why(found) == ["at its port hangs 10.60.3.21 already: of a port one camera is declared"]


def test_a_serial_number_that_two_tell_is_nobodys() -> None:
    found = network([camera(3, 1, serial="123456"), camera(4, 1, serial="123456")], {3: THREE, 4: FOUR})
    drawing = drawn(found)
    assert [(one.serial, one.notes) for one in drawing.cameras] == [
        (None, ("its serial number is told by others, too",))
    ] * 2
    assert "# its serial number is told by others, too" in written(found, drawing)["junctions/j03.yaml"]


def test_what_one_camera_has_otherwise_stands_at_that_one() -> None:
    slow = {**ENCODERS, "main": replace(ENCODERS["main"], bitrate_kbps=2048)}
    hosts = [camera(3, 1), camera(3, 2, encoders=slow), camera(4, 1)]
    found = network(hosts, {3: THREE, 4: FOUR})
    made = city(found, drawn(found))
    rates = {name: one.streams["main"].bitrate_kbps for name, one in made.cameras.items()}
    assert rates == {"rpr-j03-c01": 4096, "rpr-j03-c02": 2048, "rpr-j04-c01": 4096}


def test_a_stream_that_was_not_read_is_not_declared() -> None:
    unread = {**ENCODERS, "sub": replace(ENCODERS["sub"], gop=Unread(Reason.BAD_ANSWER, "not told"))}
    found = network([camera(3, 1, encoders=unread), camera(4, 1)], {3: THREE, 4: FOUR})
    assert why(found) == ["its sub stream cannot be declared: not read whole"]


def test_a_site_of_which_nobody_says_what_it_is_is_not_written() -> None:
    found = small()
    drawing = drawn(found, known(site_type="", site_types={4: "park"}))
    assert [(site.number, site.type) for site in drawing.sites] == [(4, "park")]
    assert {one.why for one in drawing.unsorted} == {
        "no name tells what sort of place site 3 is: say --site-type 3=TYPE"
    }


def test_a_switch_that_tells_nothing_is_a_row_with_the_reason() -> None:
    whole = small()
    silent = replace(whole.switches[0], address="10.50.9.5", name="sw-9", facts=unread(REFUSED))
    found = replace(whole, switches=(*whole.switches, silent))
    assert [(one.address, one.why) for one in drawn(found).unsorted] == [("10.50.9.5", REFUSED.text)]


def test_without_a_code_nothing_can_be_named() -> None:
    with pytest.raises(UsageError, match="give --code"):
        drawn(small(), code="")


def test_cameras_that_the_model_refuses_are_left_to_a_person() -> None:
    found = small()
    drawing = drawn(found)
    files = written(found, drawing)
    line = next(n for n, text in enumerate(files["junctions/j03.yaml"].splitlines(), 1) if "slot: 2," in text)
    mistakes = [Mistake(f"cities/raipur/junctions/j03.yaml:{line}:5", "sw1 has 0 W left, not 15.4 W")]
    refused = refused_cameras(files, mistakes, "raipur")
    assert refused == {("junctions/j03.yaml", 2): "sw1 has 0 W left, not 15.4 W"}
    left = without(drawing, refused, found)
    assert [(one.address, one.why) for one in left.unsorted] == [("10.60.3.22", "sw1 has 0 W left, not 15.4 W")]
    assert set(city(found, left).cameras) == {"rpr-j03-c01", "rpr-j04-c01"}


def test_a_drawing_that_would_put_a_camera_elsewhere_is_found_out() -> None:
    found = small()
    drawing = drawn(found)
    made = city(found, drawing)
    moved = replace(drawing.sites[0].cameras[0], port=FIELD_PORTS[6])
    site = replace(drawing.sites[0], cameras=(moved, *drawing.sites[0].cameras[1:]))
    other = replace(drawing, sites=(site, *drawing.sites[1:]))
    assert misplaced(made, other) == [
        "10.60.3.21 was seen at 10.50.3.5 GigabitEthernet1/7 and would be declared at 10.50.3.5 GigabitEthernet1/1"
    ]


def test_one_vlan_for_all_is_no_plan_and_a_person_says_what_shall_be() -> None:
    whole = small()
    core, *field = whole.switches
    flat = []
    for switch in field:
        assert not isinstance(switch.facts.ports, Unread)
        ports = {name: replace(port, pvid=1) for name, port in switch.facts.ports.items()}
        flat.append(replace(switch, facts=replace(switch.facts, ports=ports)))
    found = replace(whole, switches=(core, *flat))
    with pytest.raises(UsageError, match=r"cameras are in VLAN 1 \(3\): .*--first-vlan N"):
        drawn(found)
    drawing = drawn(found, known(first_vlan=500))
    assert {one.vlan for one in city(found, drawing).cameras.values()} == {503, 504}


def test_half_a_city_is_none() -> None:
    found = small()
    drawing = drawn(found)
    with pytest.raises(DeclarationError):
        city(found, replace(drawing, core=()))


def card(site: int, model: str = "ups-2kva", **more: str) -> FoundUps:
    """A UPS card with a subnet for each site."""
    address = more.get("address", f"10.65.{site}.40")
    return FoundUps(address, f"ups-{address}", UpsFacts(model=model, sys_name="UPS"))


def with_ups(*cards: FoundUps, port: str = FIELD_PORTS[6], vlan: int = 700) -> Found:
    """The small network with cards: each at the same port of its site's switch."""
    whole = small()
    core, *field = whole.switches
    arp = {one.address: Arp(f"00:c0:b7:00:{one.address.split('.')[2]:0>2}:40") for one in cards}
    switches = [replace(core, facts=replace(core.facts, arp={**dict(core.facts.arp or {}), **arp}))]  # type: ignore[call-overload]
    for number, switch in enumerate(field, 3):
        ports = dict(switch.facts.ports)  # type: ignore[call-overload]
        macs = frozenset((vlan + number, a.mac) for address, a in arp.items() if address.split(".")[2] == str(number))
        ports[port] = replace(ports[port], macs=macs, pvid=vlan + number)
        switches.append(replace(switch, facts=replace(switch.facts, ports=ports)))
    return replace(whole, switches=tuple(switches), ups=cards)


def test_ups_cards_have_a_network_of_their_own_and_a_cabinet_on_the_site() -> None:
    found = with_ups(card(3), card(4))
    drawing = drawn(found)
    assert drawing.unsorted == ()
    made = city(found, drawing)
    ups = {name: (one.address, one.vlan, one.switch, one.port, one.device_type) for name, one in made.ups.items()}
    assert ups == {
        "rpr-j03-ups1": ("10.65.3.40", 703, "rpr-j03-sw1", FIELD_PORTS[6], "ups-2kva"),
        "rpr-j04-ups1": ("10.65.4.40", 704, "rpr-j04-sw1", FIELD_PORTS[6], "ups-2kva"),
    }


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        (with_ups(card(3, model="XYZ")), "no device type of the catalogue is its model XYZ: say --type 'XYZ=TYPE'"),
        (with_ups(card(3), vlan=500), "UPS cards have no VLAN of their own for each site, as city.yaml has it"),
        (
            with_ups(card(3, address="10.50.3.40")),
            "UPS cards are in the network of management, and city.yaml has one of their own for them",
        ),
        (replace(small(), ups=(card(3),)), "no switch of a site has learned it"),
    ],
)
def test_a_ups_card_that_no_declaration_can_have_is_a_row(found: Found, reason: str) -> None:
    drawing = drawn(found)
    assert [one.why for one in drawing.unsorted] == [reason]
    assert len(city(found, drawing).cameras) == 3
