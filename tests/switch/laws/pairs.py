"""Random switches and random wishes: what a field network could have, and what a declaration could ask for.

Some wishes are unsafe on purpose: they have to be refused.
"""

from __future__ import annotations

from random import Random

from iccc.compare import ABSENT
from iccc.secrets import Secret
from iccc.switch.state import ALL_VLANS, Port, PortMode, SpanningTree, Svi, SwitchState, User, Vlan
from tests.switch.laws.subjects import Subject
from tests.switch.sims.truth import EVERY, PortTruth, SviTruth, Truth

OPERATOR = "10.80.0.0/24"
MANAGEMENT, NEXT = 99, 110
FEW = (10, 20, 21, 22, 30, 100, 999)
WORDS = ("CAM", "MGMT", "ECB", "PARK", "VOICE", "OLD", "OLD2")
TEXTS = ("", "cam 1", "bsp-j01-c02 ptz", "to core", "DO NOT TOUCH", "spare (2)")
HOSTS = ("10.80.0.10", "10.80.0.11", "10.80.0.20", "10.1.2.3")
SOURCES = (OPERATOR, "10.81.0.0/16", "192.0.2.7/32")


def switch(random: Random, subject: Subject) -> Truth:
    """A switch that is managed over VLAN 99 and whose uplinks carry it."""
    numbers = {1, MANAGEMENT, *random.sample(FEW, random.randint(1, 5))}
    if random.random() < 0.3:
        numbers |= set(random.sample(range(2, 1000), random.randint(5, 80)))
    vlans = dict.fromkeys(sorted(numbers), "")
    vlans[1] = "default"
    for name, number in zip(random.sample(WORDS, 4), random.sample(sorted(numbers - {1}), min(4, len(numbers) - 1)),
                            strict=False):  # fmt: skip
        vlans[number] = name
    ports = {name: _port(random, subject, sorted(numbers), name in subject.uplinks) for name in subject.ports}
    return Truth(
        hostname=random.choice(("Switch", "sw1", "bsp-j01-sw1")),
        vlans=vlans,
        ports=ports,
        interfaces=_interfaces(random, sorted(numbers - {1, MANAGEMENT, NEXT})),
        gateway="10.9.0.1",
        access_from=random.choice((frozenset({"0.0.0.0/0"}), frozenset({OPERATOR}), frozenset(SOURCES))),
        ntp=set(random.sample(HOSTS, random.randint(0, 2))),
        syslog=set(random.sample(HOSTS, random.randint(0, 2))),
        lldp=random.random() < 0.5,
        communities={name: random.choice(("ro", "rw")) for name in random.sample(("public", "private", "s3cret"), 2)},
        users={"admin": 15} | ({"watch": 1} if random.random() < 0.5 else {}),
        logins=("local",),
        stp_mode=random.choice(subject.modes) if subject.modes else "",
        stp_priority=random.choice((32768, 4096, 28672)) if subject.modes else 32768,
    )


def _interfaces(random: Random, numbers: list[int]) -> dict[int, SviTruth]:
    """That of the management, and now and then one more."""
    more = {random.choice(numbers): SviTruth("10.50.0.1/24")}
    return {MANAGEMENT: SviTruth("10.9.0.2/24")} | (more if random.random() < 0.3 else {})


def _port(random: Random, subject: Subject, numbers: list[int], uplink: bool) -> PortTruth:
    chosen = frozenset(random.sample(numbers, random.randint(1, min(6, len(numbers)))))
    modes = ["trunk"] if uplink else ["access", "access", "trunk"]
    mode = random.choice([*modes, "dynamic"] if subject.dynamic else modes)
    opened = random.random() < 0.3
    allowed = EVERY if opened or mode != "trunk" else chosen | ({MANAGEMENT} if uplink else frozenset())
    native = 1 if uplink or mode != "trunk" or random.random() < 0.7 else random.choice(numbers)
    access = random.choice(numbers) if mode == "access" else 1
    secured = mode == "access" and random.random() < 0.3
    return PortTruth(
        description=random.choice(TEXTS),
        mode=mode,
        access=access,
        native=native,
        allowed=allowed | {native} if allowed != EVERY else EVERY,
        shutdown=not uplink and random.random() < 0.2,
        poe=random.random() < 0.9,
        max_macs=random.choice((1, 2, 8)) if secured else 0,
        edge=mode == "access" and random.random() < 0.3,
        bpdu_guard=mode == "access" and random.random() < 0.2,
    )


