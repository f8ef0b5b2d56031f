"""Where hardware addresses hang, from the tables of several switches."""

from __future__ import annotations

from iccc.compare import Unread
from iccc.discover.hanging import at_port, hanging, ports_of
from iccc.errors import Reason
from iccc.switch.seen import Neighbour, PortFacts, SwitchFacts

CAMERA, OTHER, FAR = "02:00:0a:52:01:0b", "02:00:0a:52:01:0c", "02:00:0a:52:02:0b"


def learned(*macs: str, **more: object) -> PortFacts:
    return PortFacts(macs=frozenset((201, mac) for mac in macs), **more)  # type: ignore[arg-type]


SWITCH = Neighbour(sys_name="sw2", bridges=True)
FACTS = {
    "sw1": SwitchFacts(
        ports={
            "Gi1/1": learned(CAMERA),
            "Gi1/2": learned(OTHER, CAMERA),
            "Gi1/9": learned(FAR, OTHER, neighbours=(SWITCH,)),
            "Po1": learned(FAR),
        }
    ),
    "sw2": SwitchFacts(ports={"Gi1/3": learned(FAR, neighbours=(Neighbour(sys_name="cam", bridges=False),))}),
    "sw3": SwitchFacts(ports=Unread(Reason.NO_ANSWER, "silent")),
}


def test_an_address_hangs_where_the_fewest_are_learned() -> None:
    found = hanging(ports_of(FACTS))
    assert found[CAMERA] == (("sw1", "Gi1/1"), ("sw1", "Gi1/2"))
    assert found[OTHER] == (("sw1", "Gi1/2"),)


def test_a_trunk_and_an_aggregate_only_pass_it_on() -> None:
    assert hanging(ports_of(FACTS))[FAR] == (("sw2", "Gi1/3"),)


def test_who_knows_more_of_the_ports_decides() -> None:
    assert hanging(ports_of(FACTS), lambda place: place[0] == "sw1")[FAR] == (("sw1", "Po1"), ("sw1", "Gi1/9"))


def test_what_is_at_one_port() -> None:
    ports = ports_of(FACTS)
    assert at_port(ports, ("sw1", "Gi1/2")) == sorted((CAMERA, OTHER))
    assert at_port(ports, ("sw3", "Gi1/1")) == ()
