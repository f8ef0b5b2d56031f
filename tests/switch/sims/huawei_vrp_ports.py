"""VLANs, interfaces and spanning tree of a switch under VRP V200R.

What each command does, and which document says so: docs/platforms/huawei_vrp.md.
"""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import IPv4Interface

from tests.switch.sims.huawei_vrp_words import (
    ABSENT,
    ASK,
    NO_VLAN,
    RENEW,
    UNKNOWN,
    WRONG,
    interface,
    vlan,
    vlan_list,
)
from tests.switch.sims.shell import Complaint, Shell, command
from tests.switch.sims.truth import EVERY, PortTruth, SviTruth, Truth


class VrpPorts(Shell):
    """The half of the simulator that moves frames."""

    def __init__(self, truth: Truth, asks: bool) -> None:
        super().__init__()
        self.truth = truth
        self.flapped: set[str] = set()
        self._asks = asks
        self._view, self._at = "system", ""
        self._pending: Callable[[], None] | None = None
        self._notes: dict[int, str] = {}  # descriptions of VLANs
        self._guard = any(port.bpdu_guard for port in truth.ports.values())
        for port in truth.ports.values():
            _settle(port)
        self._protect()

    @property
    def _port(self) -> PortTruth:
        return self.truth.ports[self._at]

    # -- VLANs

    @command("system", r"vlan batch (.+)")
    def _batch(self, text: str) -> None:
        for number in vlan_list(text):
            self.truth.vlans.setdefault(number, "")

    @command("system", r"vlan (\d+)")
    def _vlan(self, text: str) -> None:
        number = vlan(text)
        self.truth.vlans.setdefault(number, "")
        self._view, self._at = "vlan", str(number)

    @command("system", r"undo vlan batch (.+)", r"undo vlan (\d+)")
    def _no_vlan(self, text: str) -> None:
        numbers = vlan_list(text)
        if 1 in numbers:
            raise Complaint("Error: The default VLAN can not be deleted.")
        if not numbers & set(self.truth.vlans):
            raise Complaint(NO_VLAN)
        if numbers & set(self.truth.interfaces):
            raise Complaint("Error: The VLAN has a L3 interface. Please delete it first.")
        for number in numbers:
            self.truth.vlans.pop(number, None)
            self._notes.pop(number, None)
        for port in self.truth.ports.values():
            if port.access in numbers:  # it falls back to VLAN 1; lists of trunks keep the number
                port.access = 1

    @command("vlan", r"name (\S{1,31})")
    def _vlan_name(self, name: str) -> None:
        self.truth.vlans[int(self._at)] = name

    @command("vlan", r"undo name")
    def _no_vlan_name(self) -> None:
        self.truth.vlans[int(self._at)] = "default" if self._at == "1" else ""

    @command("vlan", r"description (.{1,80})")
    def _vlan_note(self, text: str) -> None:
        self._notes[int(self._at)] = text

    @command("vlan", r"undo description")
    def _no_vlan_note(self) -> None:
        self._notes.pop(int(self._at), None)

    # -- interfaces

    @command("system", r"interface vlanif ?(\d+)")
    def _vlanif(self, text: str) -> None:
        if vlan(text) not in self.truth.vlans:
            raise Complaint(NO_VLAN)
        self.truth.interfaces.setdefault(int(text), SviTruth())
        self._view, self._at = "vlanif", str(int(text))

    @command("system", r"undo interface vlanif ?(\d+)")
    def _no_vlanif(self, text: str) -> None:
        if self.truth.interfaces.pop(int(text), None) is None:
            raise Complaint(ABSENT)

    @command("vlanif", r"ip address (\S+) (\S+)")
    def _address(self, address: str, mask: str) -> None:
        new = interface(address, mask)
        for number, other in self.truth.interfaces.items():
            if number != int(self._at) and other.address and IPv4Interface(other.address).network.overlaps(new.network):
                raise Complaint("Error: The specified address conflicts with another address.")
        self.truth.interfaces[int(self._at)].address = str(new)

    @command("vlanif", r"undo ip address(?: \S+ \S+)?")
    def _no_address(self) -> None:
        self.truth.interfaces[int(self._at)].address = ""

    @command("vlanif", r"(undo )?shutdown")
    def _vlanif_shutdown(self, undo: str | None) -> None:
        self.truth.interfaces[int(self._at)].shutdown = not undo

    @command("system", r"interface ([a-z-]+) ?(\d+(?:/\d+)+)")
    def _interface(self, kind: str, number: str) -> None:
        for name in self.truth.ports:
            if name.lower() == (kind + number).lower():
                self._view, self._at = "port", name
                return
        raise Complaint(WRONG)

    @command("port", r"description (.{1,242})")
    def _description(self, text: str) -> None:
        self._port.description = text

    @command("port", r"undo description")
    def _no_description(self) -> None:
        self._port.description = ""

    @command("port", r"(undo )?shutdown")
    def _shutdown(self, undo: str | None) -> None:
        self._port.shutdown = not undo

    @command("port", r"port link-type (access|trunk)", r"(undo) port link-type")
    def _link_type(self, word: str) -> str:
        mode = "dynamic" if word.lower() == "undo" else word.lower()
        port = self._port
        if port.mode == mode:
            return ""
        usual = frozenset({1}) if port.mode == "trunk" else EVERY
        if (port.access, port.native, port.allowed) == (1, 1, usual):
            _become(port, mode)
            return ""
        if not self._asks:
            raise Complaint(RENEW)
        self._pending = lambda: _become(port, mode)
        return ASK

    @command("port", r"port default vlan (\d+)")
    def _default_vlan(self, text: str) -> None:
        if self._port.mode == "trunk":
            raise Complaint(RENEW)
        if vlan(text) not in self.truth.vlans:
            raise Complaint(NO_VLAN)
        self._port.access = int(text)

    @command("port", r"undo port default vlan(?: \d+)?")
    def _no_default_vlan(self) -> None:
        if self._port.mode == "trunk":
            raise Complaint(UNKNOWN)
        self._port.access = 1

    @command("port", r"(undo )?port trunk allow-pass vlan (.+)")
    def _allow_pass(self, undo: str | None, text: str) -> None:
        port = self._trunk()
        numbers = EVERY if text.lower() == "all" else vlan_list(text)
        port.allowed = port.allowed - numbers if undo else port.allowed | numbers

    @command("port", r"port trunk pvid vlan (\d+)")
    def _pvid(self, text: str) -> None:
        self._trunk().native = vlan(text)

    @command("port", r"undo port trunk pvid vlan(?: \d+)?")
    def _no_pvid(self) -> None:
        self._trunk().native = 1

    def _trunk(self) -> PortTruth:
        if self._port.mode != "trunk":
            raise Complaint(UNKNOWN)
        return self._port

    @command("port", r"(undo )?negotiation auto")
    def _negotiation(self, undo: str | None) -> None:
        if bool(undo) != (self._port.speed != "auto"):
            self._rate(*(("1000", "full") if undo else ("auto", "auto")))

    @command("port", r"speed (10|100|1000)", r"(undo) speed")
    def _speed(self, text: str) -> None:
        self._rate("1000" if text.lower() == "undo" else text, self._port.duplex)

    @command("port", r"duplex (full|half)", r"(undo) duplex")
    def _duplex(self, text: str) -> None:
        self._rate(self._port.speed, "full" if text.lower() == "undo" else text.lower())

    def _rate(self, speed: str, duplex: str) -> None:
        port = self._port
        if (speed == "auto") != (duplex == "auto"):
            raise Complaint("Error: Please undo the auto-negotiation of the interface first.")
        if (speed, duplex) == ("1000", "half"):
            raise Complaint("Error: Half duplex is not supported at this speed.")
        if (speed, duplex) != (port.speed, port.duplex) and not port.shutdown:
            self.flapped.add(self._at)
        port.speed, port.duplex = speed, duplex

    @command("port", r"(undo )?poe enable")
    def _poe(self, undo: str | None) -> None:
        self._port.poe = not undo

    @command("port", r"(undo )?port-security enable")
    def _port_security(self, undo: str | None) -> None:
        self._port.max_macs = 0 if undo else self._port.max_macs or 1

    @command("port", r"port-security max-mac-num (\d{1,4})", r"(undo) port-security max-mac-num(?: \d+)?")
    def _max_macs(self, text: str) -> None:
        number = 1 if text.lower() == "undo" else int(text)
        if not 1 <= number <= 1024:
            raise Complaint(WRONG)
        if not self._port.max_macs:
            raise Complaint("Error: Please enable port security first.")
        self._port.max_macs = number

    @command("port", r"broadcast-suppression (\d{1,3})", r"(undo) broadcast-suppression")
    def _storm(self, text: str) -> None:
        number = 100 if text.lower() == "undo" else int(text)
        if not 1 <= number <= 100:
            raise Complaint(WRONG)
        self._port.storm_pct = 0.0 if number == 100 else float(number)

    @command("port", r"(undo) stp edged-port(?: enable)?", r"stp edged-port (enable|disable)")
    def _edge(self, word: str) -> None:
        self._port.edge = word.lower() == "enable"
        self._protect()

    # -- spanning tree, LLDP

    @command("system", r"(undo )?stp bpdu-protection")
    def _bpdu_protection(self, undo: str | None) -> None:
        self._guard = not undo
        self._protect()

    def _protect(self) -> None:
        for port in self.truth.ports.values():
            port.bpdu_guard = self._guard and port.edge

    @command("system", r"stp mode (stp|rstp|mstp|vbst)", r"(undo) stp mode")
    def _stp_mode(self, mode: str) -> None:
        self.truth.stp_mode = "mstp" if mode.lower() == "undo" else mode.lower()

    @command("system", r"stp (?:instance 0 )?priority (\d+)", r"(undo) stp (?:instance 0 )?priority")
    def _stp_priority(self, text: str) -> None:
        number = 32768 if text.lower() == "undo" else int(text)
        if number % 4096 or number > 61440:
            raise Complaint(WRONG)
        self.truth.stp_priority = number

    @command("system", r"(undo )?lldp enable")
    def _lldp(self, undo: str | None) -> None:
        self.truth.lldp = not undo


def _become(port: PortTruth, mode: str) -> None:
    port.mode, port.access, port.native = mode, 1, 1
    port.allowed = frozenset({1}) if mode == "trunk" else EVERY


def _settle(port: PortTruth) -> None:
    if port.mode == "trunk":
        port.access = 1
    else:
        port.native, port.allowed = 1, EVERY
    if (port.speed, port.duplex) != ("auto", "auto"):
        fastest = "100" if port.duplex == "half" else "1000"
        port.speed = fastest if port.speed == "auto" else port.speed
        port.duplex = "full" if port.duplex == "auto" or port.speed == "1000" else port.duplex
    if port.storm_pct:
        port.storm_pct = float(max(1, round(port.storm_pct)))