def wish(random: Random, subject: Subject, truth: Truth) -> SwitchState:
    """What a declaration may ask of this switch; parts of it are not declared."""
    ports = {name: _wanted_port(random, subject, truth, name) for name in subject.ports if random.random() < 0.8}
    used = {1}
    for port in ports.values():
        used |= {port.access_vlan} if port.access_vlan else set()
        if port.allowed_vlans not in (None, ALL_VLANS):
            used |= port.allowed_vlans or frozenset()
    vlans: dict[int, Vlan | object] = {MANAGEMENT: Vlan(truth.vlans[MANAGEMENT] or None)}
    taken = {truth.vlans[MANAGEMENT]}
    for number in sorted(used - {1, MANAGEMENT}):
        name = _name(random, truth, number)
        vlans[number] = Vlan(None if name in taken else name)
        taken.add(name or "")
    for number in sorted(set(truth.vlans) - used - {1, MANAGEMENT}):
        if random.random() < 0.3:
            vlans[number] = ABSENT
    moves = random.random() < 0.15
    interfaces: dict[int, object] = {}
    if moves:
        vlans[NEXT] = Vlan("MGMT-NEW")
        interfaces = {NEXT: Svi("10.91.0.2/24", shutdown=False), MANAGEMENT: ABSENT}
    elif random.random() < 0.2:
        interfaces = {MANAGEMENT: Svi(random.choice(("10.9.0.2/24", "10.9.0.3/24")), shutdown=False)}
    for number in sorted(set(truth.interfaces) - {MANAGEMENT}):
        if random.random() < 0.5:
            interfaces[number] = ABSENT
    ports = {name: _with_uplink(port, moves) if name in subject.uplinks else port for name, port in ports.items()}
    return SwitchState(
        hostname=_maybe(random, random.choice(("sw1", "bsp-j01-sw2"))),
        vlans=vlans,  # type: ignore[arg-type]
        ports=ports,
        interfaces=interfaces or None,  # type: ignore[arg-type]
        gateway="10.91.0.1" if moves else _maybe(random, random.choice(("10.9.0.1", "10.9.0.254")), 0.2),
        access_from=_maybe(random, frozenset({OPERATOR, *random.sample(SOURCES, 2)}), 0.3),
        ntp_servers=_maybe(random, frozenset(random.sample(HOSTS, random.randint(0, 3)))),
        syslog_hosts=_maybe(random, frozenset(random.sample(HOSTS, random.randint(0, 3)))),
        lldp=_maybe(random, random.random() < 0.7),
        communities=_maybe(random, {Secret("public"): ABSENT, Secret("private"): ABSENT, Secret("n3w"): "ro"}),
        users=_maybe(random, {"iccc": User(15), "watch": random.choice((ABSENT, User(1)))}),
        logins=_maybe(random, random.choice((("local",), ("tacacs+", "local"))), 0.2),
        spanning_tree=_tree(random, subject),
        saved=True,
    )


def _name(random: Random, truth: Truth, number: int) -> str | None:
    names = (None, f"V{number}", f"V{number}", truth.vlans.get(number) or None)
    return random.choice(WORDS) if random.random() < 0.1 else random.choice(names)


def _tree(random: Random, subject: Subject) -> SpanningTree | None:
    if not subject.modes or random.random() < 0.7:
        return None
    return SpanningTree(_maybe(random, random.choice(subject.modes)), _maybe(random, random.choice((4096, 32768))))


def _wanted_port(random: Random, subject: Subject, truth: Truth, name: str) -> Port:
    numbers = sorted({1, *random.sample(FEW, 4), *list(truth.vlans)[:3]})
    description = _maybe(random, random.choice(TEXTS))
    if name in subject.uplinks:
        if random.random() < 0.03:  # unsafe: open, or without the management VLAN
            return Port(description, PortMode.TRUNK, None, random.choice((ALL_VLANS, frozenset({10, 20}))))
        allowed = frozenset(random.sample(numbers, random.randint(1, 4))) | {MANAGEMENT}
        return Port(description, PortMode.TRUNK, None, allowed, native_vlan=_maybe(random, 1))
    if random.random() < 0.25:
        native = random.choice((None, 1, random.choice(numbers)))
        allowed = frozenset(random.sample(numbers, random.randint(1, 4))) | ({native} if native else set())
        return Port(description, PortMode.TRUNK, None, _maybe(random, allowed, 0.8), native_vlan=native)
    return Port(
        description,
        PortMode.ACCESS,
        random.choice(numbers),
        poe=_maybe(random, random.random() < 0.8),
        shutdown=_maybe(random, random.random() < 0.2),
        speed=_maybe(random, random.choice(("auto", "100")), 0.1),
        max_macs=_maybe(random, random.choice((0, 1, 2, 5)), 0.3),
        storm_pct=_maybe(random, random.choice((0.0, 1.0, 5.0)), 0.3),
        edge=_maybe(random, random.random() < 0.8, 0.4),
        bpdu_guard=_maybe(random, random.random() < 0.5, 0.3),
    )


def _with_uplink(port: Port, moves: bool) -> Port:
    """When management moves, the declaration has the new VLAN on the uplinks, and no longer the old one."""
    if not moves or port.allowed_vlans in (None, ALL_VLANS):
        return port
    return Port(**vars(port) | {"allowed_vlans": (port.allowed_vlans or frozenset()) - {MANAGEMENT} | {NEXT}})


def _maybe(random: Random, value: object, chance: float = 0.6) -> object:  # type: ignore[misc]
    return value if random.random() < chance else None
