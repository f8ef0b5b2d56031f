"""The words of AlliedWare Plus: lists of VLANs and ports, what the device complains, how it prints an interface."""

from __future__ import annotations

import re
from collections.abc import Iterable

from tests.switch.sims.shell import Complaint, spans
from tests.switch.sims.truth import PortTruth, SviTruth

WRONG = "% Invalid input detected at '^' marker."
NO_VLAN = "% VLAN does not exist"


def vlan(text: str) -> int:
    """The VLAN number in ``text``."""
    if not (text.isascii() and text.isdigit() and len(text) <= 4 and 1 <= int(text) <= 4094):
        raise Complaint(WRONG)
    return int(text)


def vlan_list(text: str) -> frozenset[int]:
    """``10,20-25``."""
    found: set[int] = set()
    for part in text.split(","):
        low, dash, high = part.partition("-")
        last = vlan(high) if dash else vlan(low)
        if last < vlan(low):
            raise Complaint(WRONG)
        found.update(range(vlan(low), last + 1))
    return frozenset(found)


def shown_vlans(numbers: Iterable[int]) -> str:
    return ",".join(str(low) if low == high else f"{low}-{high}" for low, high in spans(numbers))


def ports_of(text: str) -> list[str]:
    """The ports of ``port1.0.1-1.0.4,port1.0.6`` (the second name of a range with or without "port")."""
    names: list[str] = []
    for part in text.lower().split(","):
        match = re.fullmatch(r"port(\d+\.\d+)\.(\d{1,3})(?:-(?:port)?(\d+\.\d+)\.(\d{1,3}))?", part, re.ASCII)
        if not match or (match[3] or match[1]) != match[1]:
            raise Complaint(WRONG)
        last = int(match[4] or match[2])
        names += [f"port{match[1]}.{number}" for number in range(int(match[2]), last + 1)]
    return names


def shown_svi(number: int, svi: SviTruth) -> list[str]:
    lines = [f"interface vlan{number}"]
    lines += [f" ip address {svi.address}"] if svi.address else []
    return [*lines, " shutdown"] if svi.shutdown else lines


def shown_port(port: PortTruth, barred: frozenset[int] | None, secure: int) -> list[str]:
    """The lines below ``interface``. ``barred``: of a trunk set with all or except; None for one set with add."""
    lines = [f" description {port.description}"] if port.description else []
    lines += [f" speed {port.speed}"] if port.speed != "auto" else []
    lines += [f" duplex {port.duplex}"] if port.duplex != "auto" else []
    lines += [" no power-inline enable"] if not port.poe else []
    lines += [" shutdown"] if port.shutdown else []
    lines += [f" storm-control broadcast level {port.storm_pct:g}"] if port.storm_pct else []
    lines += [" switchport", f" switchport mode {port.mode}"]
    if port.mode == "access":
        lines += [f" switchport access vlan {port.access}"] if port.access != 1 else []
    else:
        lines += _trunk(port, barred)
    lines += [f" switchport port-security maximum {secure}"] if secure != 1 else []
    lines += [" switchport port-security"] if port.max_macs else []
    lines += [" spanning-tree portfast"] if port.edge else []
    return [*lines, " spanning-tree portfast bpdu-guard enable"] if port.bpdu_guard else lines


def _trunk(port: PortTruth, barred: frozenset[int] | None) -> list[str]:
    native = port.native if port.native in port.allowed else None
    tagged = port.allowed - {native}
    if barred is None:
        lines = [f" switchport trunk allowed vlan add {shown_vlans(tagged)}"] if tagged else []
    else:
        lines = [f" switchport trunk allowed vlan {'except ' + shown_vlans(barred) if barred else 'all'}"]
    return lines if native == 1 else [*lines, f" switchport trunk native vlan {native or 'none'}"]


def shown_ports(bodies: dict[str, list[str]]) -> list[list[str]]:
    """One block for neighbours that have the same lines, as the device prints them: ``interface port1.0.2-1.0.4``."""
    groups: list[tuple[str, int, int, list[str]]] = []
    for name, body in bodies.items():
        stem, _, number = name.removeprefix("port").rpartition(".")
        if groups and groups[-1][0] == stem and groups[-1][2] + 1 == int(number) and groups[-1][3] == body:
            groups[-1] = (stem, groups[-1][1], int(number), body)
        else:
            groups.append((stem, int(number), int(number), body))
    return [
        [f"interface port{stem}.{low}" + (f"-{stem}.{high}" if high > low else ""), *body]
        for stem, low, high, body in groups
    ]
