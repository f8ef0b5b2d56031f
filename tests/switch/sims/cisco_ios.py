"""A Cisco access switch (IOS 15, IOS-XE 16 and 17) for tests: what each line of configuration does to what is in force.

Sources, and what is only inferred: docs/platforms/cisco_ios.md. Commands are taken in full, not abbreviated.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from ipaddress import IPv4Interface

from tests.switch.sims.cisco_ios_access import Access
from tests.switch.sims.cisco_ios_ports import Port
from tests.switch.sims.cisco_ios_services import Services
from tests.switch.sims.cisco_ios_show import running
from tests.switch.sims.cisco_ios_words import (
    INCOMPLETE,
    INVALID,
    LINE_LIMIT,
    is_address,
    port_name,
    port_range,
    prefix,
    vlan_list,
)
from tests.switch.sims.truth import SviTruth, Truth

ASKS = (
    "This operation will remove all username related configurations with same name.Do you want to continue? [confirm]"
)
RESERVED = {1, 1002, 1003, 1004, 1005}
IGNORED = re.compile(  # lines of real configurations on which nothing here depends
    r"(?:version|service|platform|boot|vtp|clock|ip (?:ssh|domain|http|forward-protocol|routing|name-server)"
    r"|crypto|license|spanning-tree (?:extend system-id|portfast|loopguard)|vlan internal|errdisable|archive|cdp"
    r"|aaa (?:session-id|authorization|accounting)|tacacs|radius|lldp (?:timer|holdtime|reinit)|memory|redundancy"
    r"|snmp-server (?:location|contact|host|enable|engineID|trap-source)|mac address-table|control-plane|system mtu"
    r"|logging (?:buffered|trap|console|monitor|source-interface|facility)"
    r"|ntp (?:source|clock-period|logging|update-calendar))\b.*"
)
Mode = Callable[[bool, str], str | None]


class IosSim:
    """A switch that stands as ``truth`` says. ``old``: prints the forms of IOS 15.2 instead of IOS-XE 17.

    ``asks``: ``no username`` waits for an answer, as it does on a terminal. Otherwise the line counts as answered.
    """

    def __init__(self, truth: Truth, *, old: bool = False, asks: bool = False) -> None:
        self.truth, self.old, self.asks = truth, old, asks
        self.flapped: set[str] = set()
        self.ports = {name: Port(name, port, truth.vlans) for name, port in truth.ports.items()}
        self.access = Access.of(truth)
        self.services = Services.of(truth)
        self.typed = 0  # lines so far: the time that "Last configuration change" shows
        self._inside: Mode | None = None
        self._asked = ""

    def commit(self) -> str:
        """Nothing: each line is in force at once."""
        return ""

    def running(self) -> str:
        return running(self.truth, self.ports, self.access, self.services, old=self.old, typed=self.typed)

    def users_table(self) -> str:
        """``show snmp user``: the users of SNMPv3, whom the running configuration does not show."""
        return self.services.users_table()

    def type(self, line: str) -> str:
        self.flapped = set()
        self.typed += 1
        if self._asked:
            name, self._asked = self._asked, ""
            if line.strip().lower() in ("", "y", "yes"):
                self.access.remove_user(name)
            return ""
        if not line.strip() or line.strip().startswith("!"):
            return ""
        if len(line) > LINE_LIMIT or "?" in line:  # the rest does not fit; a question mark asks for help at once
            return INVALID
        said = self._take(line)
        self.access.settle(self.truth)
        self.services.settle(self.truth)
        return said

    def _take(self, line: str) -> str:
        text = line.strip()
        no, bare = text.startswith("no "), text.removeprefix("no ").strip()
        before = self._inside if line.startswith(" ") else None
        self._inside = before
        if before is not None and (said := before(no, bare)) is not None:
            return said
        self._inside = None  # a global command leaves the sub-mode, whatever its leading blank
        said = self._globally(no, bare)
        if said in (INVALID, INCOMPLETE):
            self._inside = before  # what is no command changes nothing, not even the mode
        return said

    def _globally(self, no: bool, text: str) -> str:
        for pattern, handler in COMMANDS:
            if match := re.fullmatch(pattern, text):
                return handler(self, no, *match.groups())
        if (said := self.access.type(no, text)) is not None:
            self._inside = self.access.inside
            return said
        if (said := self.services.type(no, text)) is not None:
            self.flapped = set(self.truth.ports) if self.services.flapped else set()
            return said
        if text in ("exit", "end") and not no:
            return ""
        if IGNORED.fullmatch(text):
            deep = text.startswith(("archive", "crypto pki", "tacacs server", "radius server"))
            self._inside = (lambda no, text: "") if deep else None
            return ""
        return INVALID

    def hostname(self, no: bool, name: str | None) -> str:
        if not no and name is None:
            return INCOMPLETE
        if name and not no and not re.fullmatch(r"[A-Za-z][\w.-]{0,62}", name):
            return "% Hostname contains one or more illegal characters.\n"
        self.truth.hostname = name if name and not no else "Switch"
        return ""

    def vlan(self, no: bool, text: str) -> str:
        vlans = vlan_list(text)
        if vlans is None:
            return "Command rejected: Bad VLAN list.\n"
        if no:
            if fixed := sorted(vlans & RESERVED):
                return f"%Default VLAN {fixed[0]} may not be deleted.\n"
            for vlan in vlans:
                self.truth.vlans.pop(vlan, None)
            return ""
        for vlan in vlans - RESERVED:
            self.truth.vlans.setdefault(vlan, "")
        self._inside = lambda no, text: self._vlan_says(vlans, no, text)
        return ""

    def _vlan_says(self, vlans: set[int], no: bool, text: str) -> str | None:
        if re.fullmatch(r"state active|shutdown", text) and (no or text != "shutdown"):
            return ""
        match = re.fullmatch(r"name(?: (\S{1,32}))?", text)
        if match is None:
            return INVALID if text.startswith("name") else None
        if not no and match[1] is None:
            return INCOMPLETE
        if len(vlans) > 1:
            return "Command rejected: one name cannot be given to several VLANs.\n"
        (vlan,) = vlans
        if vlan in RESERVED:
            return f"%Default VLAN {vlan} may not have its name changed.\n"
        name = "" if no or match[1] == f"VLAN{vlan:04}" else match[1]
        for other, there in self.truth.vlans.items():
            if name and other != vlan and name in (there, f"VLAN{other:04}"):
                return f"VLAN #{vlan} and #{other} have an identical name: {name}\n"
        self.truth.vlans[vlan] = name
        return ""

    def svi(self, no: bool, number: str) -> str:
        vlan = int(number)
        if not 1 <= vlan <= 4094:
            return INVALID
        if no:
            if vlan == 1:
                return "%Default VLAN 1 interface may not be deleted.\n"
            self.truth.interfaces.pop(vlan, None)
            return ""
        self.truth.interfaces.setdefault(vlan, SviTruth())
        self._inside = lambda no, text: self._svi_says(vlan, no, text)
        return ""

    def _svi_says(self, vlan: int, no: bool, text: str) -> str | None:
        svi = self.truth.interfaces[vlan]
        if text == "shutdown":
            if no and (said := self._overlap(vlan, svi.address)):
                return f"{said}Vlan{vlan}: incorrect IP address assignment\n"
            svi.shutdown = not no
            return ""
        if re.fullmatch(r"description .+|ip (?:redirects|proxy-arp|unreachables|route-cache)", text):
            return ""
        match = re.fullmatch(r"ip address(?: (\S+))?(?: (\S+))?", text)
        if match is None:
            return INVALID if text.startswith("ip address") else None
        if match[2] is None and not (no and match[1] is None):
            return INCOMPLETE
        address = prefix(match[1], match[2]) if match[2] else ""
        if address is None:
            return INVALID
        if no:
            if address not in ("", svi.address):
                return "Invalid address\n"
            svi.address = ""
            return ""
        one = IPv4Interface(address)
        if one.network.prefixlen < 31 and one.ip in (one.network.network_address, one.network.broadcast_address):
            return f"Bad mask /{one.network.prefixlen} for address {one.ip}\n"
        if not svi.shutdown and (said := self._overlap(vlan, address)):
            return said
        svi.address = address
        return ""

    def _overlap(self, vlan: int, address: str) -> str:
        for other, there in self.truth.interfaces.items():
            if other == vlan or not address or not there.address or there.shutdown:
                continue
            net = IPv4Interface(address).network
            if net.overlaps(IPv4Interface(there.address).network):
                return f"% {net.network_address} overlaps with Vlan{other}\n"
        return ""

    def interfaces(self, no: bool, text: str) -> str:
        names = port_range(text, self.ports)
        if no or names is None:
            return INVALID
        self._inside = lambda no, text: self._ports_say(names, no, text)
        return ""

    def interface(self, no: bool, text: str) -> str:
        name = port_name(text, self.ports)
        return INVALID if name is None else self.interfaces(no, name)

    def _ports_say(self, names: list[str], no: bool, text: str) -> str | None:
        said = [self.ports[name].type(no, text) for name in names]
        self._flaps()
        return None if None in said else "".join(dict.fromkeys(one for one in said if one))

    def default(self, no: bool, text: str) -> str:
        names = port_range(text.removeprefix("range "), self.ports)
        if no or names is None:
            return INVALID
        for name in names:
            self.ports[name].reset()
        self._flaps()
        return "".join(f"Interface {name} set to default configuration\n" for name in names)

    def _flaps(self) -> None:
        self.flapped = {name for name, port in self.ports.items() if port.flapped}
        for port in self.ports.values():
            port.flapped = False

    def gateway(self, no: bool, address: str | None) -> str:
        if not no and address is None:
            return INCOMPLETE
        if address and not is_address(address):
            return INVALID
        if not no:
            self.truth.gateway = address or ""
        elif address in (None, self.truth.gateway):
            self.truth.gateway = ""
        return ""

    def user(self, no: bool, name: str, rest: str | None) -> str:
        if no and self.asks:
            self._asked = name
            return ASKS
        return self.access.user(no, name, rest or "")


COMMANDS: list[tuple[str, Callable[..., str]]] = [
    (r"hostname(?: (\S+))?", IosSim.hostname),
    (r"vlan ([\d,-]+)", IosSim.vlan),
    (r"interface [Vv]lan ?(\d+)", IosSim.svi),
    (r"interface range (.+)", IosSim.interfaces),
    (r"interface (\S+(?: \d\S*)?)", IosSim.interface),
    (r"default interface (.+)", IosSim.default),
    (r"ip default-gateway(?: (\S+))?", IosSim.gateway),
    (r"username (\S+)(?: (.+))?", IosSim.user),
]
