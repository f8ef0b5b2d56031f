"""Found against declared, on readings made by hand: a unit is known by serial number, hardware address or endpoint."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from iccc.city.devices import Camera, City
from iccc.city.load import load_city
from iccc.discover.against import Against, Row, What, silent
from iccc.discover.found import Found, FoundHost, FoundSwitch, FoundUps
from iccc.discover.hanging import Place
from iccc.onvif.discovery import Match
from iccc.onvif.state import Identity
from iccc.past import Past
from iccc.switch.seen import Arp, PortFacts, SwitchFacts
from iccc.switch.state import SwitchState
from iccc.ups.seen import UpsFacts

ROOT = Path(__file__).parents[2]
AT = datetime(2026, 11, 30, tzinfo=UTC)
A, B, FAR = "bsp-j01-c01", "bsp-j01-c02", "bsp-j02-c01"


@cache
def bilaspur() -> City:
    return load_city(ROOT, "bilaspur")


def camera(name: str) -> Camera:
    return bilaspur().cameras[name]


def mac(name: str) -> str:
    number = [A, B, FAR].index(name)
    return f"02:00:0a:52:00:{number:02x}"


def host(name: str, at: str | None = None, **more: str) -> FoundHost:
    """The unit of a camera, at the address of ``at``."""
    serial, endpoint = more.get("serial", f"SN-{name}"), more.get("endpoint", f"uuid-{name}")
    address = more.get("address", camera(at or name).address)
    identity = Identity("AXIS", "P5655-E", "1", serial, more.get("mac", mac(name)))
    match = Match(endpoint, frozenset({"Device"}), (), ())
    return FoundHost(address, name, name, match, {}, identity)


def place(name: str) -> Place:
    return camera(name).switch, camera(name).port


def found(hosts: dict[str, FoundHost], at: dict[Place, str]) -> Found:
    """``at``: which hardware address each port has learned."""
    switches: dict[str, dict[str, PortFacts]] = {}
    for (switch, port), learned in at.items():
        switches.setdefault(switch, {})[port] = PortFacts(macs=frozenset({(201, learned)}))
    arp = {one.address: Arp(one.mac) for one in hosts.values() if one.mac}
    addresses = {name: one.address for name, one in bilaspur().switches.items()}
    told = [
        FoundSwitch(addresses[name], name, "cisco_ios", SwitchFacts(ports=ports, arp=arp), SwitchState())
        for name, ports in switches.items()
    ]
    return Found(AT, 3, tuple(told), tuple(hosts.values()))


def past(name: str) -> Past:
    return Past(AT, serial=f"SN-{name}", mac=mac(name))


def rows(seen: Found, known: tuple[str, ...] = (A, B, FAR), endpoints: dict[str, str] | None = None) -> list[Row]:
    return Against(seen, bilaspur(), {name: past(name) for name in known}, endpoints or {}).rows()


def told(seen: Found, known: tuple[str, ...] = (A, B, FAR), endpoints: dict[str, str] | None = None) -> list[object]:
    return [(row.what, row.devices) for row in rows(seen, known, endpoints)]


IN_PLACE = {place(A): mac(A), place(B): mac(B)}


def test_what_is_where_it_is_declared_is_not_told() -> None:
    assert told(found({A: host(A), B: host(B)}, IN_PLACE)) == []


def test_two_cables_that_were_exchanged_are_one_row() -> None:
    seen = found({A: host(A), B: host(B)}, {place(A): mac(B), place(B): mac(A)})
    (row,) = rows(seen)
    assert (row.what, row.devices) == (What.SWAPPED, (A, B))
    assert row.text == f"{A} and {B} are swapped: each hangs at the other's port"


def test_two_units_in_each_others_place_are_one_row() -> None:
    """With the addresses, as when somebody has set them up anew."""
    seen = found({A: host(A, at=B), B: host(B, at=A)}, {place(A): mac(B), place(B): mac(A)})
    (row,) = rows(seen)
    assert row.text == f"{A} and {B} are swapped: each is in the other's place, port and address"


def test_two_that_no_address_reaches_are_found_by_the_ports_alone() -> None:
    seen = found({}, {place(A): mac(FAR), place(FAR): mac(A)})
    assert told(seen) == [(What.SWAPPED, (A, FAR))]


def test_one_that_went_elsewhere_has_moved() -> None:
    free = (camera(A).switch, "GigabitEthernet1/8")
    seen = found({A: host(A, address="10.82.1.250"), B: host(B)}, {free: mac(A), place(B): mac(B)})
    (row,) = rows(seen)
    assert (row.what, row.devices) == (What.MOVED, (A,))
    assert row.text == (
        f"{A} answers at 10.82.1.250, {camera(A).address} is declared and hangs at {' '.join(free)},"
        f" {' '.join(place(A))} is declared"
    )


def test_a_unit_is_known_by_its_endpoint_where_it_tells_no_more() -> None:
    silent = replace(host(A, address="10.82.1.250"), identity=None)
    seen = found({A: silent}, {})
    assert told(seen, known=()) == [(What.NEW, ())]
    assert told(seen, known=(), endpoints={A: f"uuid-{A}"}) == [(What.MOVED, (A,))]


def test_another_unit_in_the_place_of_a_known_one_was_exchanged() -> None:
    other = host(A, serial="SN-NEW", mac="02:00:0a:52:00:99", endpoint="uuid-new")
    seen = found({A: other, B: host(B)}, {place(A): "02:00:0a:52:00:99", place(B): mac(B)})
    (row,) = rows(seen)
    assert (row.what, row.devices) == (What.EXCHANGED, (A,))
    assert "serial number SN-NEW" in row.text
    assert told(seen, known=(B,)) == []  # nothing is known of the one before


def test_a_unit_whose_serial_number_two_tell_is_known_by_the_rest() -> None:
    seen = found({A: host(A, serial="0"), B: host(B, serial="0")}, {place(A): mac(B), place(B): mac(A)})
    known = {name: Past(AT, serial="0", mac=mac(name)) for name in (A, B)}
    assert [row.devices for row in Against(seen, bilaspur(), known, {}).rows()] == [(A, B)]


def test_a_strange_address_is_told_with_its_port_and_what_it_answers_for() -> None:
    free = (camera(A).switch, "GigabitEthernet1/8")
    seen = found({A: host(A), B: host(B)}, {**IN_PLACE, free: "02:99:00:00:00:01"})
    (row,) = rows(seen)
    assert (row.what, row.mac, row.at, row.devices) == (What.NEW, "02:99:00:00:00:01", free, ())


def test_a_ups_card_that_nobody_has_declared_is_told() -> None:
    card = FoundUps("10.84.1.11", "ups-10-84-1-11", UpsFacts(model="Smart-UPS 2000"))
    (row,) = rows(replace(found({A: host(A), B: host(B)}, IN_PLACE), ups=(card,)))
    assert (row.what, row.address) == (What.NEW, "10.84.1.11")
    assert "Smart-UPS 2000" in row.text


def test_a_port_whose_device_is_known_by_no_address_accounts_for_any() -> None:
    assert told(found({B: host(B)}, IN_PLACE), known=(B,)) == []


def test_of_a_declared_device_that_does_not_answer_nothing_is_known() -> None:
    """One that answers elsewhere was told, and one whose address was not asked was not looked for."""
    asked = {camera(A).address, camera(B).address}
    seen = found({A: host(A)}, {})
    assert silent(bilaspur(), seen, rows(seen), asked) == [B]
    assert silent(bilaspur(), seen, rows(seen), {camera(A).address}) == []
    moved = found({A: host(A), B: host(B, address="10.82.1.250")}, {})
    assert silent(bilaspur(), moved, rows(moved), asked) == []
