"""VLANs, interfaces and spanning tree of a switch under AlliedWare Plus.

What each command does, and which document says so: docs/platforms/alliedware_plus.md.
A trunk without a native VLAN is a :class:`PortTruth` whose native VLAN is not among the allowed ones: 1, or 0 when
VLAN 1 passes tagged.
"""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Interface

from tests.switch.sims.alliedware_plus_words import NO_VLAN, WRONG, ports_of, vlan, vlan_list
from tests.switch.sims.shell import Complaint, Shell, command
from tests.switch.sims.truth import EVERY, PortTruth, SviTruth, Truth


class AwplusPorts(Shell):
    """The half of the simulator that moves frames."""

    def __init__(self, truth: Truth) -> None:
        super().__init__()
        self.truth = truth
        self.flapped: set[str] = set()
        self._view = "global"
        self._at: list[str] = []  # ports, or one VLAN number
        self._barred: dict[str, frozenset[int]] = {}  # trunks set with all or except: the VLANs after except
        self._secure = {name: port.max_macs or 1 for name, port in truth.ports.items()}  # maximum, once enabled
        for name, port in truth.ports.items():
            self._settle(name, port)

    def _settle(self, name: str, port: PortTruth) -> None:
        """Brings the port to what the platform can hold: no VLAN that does not exist, no leftovers of another mode."""
        port.mode = "trunk" if port.mode == "trunk" else "access"
        if port.mode == "access":
            port.access = port.access if port.access in self.truth.vlans else 1
            port.native, port.allowed = 1, EVERY
            return
        port.access = 1
        tagged, native = _members(port)
        if port.allowed == EVERY:
            self._barred[name] = frozenset()
        else:
            tagged = tagged & set(self.truth.vlans)
            native = native if native in self.truth.vlans else None
        _set_members(port, tagged, native)

    def _each(self) -> Iterator[tuple[str, PortTruth]]:
        return ((name, self.truth.ports[name]) for name in self._at)

    # -- VLANs

    @command("global", r"vlan database")
    def _database(self) -> None:
        self._view = "database"

    @command("database", r"vlan ([\d,-]+)(?: name (\S{1,32}))?(?: state (enable))?")
    def _vlan(self, text: str, name: str | None, _state: str | None) -> None:
        numbers = vlan_list(text)
        if name and (len(numbers) > 1 or 1 in numbers):
            raise Complaint(WRONG)
        for number in numbers:
            self.truth.vlans.setdefault(number, "")
            if name:
                self.truth.vlans[number] = "" if name == f"VLAN{number:04d}" else name

    @command("database", r"no vlan ([\d,-]+)")
    def _no_vlan(self, text: str) -> None:
        numbers = vlan_list(text)
        if 1 in numbers:
            raise Complaint("% Default VLAN cannot be deleted")
        if not numbers <= set(self.truth.vlans):
            raise Complaint(NO_VLAN)
        for number in numbers:  # the interface goes with the VLAN, its address too
            del self.truth.vlans[number]
            self.truth.interfaces.pop(number, None)
        for name, port in self.truth.ports.items():
            port.access = 1 if port.access in numbers else port.access
            if port.mode == "trunk":
                tagged, native = _members(port)
                native = 1 if native in numbers else native
                tagged = tagged if name in self._barred else tagged - numbers
                _set_members(port, tagged - {native}, native)

    @command("global", r"interface vlan(\d+)")
    def _svi(self, text: str) -> None:
        if vlan(text) not in self.truth.vlans:
            raise Complaint(f"% Can't find interface vlan{text}")
        self._view, self._at = "svi", [str(int(text))]

    @command("svi", r"ip address (\S+)")
    def _address(self, text: str) -> None:
        new = IPv4Interface(text)
        for number, other in self.truth.interfaces.items():
            if (
                [str(number)] != self._at
                and other.address
                and new.network.overlaps(IPv4Interface(other.address).network)
            ):
                raise Complaint("% The IP address overlaps with another interface")
        self.truth.interfaces.setdefault(int(self._at[0]), SviTruth()).address = str(new)

    @command("svi", r"no ip address(?: \S+)?")
    def _no_address(self) -> None:
        self._set_svi("", None)

    @command("svi", r"(no )?shutdown")
    def _svi_shutdown(self, no: str | None) -> None:
        self._set_svi(None, not no)

    def _set_svi(self, address: str | None, shutdown: bool | None) -> None:
        """An interface with neither an address nor a shutdown is as good as none: the VLAN has it anyway."""
        number = int(self._at[0])
        svi = self.truth.interfaces.setdefault(number, SviTruth())
        svi.address = svi.address if address is None else address
        svi.shutdown = svi.shutdown if shutdown is None else shutdown
        if svi == SviTruth():
            del self.truth.interfaces[number]

    # -- ports

    @command("global", r"interface (port\S+)")
    def _interface(self, text: str) -> None:
        names = ports_of(text)
        if not set(names) <= set(self.truth.ports):
            raise Complaint(f"% Can't find interface {text}")
        self._view, self._at = "port", names

    @command("port", r"description (.{1,80})", r"no description()")
    def _description(self, text: str) -> None:
        for _, port in self._each():
            port.description = text

    @command("port", r"(no )?shutdown")
    def _shutdown(self, no: str | None) -> None:
        for _, port in self._each():
            port.shutdown = not no

    @command("port", r"switchport")
    def _switchport(self) -> None:
        """Layer 2, as every port is."""

    @command("port", r"switchport mode (access|trunk)(?: ingress-filter enable)?", r"no switchport trunk()")
    def _mode(self, word: str) -> None:
        mode = word.lower() or "access"
        for name, port in self._each():
            if port.mode != mode:
                port.mode, port.access, port.native = mode, 1, 1
                port.allowed = frozenset({1}) if mode == "trunk" else EVERY
                self._barred.pop(name, None)

    @command("port", r"switchport access vlan (\d+)", r"no switchport access vlan(?: \d+)?()")
    def _access(self, text: str) -> None:
        number = self._existing(text or "1")
        for name, port in self._each():
            if port.mode != "access":
                raise Complaint(f"% {name} is not in access mode")
            port.access = number

    @command("port", r"switchport trunk native vlan (\d+|none)", r"no switchport trunk native vlan()")
    def _native(self, text: str) -> None:
        native = None if text.lower() == "none" else self._existing(text or "1")
        for name, port in self._trunks():
            tagged = EVERY - self._barred[name] if name in self._barred else _members(port)[0]
            _set_members(port, tagged - {native}, native)

    @command("port", r"switchport trunk allowed vlan (add|remove) (\S+)")
    def _add(self, verb: str, text: str) -> None:
        numbers = vlan_list(text)
        if verb.lower() == "add" and not numbers <= set(self.truth.vlans):
            raise Complaint(NO_VLAN)
        for name, port in self._trunks():
            if name in self._barred:
                raise Complaint(f"% {name} is set with all or except: {verb} can not be used")
            tagged, native = _members(port)
            if verb.lower() == "remove":
                _set_members(port, tagged - numbers, native)
            else:
                _set_members(port, tagged | numbers, None if native in numbers else native)

    @command("port", r"switchport trunk allowed vlan (none|all)", r"switchport trunk allowed vlan except (\S+)")
    def _allowed(self, text: str) -> None:
        word = text.lower()
        barred = frozenset() if word in ("none", "all") else vlan_list(text)
        for name, port in self._trunks():
            native = _members(port)[1]
            if word == "none":
                self._barred.pop(name, None)
            else:
                self._barred[name] = barred
            _set_members(port, frozenset() if word == "none" else EVERY - barred - {native}, native)

    def _trunks(self) -> Iterator[tuple[str, PortTruth]]:
        for name, port in self._each():
            if port.mode != "trunk":
                raise Complaint(f"% {name} is not in trunk mode")
            yield name, port

    def _existing(self, text: str) -> int:
        if vlan(text) not in self.truth.vlans:
            raise Complaint(NO_VLAN)
        return int(text)

    @command("port", r"speed (10|100|1000|auto)", r"no speed()")
    def _speed(self, text: str) -> None:
        for name, port in self._each():
            self._rate(name, port, text.lower() or "auto", port.duplex)

    @command("port", r"duplex (auto|full|half)", r"no duplex()")
    def _duplex(self, text: str) -> None:
        for name, port in self._each():
            self._rate(name, port, port.speed, text.lower() or "auto")

    def _rate(self, name: str, port: PortTruth, speed: str, duplex: str) -> None:
        if (speed, duplex) == ("1000", "half"):
            raise Complaint("% Half duplex is not possible at this speed")
        if (speed, duplex) != (port.speed, port.duplex) and not port.shutdown:
            self.flapped.add(name)
        port.speed, port.duplex = speed, duplex

    @command("port", r"(no )?power-inline enable")
    def _poe(self, no: str | None) -> None:
        for _, port in self._each():
            port.poe = not no

    @command("port", r"(no )?switchport port-security")
    def _port_security(self, no: str | None) -> None:
        for name, port in self._each():
            port.max_macs = 0 if no else self._secure[name]

    @command("port", r"switchport port-security maximum (\d{1,3})", r"no switchport port-security maximum()")
    def _max_macs(self, text: str) -> None:
        if not 1 <= int(text or "1") <= 256:
            raise Complaint(WRONG)
        for name, port in self._each():
            self._secure[name] = int(text or "1")
            port.max_macs = port.max_macs and self._secure[name]

    @command("port", r"switchport port-security violation (?:protect|restrict|shutdown)")
    def _violation(self) -> None:
        """What a violation does is not part of the truth."""

    @command("port", r"storm-control broadcast level (\d{1,3}(?:\.\d+)?)", r"no storm-control broadcast level()")
    def _storm(self, text: str) -> None:
        level = float(text or "100")
        if not 0 < level <= 100:
            raise Complaint(WRONG)
        for _, port in self._each():
            port.storm_pct = level if level < 100 else 0.0

    @command("port", r"(no )?spanning-tree (?:portfast|edgeport)")
    def _edge(self, no: str | None) -> None:
        for _, port in self._each():
            port.edge = not no

    @command(
        "port", r"spanning-tree portfast bpdu-guard (enable|disable|default)", r"no spanning-tree portfast bpdu-guard()"
    )
    def _bpdu_guard(self, word: str) -> None:
        for _, port in self._each():
            port.bpdu_guard = word.lower() == "enable"

    # -- spanning tree, LLDP

    @command("global", r"spanning-tree mode (stp|rstp|mstp)")
    def _stp_mode(self, mode: str) -> None:
        self.truth.stp_mode = mode.lower()

    @command("global", r"spanning-tree priority (\d{1,5})", r"no spanning-tree priority()")
    def _stp_priority(self, text: str) -> None:
        number = int(text or "32768")
        if number % 4096 or number > 61440:
            raise Complaint(WRONG)
        self.truth.stp_priority = number

    @command("global", r"(no )?lldp run")
    def _lldp(self, no: str | None) -> None:
        self.truth.lldp = not no


def _members(port: PortTruth) -> tuple[frozenset[int], int | None]:
    """The VLANs that a trunk carries tagged, and its native one."""
    native = port.native if port.native in port.allowed else None
    return port.allowed - {native}, native


def _set_members(port: PortTruth, tagged: frozenset[int] | set[int], native: int | None) -> None:
    port.allowed = frozenset(tagged) | ({native} if native else set())
    port.native = native or (0 if 1 in tagged else 1)
