"""The parts of adopting a city by themselves: the address plan, cables, types, profiles, the file to sort."""

from __future__ import annotations

from dataclasses import replace

import pytest

from iccc.adopt.city import sort
from iccc.adopt.city.drawn import DrawnCamera, Unsorted
from iccc.adopt.city.fabric import Fabric
from iccc.adopt.city.names import said
from iccc.adopt.city.plan import Plan, Seen, central, plan_of
from iccc.adopt.city.profiles import profiles_of
from iccc.adopt.city.types import Types
from iccc.city.model.catalogue import Kind
from iccc.city.model.city import Stream
from iccc.discover.asked import addresses, ranges
from iccc.errors import UsageError
from iccc.switch.seen import PortFacts
from tests.adopt.network import FIELD_PORTS, camera, catalogue, field_switch, heard, network

# Names


@pytest.mark.parametrize(
    ("name", "means"),
    [
        ("bsp-j01-c12", ("bsp", "j", 1, "c", 12)),
        ("BSP-J01-SW2.example.in", ("bsp", "j", 1, "sw", 2)),
        ("sgr-s24-ups1", ("sgr", "s", 24, "ups", 1)),
        ("bsp-rec03", ("bsp", "", 0, "rec", 3)),
        ("axis-camera", None),
        ("bsp-j01-c12x", None),
        ("", None),
    ],
)
def test_a_name_of_ours_says_where_it_is(name: str, means: tuple[object, ...] | None) -> None:
    assert said(name) == means


# Addresses


def seen(address: str, site: int | None = None, item: int | None = None, gateway: str | None = None) -> Seen:
    return Seen(address, 24, gateway, site, item)


def test_names_say_where_the_counting_begins() -> None:
    listed = [seen("10.82.1.11", 1, 1), seen("10.82.7.14", 7, 4), seen("10.82.7.99", None, None)]
    plan = plan_of(listed, ranges(["10.82.0.0/20"]))
    assert plan is not None
    assert (str(plan.prefix), plan.per_site, plan.first_host) == ("10.82.0.0/20", 24, 11)
    assert (plan.site("10.82.7.99"), plan.item("10.82.7.99")) == (7, 89)


def test_without_names_the_range_does() -> None:
    plan = plan_of([seen("10.82.1.20"), seen("10.82.7.22")], ranges(["10.82.0.0/16"]))
    assert plan is not None
    assert (plan.site("10.82.7.22"), plan.first_host, plan.item("10.82.7.22")) == (7, 20, 3)


def test_the_most_decide_and_the_others_do_not_fit() -> None:
    listed = [seen(f"10.82.{site}.11", site, 1, f"10.82.{site}.254") for site in range(1, 6)]
    plan = plan_of([*listed, seen("10.82.9.40", 3, 1, "10.82.9.1"), seen("192.168.1.64")], ranges(["10.82.0.0/16"]))
    assert plan is not None
    assert (plan.first_host, plan.gateway_host, plan.site("10.82.9.40")) == (11, 254, 9)
    assert plan.site("192.168.1.64") is None


def test_a_prefix_is_no_wider_than_what_was_seen_where_no_range_says_more() -> None:
    plan = plan_of([seen("10.82.1.11", 1, 1), seen("10.82.5.11", 5, 1)], [])
    assert plan is not None
    assert str(plan.prefix) == "10.82.0.0/21"


def test_recorders_share_one_subnet() -> None:
    plan = central([seen("10.83.0.11", 0, 1), seen("10.83.0.19", 0, 9), seen("10.99.0.3")])
    assert plan == Plan(ranges(["10.83.0.0/24"])[0], 24, 11, 1)
    assert central([]) is None


def test_ranges_are_what_people_write() -> None:
    assert addresses(ranges(["10.1.1.8/30", "10.1.1.20", "10.1.1.30-10.1.1.32"])) == [
        "10.1.1.9", "10.1.1.10", "10.1.1.20", "10.1.1.30", "10.1.1.31", "10.1.1.32",
    ]  # fmt: skip


def test_all_that_are_none_are_told_at_once() -> None:
    with pytest.raises(UsageError) as told:
        ranges(["10.1.1.1/24", "10.1.1.9-10.1.1.1", "fe80::/64"])
    assert len(str(told.value).splitlines()) == 3


def test_no_run_asks_half_the_internet() -> None:
    with pytest.raises(UsageError, match="one run asks 70000 at most"):
        addresses(ranges(["10.0.0.0/8"]))


# Cables


UP, DOWN = FIELD_PORTS[8], FIELD_PORTS[9]


def fabric(turned: bool = False) -> Fabric:
    """Sites 3 and 4 between two ports of a core; ``turned``: both have their second uplink towards the first port."""
    up, down = (DOWN, UP) if turned else (UP, DOWN)
    one = field_switch(3, {}, {up: heard("CORE-A", "Te1"), down: heard("SW-4", up)})
    two = field_switch(4, {}, {up: heard("SW-3", down), down: heard("CORE-A", "Te2")})
    core = {"Te1": PortFacts(neighbours=(heard("SW-3", up),)), "Te2": PortFacts(neighbours=(heard("SW-4", down),))}
    told = replace(one, name="core-a", told_name="CORE-A", address="10.50.0.2", facts=replace(one.facts, ports=core))
    switches = {switch.name: switch for switch in (told, one, two)}
    ports = {(name, port): facts for name, s in switches.items() for port, facts in dict(s.facts.ports).items()}  # type: ignore[call-overload]
    return Fabric(switches, ports, dict.fromkeys(("sw-3", "sw-4"), (UP, DOWN)))


