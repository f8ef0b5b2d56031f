"""A simulated Aruba AOS-CX access switch (6300 series), line by line as the vendor's guides say.

Sources and what is inferred: ``docs/platforms/aruba_aoscx.md``. Where the documents are silent, the worse reading is
taken, so that a plan that is safe here is safe under the other reading too. The texts of complaints are ours, only
``Invalid input:`` is the platform's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from ipaddress import IPv4Address, IPv4Interface, IPv4Network

from tests.switch.sims.aruba_aoscx_acl import ACE, ANYWHERE, Ace, admitted, entry, only
from tests.switch.sims.truth import EVERY, PortTruth, SviTruth, Truth

ACL = "ICCC-ACCESS"  # the list that a truth with a restricted login is given at the start
VERSION = "FL.10.13.1000"
SPEEDS = {
    **{f"{mbps}-{duplex}": (mbps, duplex) for mbps in ("10", "100") for duplex in ("full", "half")},
    "1000-full": ("1000", "full"),
    **{f"{gbps}g": (f"{gbps}000", "full") for gbps in (10, 25, 40, 50, 100)},
}
GROUPS = {"administrators": 15, "operators": 1, "auditors": 19}
UNNAMED = {"", "default", "DEFAULT_VLAN_1"}

Handler = Callable[..., str]
RULES: list[tuple[str, re.Pattern[str], Handler]] = []


def factory(ports: Iterable[str], hostname: str = "switch") -> Truth:
    """A switch as it leaves the factory: every port up and in VLAN 1, LLDP and MSTP on, the user admin."""
    return Truth(
        hostname=hostname,
        vlans={1: ""},
        ports={name: PortTruth(mode="access") for name in ports},
        lldp=True,
        users={"admin": 15},
        stp_mode="mstp",
    )


def _numbers(text: str) -> frozenset[int]:
    """``2-4,6`` as a set; empty when it is no list of VLANs."""
    found: set[int] = set()
    for part in text.split(","):
        ends = re.fullmatch(r"(\d{1,4})(?:-(\d{1,4}))?", part)
        if ends is None:
            return frozenset()
        first, last = int(ends[1]), int(ends[2] or ends[1])
        if not 1 <= first <= last <= 4094:
            return frozenset()
        found |= set(range(first, last + 1))
    return frozenset(found)


def _text(vlans: Iterable[int]) -> str:
    """A set of VLANs as the switch prints it: ``1-2,4,6-7``."""
    runs: list[list[int]] = []
    for vlan in sorted(vlans):
        if runs and runs[-1][1] == vlan - 1:
            runs[-1][1] = vlan
        else:
            runs.append([vlan, vlan])
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in runs)


def _on(mode: str, pattern: str) -> Callable[[Handler], Handler]:
    def keep(handler: Handler) -> Handler:
        RULES.append((mode, re.compile(pattern), handler))
        return handler

    return keep


class AoscxSim:
    """An AOS-CX switch that stands as ``truth`` says; see :class:`tests.switch.sims.truth.Sim`.

    ``routed_ports``: the series has routed ports, so that layer-2 ports show ``no routing`` (6300, 6400); without
    them (4100i, 6000, 6100, 6200) the line neither shows nor is known.
    ``native_opens``: ``vlan trunk native`` also executes ``vlan trunk allowed all``, as the guide notes; False for
    a release that leaves the list alone.
    """

    def __init__(self, truth: Truth, routed_ports: bool = True, native_opens: bool = True) -> None:
        self.truth = truth
        self.flapped: set[str] = set()
        self._routed_ports, self._native_opens = routed_ports, native_opens
        self._mode: list[tuple[str, str]] = []
        self._hashes = dict.fromkeys(truth.users, "AQBapSimulated")
        self._options: dict[str, str] = {}  # what follows "ntp server A" or "logging A"
        self._methods = {} if truth.logins == ("local",) else {"ssh": truth.logins}
        self._stp_mode = truth.stp_mode or "mstp"
        self._security = any(port.max_macs for port in truth.ports.values())
        self._limits = {name: port.max_macs for name, port in truth.ports.items() if port.max_macs}
        self._limited = set(self._limits)  # ports with `enable`
        self._routes = [truth.gateway] if truth.gateway else []
        self._agent = bool(truth.communities or truth.snmp_users)
        self._dhcp: set[int] = set()
        self._acls: dict[str, dict[int, Ace]] = {}
        self._applied = ""
        for port in truth.ports.values():
            port.mode = "access" if port.mode == "dynamic" else port.mode
        if str(ANYWHERE) not in truth.access_from:
            self._acls[ACL], self._applied = only(sorted(map(IPv4Network, truth.access_from))), ACL

    # --- typing

    def type(self, line: str) -> str:
        self.flapped = set()
        text = line.strip()
        if not line.startswith(" ") and text and not text.startswith("!"):
            self._mode = []
        if text in ("", "end") or text.startswith("!"):
            return ""
        if text == "exit":
            self._mode = self._mode[:-1]
            return ""
        deep = len(line) - len(line.lstrip(" ")) >= 8
        if self._mode and self._mode[-1][0] == "security" and not deep and not text.endswith("enable"):
            self._mode = self._mode[:-1] if not re.match(r"(no )?client-limit", text) else self._mode
        mode, key = self._mode[-1] if self._mode else ("config", "")
        for rule_mode, pattern, handler in RULES:
            if rule_mode == mode and (found := pattern.fullmatch(text)):
                said = handler(self, *([key] if key else []), *(group or "" for group in found.groups()))
                self.truth.access_from = self._admitted()
                return said
        return f"Invalid input: {text.split()[-1]}"

    def commit(self) -> str:
        return ""

    def _enter(self, mode: str, key: str, below: bool = False) -> str:
        self._mode = [*(self._mode if below else []), (mode, key)]
        return ""

    # --- system

    @_on("config", r"hostname (\S{1,32})")
    def _hostname(self, name: str) -> str:
        self.truth.hostname = name
        return ""

    @_on("config", r"(no )?lldp")
    def _lldp(self, no: str) -> str:
        self.truth.lldp = not no
        return ""

    @_on("config", r"(no )?(ntp server|logging) (\S*[.:]\S*)((?: \S+)*)")
    def _servers(self, no: str, kind: str, host: str, options: str) -> str:
        of = self.truth.ntp if kind == "ntp server" else self.truth.syslog
        if no and host not in of:
            return f"{host} is not configured."
        of ^= of & {host} if no else {host} - of
        self._options.pop(f"{kind} {host}", None)
        if not no:
            self._options[f"{kind} {host}"] = options
        return ""

    @_on("config", r"(?:no )?(?:ntp enable|ntp vrf default|https-server vrf \S+|ssh server vrf \S+)")
    def _left_alone(self) -> str:
        return ""

    @_on("config", r"(no )?ip route 0\.0\.0\.0/0 (\S+)")
    def _route(self, no: str, hop: str) -> str:
        try:
            hop = str(IPv4Address(hop))
        except ValueError:
            return f"Invalid input: {hop}"
        if no and hop not in self._routes:
            return "The route does not exist."
        self._routes = [other for other in self._routes if other != hop] + ([] if no else [hop])
        self.truth.gateway = self._routes[-1] if self._routes else ""
        return ""

    # --- users, AAA, SNMP

    @_on("config", r"user (\S{1,32}) group (\S+) password (?:ciphertext|plaintext) (\S+)")
    def _user(self, name: str, group: str, secret: str) -> str:
        if group not in GROUPS:
            return f"Invalid input: {group}"
        self.truth.users[name], self._hashes[name] = GROUPS[group], secret
        return ""

    @_on("config", r"no user (\S+)")
    def _no_user(self, name: str) -> str:
        return "" if self.truth.users.pop(name, None) is not None else f"User {name} does not exist."

    @_on(
        "config",
        r"aaa authentication login (default|ssh|console|https-server) (local|group(?: (?:tacacs|radius|local))+)",
    )
    def _login(self, channel: str, methods: str) -> str:
        said = tuple(methods.removeprefix("group ").split())
        if channel == "default" and "local" not in said:
            said += ("local",)  # implied at the end of the default list, so the guide
        self._methods[channel] = said
        return self._logins()

    @_on("config", r"no aaa authentication login (default|ssh|console|https-server)")
    def _no_login(self, channel: str) -> str:
        self._methods.pop(channel, None)
        return self._logins()

    def _logins(self) -> str:
        self.truth.logins = self._methods.get("ssh") or self._methods.get("default") or ("local",)
        return ""

    @_on("config", r"(no )?snmp-server vrf default")
    def _snmp_vrf(self, no: str) -> str:
        self._agent = not no
        return ""

    @_on("config", r"snmp-server community (\S{1,32})")
    def _community(self, name: str) -> str:
        self.truth.communities.setdefault(name, "ro")
        return self._enter("community", name)

    @_on("community", r"access-level (ro|rw)")
    def _level(self, name: str, level: str) -> str:
        self.truth.communities[name] = level
        return ""

    @_on("config", r"no snmp-server community (\S+)")
    def _no_community(self, name: str) -> str:
        return "" if self.truth.communities.pop(name, None) else "The community does not exist."

    @_on(
        "config",
        r"snmpv3 user (\S{1,32}) auth (?:md5|sha\d*) auth-pass (?:plaintext|ciphertext) \S+"
        r" priv (?:des|aes\d*) priv-pass (?:plaintext|ciphertext) \S+(?: access-level (?:ro|rw))?",
    )
    def _snmp_user(self, name: str) -> str:
        self.truth.snmp_users[name] = ""
        return ""

    @_on("config", r"no snmpv3 user (\S+)")
    def _no_snmp_user(self, name: str) -> str:
        return "" if self.truth.snmp_users.pop(name, None) is not None else f"User {name} does not exist."

    # --- the list of the control plane

    @_on("config", r"access-list ip ([\w-]{1,64})")
    def _acl(self, name: str) -> str:
        self._acls.setdefault(name, {})
        return self._enter("acl", name)

    @_on("config", r"no access-list ip (\S+)")
    def _no_acl(self, name: str) -> str:
        if name == self._applied:
            return f"{name} is applied to the control plane."
        return "" if self._acls.pop(name, None) is not None else f"{name} does not exist."

    @_on("acl", ACE)
    def _ace(self, name: str, number: str, *parts: str) -> str:
        entries = self._acls[name]
        try:
            ace = entry(*parts)
        except ValueError as error:
            return f"Invalid input: {error}"
        entries[int(number) if number else max(entries, default=0) // 10 * 10 + 10] = ace
        return ""

    @_on("acl", r"(?:no )?(?:\d+ )?comment(?: .*)?")
    def _comment(self, name: str) -> str:
        return ""

    @_on("acl", r"no (\d+)")
    def _no_ace(self, name: str, number: str) -> str:
        return "" if self._acls[name].pop(int(number), None) else f"Entry {number} does not exist."

    @_on("config", r"(no )?apply access-list ip (\S+) control-plane vrf default")
    def _apply(self, no: str, name: str) -> str:
        if name not in self._acls or (no and name != self._applied):
            return f"{name} {'is not applied' if no else 'does not exist'}."
        self._applied = "" if no else name
        return ""

    def _admitted(self) -> frozenset[str]:
        networks = admitted(self._acls[self._applied]) if self._applied else {ANYWHERE}
        return frozenset(map(str, networks))

    # --- spanning tree

    @_on("config", r"(no )?spanning-tree")
    def _stp(self, no: str) -> str:
        self.truth.stp_mode = "" if no else self._stp_mode
        return ""

    @_on("config", r"(?:spanning-tree mode (mstp|rpvst)|no spanning-tree mode)")
    def _stp_kind(self, kind: str) -> str:
        kind = kind or "mstp"
        if self.truth.stp_mode and kind != self._stp_mode:
            return "Spanning tree must be disabled before its mode is changed."
        self._stp_mode = kind
        return ""

    @_on("config", r"(?:spanning-tree priority (\d{1,2})|no spanning-tree priority(?: \d+)?)")
    def _stp_priority(self, multiplier: str) -> str:
        if int(multiplier or 8) > 15:
            return f"Invalid input: {multiplier}"
        self.truth.stp_priority = int(multiplier or 8) * 4096
        return ""

    # --- VLANs

    @_on("config", r"vlan ([\d,-]+)")
    def _vlan(self, text: str) -> str:
        vlans = _numbers(text)
        for vlan in vlans:
            self.truth.vlans.setdefault(vlan, "")
        if len(vlans) == 1:
            return self._enter("vlan", str(*vlans))
        return "" if vlans else f"Invalid input: {text}"

    @_on("config", r"no vlan ([\d,-]+)")
    def _no_vlan(self, text: str) -> str:
        vlans = _numbers(text)
        if not vlans:
            return f"Invalid input: {text}"
        if 1 in vlans:
            return "VLAN 1 is the default VLAN and cannot be deleted."
        if missing := vlans - set(self.truth.vlans):
            return f"VLAN {_text(missing)} does not exist."
        for vlan in vlans:
            self._forget(vlan)
        return ""

    def _forget(self, vlan: int) -> None:
        """References to a deleted VLAN go with it, so a port falls back to VLAN 1 and an emptied trunk to all."""
        del self.truth.vlans[vlan]
        self.truth.interfaces.pop(vlan, None)
        self._dhcp.discard(vlan)
        for port in self.truth.ports.values():
            port.access = 1 if port.access == vlan else port.access
            port.native = 1 if port.native == vlan else port.native
            if port.allowed != EVERY:
                port.allowed = port.allowed - {vlan} or EVERY

    @_on("vlan", r"name ([\w-]{1,32})")
    def _name(self, vlan: str, name: str) -> str:
        self.truth.vlans[int(vlan)] = "" if name == f"VLAN{vlan}" or (vlan == "1" and name in UNNAMED) else name
        return ""

    @_on("config", r"interface vlan (\d{1,4})")
    def _svi(self, vlan: str) -> str:
        if int(vlan) not in self.truth.vlans:
            return f"VLAN {vlan} does not exist."
        self.truth.interfaces.setdefault(int(vlan), SviTruth())
        return self._enter("svi", vlan)

    @_on("config", r"no interface vlan (\d{1,4})")
    def _no_svi(self, vlan: str) -> str:
        self._dhcp.discard(int(vlan))
        return "" if self.truth.interfaces.pop(int(vlan), None) else f"Interface vlan{vlan} does not exist."

    @_on("svi", r"(no )?shutdown")
    def _svi_shutdown(self, vlan: str, no: str) -> str:
        self.truth.interfaces[int(vlan)].shutdown = not no
        return ""

    @_on("svi", r"(no )?ip dhcp")
    def _svi_dhcp(self, vlan: str, no: str) -> str:
        if no:
            self._dhcp.discard(int(vlan))
        else:
            self._dhcp.add(int(vlan))
            self.truth.interfaces[int(vlan)].address = ""
        return ""

    @_on("svi", r"(no )?ip address (\d+\.\d+\.\d+\.\d+/\d+)")
    def _address(self, vlan: str, no: str, text: str) -> str:
        try:
            address = IPv4Interface(text)
        except ValueError:
            return f"Invalid input: {text}"
        svi = self.truth.interfaces[int(vlan)]
        if no:
            same = svi.address == str(address)
            svi.address = "" if same else svi.address
            return "" if same else f"{text} is not configured."
        for other, there in self.truth.interfaces.items():
            if other != int(vlan) and there.address and IPv4Interface(there.address).network.overlaps(address.network):
                return f"The network overlaps with that of vlan{other}."
        svi.address = str(address)
        self._dhcp.discard(int(vlan))
        return ""

    # --- ports

    @_on("config", r"interface (\d+/\d+/\d+)")
    def _interface(self, name: str) -> str:
        return self._enter("if", name) if name in self.truth.ports else f"Invalid input: {name}"

    @_on("if", r"description (.+)")
    def _description(self, name: str, text: str) -> str:
        self.truth.ports[name].description = text
        return ""

    @_on("if", r"no description(?: .*)?")
    def _no_description(self, name: str) -> str:
        self.truth.ports[name].description = ""
        return ""

    @_on("if", r"(no )?shutdown")
    def _shutdown(self, name: str, no: str) -> str:
        port = self.truth.ports[name]
        if port.shutdown == bool(no):
            self.flapped = {name}
        port.shutdown = not no
        return ""

    @_on("if", r"no routing")
    def _no_routing(self, name: str) -> str:
        return "" if self._routed_ports else "Invalid input: routing"

    @_on("if", r"(?:speed (\S+)|no speed)")
    def _speed(self, name: str, text: str) -> str:
        pair = ("auto", "auto") if text in ("", "auto") else SPEEDS.get(text)
        if pair is None:
            return f"Invalid input: {text}"
        port = self.truth.ports[name]
        if pair != (port.speed, port.duplex):
            self.flapped = {name}
        port.speed, port.duplex = pair
        return ""

    @_on("if", r"(no )?power-over-ethernet")
    def _poe(self, name: str, no: str) -> str:
        port = self.truth.ports[name]
        if port.poe == bool(no):
            self.flapped = {name}  # what is powered restarts
        port.poe = not no
        return ""

    @_on("if", r"(?:vlan access (\d{1,4})|no vlan access(?: (\d{1,4}))?)")
    def _access(self, name: str, vlan: str, old: str) -> str:
        port = self.truth.ports[name]
        if not vlan and (port.mode != "access" or (old and int(old) != port.access)):
            return f"{name} has no such access VLAN."
        if int(vlan or 1) not in self.truth.vlans:
            return f"VLAN {vlan} does not exist."
        port.mode, port.access, port.native, port.allowed = "access", int(vlan or 1), 1, EVERY
        return ""

    @_on("if", r"vlan trunk allowed (all|[\d,-]+)")
    def _allowed(self, name: str, text: str) -> str:
        port = self.truth.ports[name]
        vlans = EVERY if text == "all" else _numbers(text)
        if not vlans:
            return f"Invalid input: {text}"
        if text != "all" and (missing := vlans - set(self.truth.vlans)):
            return f"VLAN {_text(missing)} does not exist."
        adds = port.mode == "trunk" and port.allowed != EVERY
        port.mode, port.access = "trunk", 1
        port.allowed = EVERY if text == "all" else (port.allowed | vlans if adds else vlans)
        return ""

    @_on("if", r"no vlan trunk allowed(?: ([\d,-]+))?")
    def _not_allowed(self, name: str, text: str) -> str:
        port = self.truth.ports[name]
        if port.mode != "trunk" or (text and not _numbers(text)):
            return f"Invalid input: {text or 'allowed'}"
        if port.allowed != EVERY:
            port.allowed = (port.allowed - _numbers(text) if text else frozenset()) or EVERY
        return ""

    @_on("if", r"vlan trunk native (\d{1,4})")
    def _native(self, name: str, vlan: str) -> str:
        port = self.truth.ports[name]
        if int(vlan) not in self.truth.vlans:
            return f"VLAN {vlan} does not exist."
        if self._native_opens or port.mode != "trunk":
            port.allowed = EVERY
        port.mode, port.access, port.native = "trunk", 1, int(vlan)
        return ""

    @_on("if", r"no vlan trunk native(?: (\d{1,4}))?")
    def _no_native(self, name: str, vlan: str) -> str:
        port = self.truth.ports[name]
        if port.mode != "trunk" or (vlan and int(vlan) != port.native):
            return f"{name} has no such native VLAN."
        port.native = 1
        return ""

    @_on("if", r"(no )?spanning-tree bpdu-guard")
    def _bpdu_guard(self, name: str, no: str) -> str:
        self.truth.ports[name].bpdu_guard = not no
        return ""

    @_on("if", r"(?:spanning-tree port-type (admin-edge|admin-network)|no spanning-tree port-type(?: admin-\w+)?)")
    def _edge(self, name: str, kind: str) -> str:
        self.truth.ports[name].edge = kind == "admin-edge"
        return ""

    # --- port security

    @_on("config", r"(no )?port-access port-security enable")
    def _security_all(self, no: str) -> str:
        self._security = not no
        return self._limit_all()

    @_on("if", r"port-access port-security")
    def _security_port(self, name: str) -> str:
        return self._enter("security", name, below=True)

    @_on("if", r"no port-access port-security")
    def _no_security(self, name: str) -> str:
        self._limited.discard(name)
        self._limits.pop(name, None)
        return self._limit_all()

    @_on("security", r"(no )?enable")
    def _security_on(self, name: str, no: str) -> str:
        self._limited ^= {name} & self._limited if no else {name} - self._limited
        return self._limit_all()

    @_on("security", r"(?:client-limit (\d{1,2})|no client-limit(?: \d+)?)")
    def _limit(self, name: str, limit: str) -> str:
        if limit and not 1 <= int(limit) <= 64:
            return f"Invalid input: {limit}"
        self._limits[name] = int(limit or 1)
        return self._limit_all()

    def _limit_all(self) -> str:
        for name, port in self.truth.ports.items():
            port.max_macs = self._limits.get(name, 1) if self._security and name in self._limited else 0
        return ""

    # --- what it shows

    def running(self) -> str:
        truth = self.truth
        groups = {level: group for group, level in GROUPS.items()}
        lines = ["Current configuration:", "!", f"!Version ArubaOS-CX {VERSION}", "!export-password: default"]
        lines += [f"hostname {truth.hostname}"]
        lines += [
            f"user {name} group {groups[level]} password ciphertext {self._hashes.get(name, 'AQBapSimulated')}"
            for name, level in sorted(truth.users.items())
        ]
        lines += [] if truth.lldp else ["no lldp"]
        lines += [f"logging {host}{self._options.get(f'logging {host}', '')}" for host in sorted(truth.syslog)]
        lines += [f"ntp server {host}{self._options.get(f'ntp server {host}', '')}" for host in sorted(truth.ntp)]
        lines += ["ntp enable", *["!"] * 4]
        for channel, methods in sorted(self._methods.items()):
            lines.append(
                f"aaa authentication login {channel} {'' if methods == ('local',) else 'group '}{' '.join(methods)}"
            )
        lines += ["ssh server vrf default"]
        for name, entries in sorted(self._acls.items()):
            lines += [f"access-list ip {name}", *(f"    {number} {ace}" for number, ace in sorted(entries.items()))]
        lines += [f"apply access-list ip {self._applied} control-plane vrf default"] if self._applied else []
        lines += [*self._shown_vlans()]
        lines += ["port-access port-security enable"] if self._security else []
        lines += [f"spanning-tree mode {self._stp_mode}"] if self._stp_mode != "mstp" else []
        lines += ["spanning-tree"] if truth.stp_mode else []
        lines += [f"spanning-tree priority {truth.stp_priority // 4096}"] if truth.stp_priority != 32768 else []
        for name in sorted(truth.ports, key=lambda port: [int(part) for part in port.split("/")]):
            lines += [f"interface {name}", *(f"    {line}" for line in self._shown_port(name))]
        for vlan, svi in sorted(truth.interfaces.items()):
            lines += [f"interface vlan {vlan}"]
            lines += ["    shutdown"] if svi.shutdown else []
            lines += [f"    ip address {svi.address}"] if svi.address else []
            lines += ["    ip dhcp"] if vlan in self._dhcp else []
        lines += ["snmp-server vrf default"] if self._agent else []
        for name, level in sorted(truth.communities.items()):
            lines += [f"snmp-server community {name}", *(["    access-level rw"] if level == "rw" else [])]
        for name in sorted(truth.snmp_users):
            passes = "auth sha auth-pass ciphertext AQBapAuth priv aes priv-pass ciphertext AQBapPriv"
            lines.append(f"snmpv3 user {name} {passes}")
        lines += [f"ip route 0.0.0.0/0 {hop}" for hop in self._routes]
        return "\n".join([*lines, "!", "!", "https-server vrf default", ""])

    def _shown_vlans(self) -> list[str]:
        """VLANs without a name share a line."""
        names = {vlan: name for vlan, name in self.truth.vlans.items() if name not in (UNNAMED if vlan == 1 else {""})}
        lines = [f"vlan {_text(set(self.truth.vlans) - set(names))}"] if len(names) < len(self.truth.vlans) else []
        for vlan, name in sorted(names.items()):
            lines += [f"vlan {vlan}", f"    name {name}"]
        return lines

    def _shown_port(self, name: str) -> list[str]:
        port = self.truth.ports[name]
        speeds = {pair: text for text, pair in SPEEDS.items()}
        lines = ["shutdown" if port.shutdown else "no shutdown"]
        lines += [f"description {port.description}"] if port.description else []
        lines += [] if port.poe else ["no power-over-ethernet"]
        lines += [f"speed {speeds[port.speed, port.duplex]}"] if (port.speed, port.duplex) in speeds else []
        lines += ["no routing"] if self._routed_ports else []
        if port.mode == "access":
            lines += [f"vlan access {port.access}"]
        else:
            allowed = "all" if port.allowed == EVERY else _text(port.allowed)
            lines += [f"vlan trunk native {port.native}", f"vlan trunk allowed {allowed}"]
        lines += ["spanning-tree bpdu-guard"] if port.bpdu_guard else []
        lines += ["spanning-tree port-type admin-edge"] if port.edge else []
        if name in self._limited or name in self._limits:
            lines += ["port-access port-security"]
            lines += ["    enable"] if name in self._limited else []
            lines += [f"    client-limit {self._limits[name]}"] if self._limits.get(name, 1) != 1 else []
        return lines
