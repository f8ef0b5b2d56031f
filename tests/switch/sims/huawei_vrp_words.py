"""The words of VRP: VLAN lists, masks, what the device complains, and how it prints an interface."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Interface

from tests.switch.sims.acl import wildcard
from tests.switch.sims.shell import Complaint, spans
from tests.switch.sims.truth import PortTruth, SviTruth

RANGES = 10  # VLAN ranges that one command takes: &<1-10>
UNKNOWN = "Error: Unrecognized command found at '^' position."
WRONG = "Error: Wrong parameter found at '^' position."
TOO_MANY = "Error: Too many parameters found at '^' position."
NO_VLAN = "Error: The VLAN does not exist."
RENEW = "Error: Please renew the default configurations."
ASK = "Warning: This command will delete VLANs on this port. Continue?[Y/N]:"
ABSENT = "Error: The specified configuration does not exist."


def vlan(text: str) -> int:
    """The VLAN number in ``text``."""
    if not (text.isascii() and text.isdigit() and len(text) <= 4 and 1 <= int(text) <= 4094):
        raise Complaint(WRONG)
    return int(text)


def vlan_list(text: str) -> frozenset[int]:
    """``10 20 to 25``: at most ten ranges."""
    words, found, ranges = text.lower().split(), set(), 0
    while words:
        low = high = vlan(words.pop(0))
        if words and words[0] == "to":
            high = vlan(words[1] if len(words) > 1 else "")
            del words[:2]
            if high <= low:
                raise Complaint(WRONG)
        found.update(range(low, high + 1))
        ranges += 1
    if ranges > RANGES:
        raise Complaint(TOO_MANY)
    return frozenset(found)


def vlan_lists(numbers: set[int] | frozenset[int]) -> list[str]:
    """``numbers`` as the platform prints them, ten ranges a line."""
    texts = [str(low) if low == high else f"{low} to {high}" for low, high in spans(numbers)]
    return [" ".join(texts[start : start + RANGES]) for start in range(0, len(texts), RANGES)]


def interface(address: str, mask: str) -> IPv4Interface:
    """An address with a mask, dotted or a length; ValueError otherwise."""
    if "." in mask and not int(IPv4Address(mask)) >> 31:
        raise ValueError(f"{mask} is no mask")
    return IPv4Interface(f"{address}/{mask}")


def shown_rule(number: int, verdict: str, prefix: str) -> str:
    source = "" if prefix == "0.0.0.0/0" else f" source {wildcard(prefix)}"
    return f" rule {number} {verdict}{source.removesuffix('.0.0.0') if source.endswith(' 0.0.0.0') else source}"


def shown_svi(number: int, svi: SviTruth) -> list[str]:
    lines = [f"interface Vlanif{number}"]
    if svi.address:
        own = IPv4Interface(svi.address)
        lines.append(f" ip address {own.ip} {own.netmask}")
    return [*lines, " shutdown"] if svi.shutdown else lines


def shown_port(name: str, port: PortTruth) -> list[str]:
    lines = [f"interface {name}"]
    lines += [f" description {port.description}"] if port.description else []
    lines += [" shutdown"] if port.shutdown else []
    if port.speed != "auto":
        lines.append(" undo negotiation auto")
        lines += [f" speed {port.speed}"] if port.speed != "1000" else []
        lines += [" duplex half"] if port.duplex == "half" else []
    lines += [f" port link-type {port.mode}"] if port.mode != "dynamic" else []
    lines += [f" port default vlan {port.access}"] if port.access != 1 else []
    if port.mode == "trunk":
        lines += [f" port trunk pvid vlan {port.native}"] if port.native != 1 else []
        lines += [" undo port trunk allow-pass vlan 1"] if 1 not in port.allowed else []
        lines += [f" port trunk allow-pass vlan {text}" for text in vlan_lists(port.allowed - {1})]
    lines += [" stp edged-port enable"] if port.edge else []
    lines += [f" broadcast-suppression {port.storm_pct:.0f}"] if port.storm_pct else []
    lines += [" port-security enable"] if port.max_macs else []
    lines += [f" port-security max-mac-num {port.max_macs}"] if port.max_macs > 1 else []
    return lines if port.poe else [*lines, " undo poe enable"]