def test_a_ring_is_told_from_the_end_that_its_uplinks_face() -> None:
    (ring,) = fabric().chains(("sw-3", "sw-4"))
    assert (ring.a, ring.nodes, ring.b, ring.straight) == (("core-a", "Te1"), ("sw-3", "sw-4"), ("core-a", "Te2"), True)
    (other,) = fabric(turned=True).chains(("sw-3", "sw-4"))
    assert (other.a, other.nodes, other.straight) == (("core-a", "Te2"), ("sw-4", "sw-3"), True)


def test_a_chain_with_one_end_is_a_spur() -> None:
    whole = fabric()
    cut = {place: facts for place, facts in whole.ports.items() if place not in {("core-a", "Te2"), ("sw-4", DOWN)}}
    (spur,) = Fabric(whole.switches, cut, whole.uplinks).chains(("sw-3", "sw-4"))
    assert (spur.a, spur.nodes, spur.b) == (("core-a", "Te1"), ("sw-3", "sw-4"), None)


def test_a_cable_that_one_end_alone_hears_is_a_cable() -> None:
    whole = fabric()
    deaf = {
        place: replace(facts, neighbours=()) if place[0] == "sw-3" else facts for place, facts in whole.ports.items()
    }
    assert Fabric(whole.switches, deaf, whole.uplinks).links == whole.links


# Types


def test_a_switch_is_known_by_its_ports() -> None:
    switch = field_switch(3, {}, {})
    assert Types(catalogue(), {}).switch(switch) == "sw-field-8poe-240w"
    fewer = replace(switch, facts=replace(switch.facts, ports=dict(list(dict(switch.facts.ports).items())[:9])))  # type: ignore[call-overload]
    assert Types(catalogue(), {}).switch(fewer) is None


@pytest.mark.parametrize(
    ("label", "poe_class", "type_"),
    [
        ("fixed", 3, "cam-fixed-4mp-ir"),
        ("anpr", 4, "cam-anpr-4mp"),
        ("ptz", None, "cam-ptz-4mp"),
        ("fixed", 6, None),  # its port would be too weak for what was seen
        ("", 3, None),
        ("4mp", 3, None),  # three types have this word
        ("gate", 3, None),
    ],
)
def test_a_label_names_a_type_that_can_be_fed_there(label: str, poe_class: int | None, type_: str | None) -> None:
    assert Types(catalogue(), {}).camera(camera(3, 1), label, PortFacts(poe_class=poe_class)) == type_


def test_a_part_number_of_the_catalogue_wins_over_a_label() -> None:
    own = catalogue()["cam-ptz-4mp"].model_copy(update={"generic": False, "part_number": "DS-2CD2043-G0"})
    types = Types({**catalogue(), "cam-own": own}, {})
    assert types.camera(camera(3, 1), "fixed", None) == "cam-own"
    assert types.other(Kind.RECORDER, "NVR-64") == "nvr-64ch"


# Profiles


def drawn(slot: int, rate: int = 4096, group: str = "fixed", type_: str = "cam-fixed-4mp-ir") -> DrawnCamera:
    main = Stream(codec="H265", width_px=2560, height_px=1440, fps=25, bitrate_kbps=rate, gop=50)
    sub = Stream(codec="H264", width_px=640, height_px=360, fps=10, bitrate_kbps=512, gop=20)
    return DrawnCamera(slot, group, type_, 1, FIELD_PORTS[slot], main, sub, camera(3, slot), None, None)


def test_alike_streams_have_one_name_and_what_differs_stands_at_the_one() -> None:
    listed = [drawn(1), drawn(2), drawn(3, rate=2048)]
    profiles = profiles_of(listed)
    assert list(profiles.streams) == ["main-4mp", "main-4mp-2048k", "sub"]
    assert [profiles.own(one) for one in listed] == [{}, {}, {"main": "main-4mp-2048k"}]


def test_two_types_under_one_label_are_two_groups() -> None:
    listed = [drawn(1), drawn(2), drawn(3, type_="cam-anpr-4mp")]
    profiles = profiles_of(listed)
    assert [profiles.group_of(one) for one in listed] == ["fixed", "fixed", "fixed-cam-anpr-4mp"]


# The file to sort

ONE = Unsorted("10.82.1.250", "camera", "=its login was refused", "02:00:00:00:00:01", "SN1", "uuid-1", hostname="IPC")
OTHER = Unsorted("10.82.1.30", "camera", "no type", "02:00:00:00:00:02", "SN2")


def test_what_a_person_wrote_stays_and_what_found_a_place_goes() -> None:
    text = sort.written([ONE, OTHER], sort.Sorted())
    assert [row["address"] for row in sort.read(text).rows] == ["10.82.1.30", "10.82.1.250"]
    marked = sort.read(text.replace("IPC,,", "IPC,,on loan"))
    assert marked.ignored(mac=ONE.mac) == "on loan"
    assert [one.address for one in sort.without_ignored([ONE, OTHER], marked)] == ["10.82.1.30"]
    again = sort.read(sort.written([ONE], marked))
    assert [(row["address"], row["ignore"]) for row in again.rows] == [("10.82.1.250", "on loan")]
    gone = sort.read(sort.written([], marked))
    assert [row["ignore"] for row in gone.rows] == ["on loan"]
    assert sort.written([], sort.Sorted()) == ""


def test_no_word_of_a_device_is_a_formula() -> None:
    text = sort.written([ONE], sort.Sorted())
    assert ",'=its login" in text
    assert sort.read(text).rows[0]["why"] == ONE.why


def test_the_network_of_these_tests_is_whole() -> None:
    assert len(network([], {}).switches) == 3
