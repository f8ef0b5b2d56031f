"""A switch in memory for tests: takes IOS lines, prints its configuration, and judges every single line.

It shares no code with the product's parser, planner or guard.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

EVERY = set(range(1, 4095))


def numbers(text: str) -> set[int]:
    found: set[int] = set()
    for part in text.split(","):
        low, _, high = part.partition("-")
        found |= set(range(int(low), int(high or low) + 1))
    return found


def listed(vlans: set[int]) -> str:
    """Like IOS: ranges of three and more with a hyphen."""
    parts: list[str] = []
    for vlan in sorted(vlans):
        if vlan - 1 not in vlans or vlan - 2 not in vlans and vlan + 1 not in vlans:
            parts.append(str(vlan))
        elif vlan + 1 not in vlans:
            parts[-1] = f"{parts[-1].split('-')[0]}-{vlan}"
    return ",".join(parts)


@dataclass
class Plug:
    description: str = ""
    mode: str = ""
    access: int = 1
    allowed: set[int] = field(default_factory=lambda: set(EVERY))
    power: bool = True


@dataclass
class Box:
    """``type`` is one line typed in configuration mode; it gives what the switch prints, ``""`` when it is content."""

    hostname: str = "Switch"
    vlans: dict[int, str] = field(default_factory=dict)
    plugs: dict[str, Plug] = field(default_factory=dict)
    ntp: list[str] = field(default_factory=list)
    syslog: list[str] = field(default_factory=list)
    typed: list[str] = field(default_factory=list)
    clock: int = 0
    management: tuple[int, str] = (99, "10.9.0.2")
    _inside: str = ""

    def type(self, line: str) -> str:  # noqa: C901, PLR0911, PLR0912
        text = line.strip()
        self.typed.append(text)
        self.clock += 1
        no = text.startswith("no ")
        bare = text.removeprefix("no ")
        if found := re.fullmatch(r"vlan ([\d,-]+)", bare):
            for vlan in numbers(found[1]):
                if no:
                    self.vlans.pop(vlan, None)
                else:
                    self.vlans.setdefault(vlan, "")
            self._inside = "" if no else f"vlan {found[1]}"
        elif found := re.fullmatch(r"interface (\S+)", text):
            if found[1] not in self.plugs:
                return "       ^\n% Invalid input detected at '^' marker."
            self._inside = found[1]
        elif found := re.fullmatch(r"hostname (\S+)", text):
            self.hostname, self._inside = found[1], ""
        elif found := re.fullmatch(r"ntp server (\S+)", bare):
            self.ntp = [one for one in self.ntp if one != found[1]] + ([] if no else [found[1]])
        elif found := re.fullmatch(r"logging host (\S+)", bare):
            self.syslog = [one for one in self.syslog if one != found[1]] + ([] if no else [found[1]])
        elif self._inside.startswith("vlan ") and (found := re.fullmatch(r"name (\S+)", text)):
            for vlan in numbers(self._inside[5:]):
                self.vlans[vlan] = found[1]
        elif self._inside in self.plugs:
            return self._port(self.plugs[self._inside], no, bare)
        else:
            return "       ^\n% Invalid input detected at '^' marker."
        return ""

    def _port(self, plug: Plug, no: bool, text: str) -> str:
        if text.startswith("description"):
            plug.description = "" if no else text[12:]
        elif text.startswith("switchport mode"):
            plug.mode = "" if no else text.split()[2]
        elif text.startswith("switchport access vlan"):
            plug.access = 1 if no else int(text.split()[3])
            if plug.access != 1 and plug.access not in self.vlans:
                self.vlans[plug.access] = ""
                return f"% Access VLAN does not exist. Creating vlan {plug.access}"
        elif found := re.fullmatch(r"switchport trunk allowed vlan(?: (add|remove))?(?: (\S+))?", text):
            named = {"none": set(), "all": EVERY}.get(found[2] or "") if not no else EVERY
            which = set(named) if named is not None else numbers(found[2])
            plug.allowed = {"add": plug.allowed | which, "remove": plug.allowed - which}.get(found[1], which)
        else:
            return "% Incomplete command."
        return ""

    def broken(self, management: int, uplinks: set[str]) -> set[str]:
        """What is wrong right now, in words."""
        wrong = set()
        if management not in self.vlans and management != 1:
            wrong.add("management VLAN is not in the database")
        for name in uplinks:
            plug = self.plugs[name]
            reaches = plug.access == management if plug.mode == "access" else management in plug.allowed
            if not reaches and not (plug.mode == "" and plug.access == management):
                wrong.add(f"management VLAN is not on {name}")
            if plug.mode == "trunk" and plug.allowed == EVERY:
                wrong.add(f"{name} is open")
        for name, plug in self.plugs.items():
            if plug.mode == "access" and plug.access != 1 and plug.access not in self.vlans:
                wrong.add(f"{name} is in a deleted VLAN")
        return wrong

    def running(self) -> str:
        body = ["!", f"! Last configuration change at 06:30:{self.clock % 60:02} UTC Thu Jul 31 2025 by admin", "!"]
        body += ["version 15.2", "no service pad", "service timestamps log datetime msec", "!"]
        body += [f"hostname {self.hostname}", "!", "vtp mode transparent", "!"]
        nameless = {vlan for vlan, name in self.vlans.items() if not name}
        body += [f"vlan {listed(nameless)}", "!"] if nameless else []
        for vlan, name in sorted(self.vlans.items()):
            body += [f"vlan {vlan}", f" name {name}", "!"] if name else []
        for name, plug in self.plugs.items():
            body += [f"interface {name}", *self._stanza(plug), "!"]
        vlan, address = self.management
        body += [f"interface Vlan{vlan}", f" ip address {address} 255.255.255.0", "!"]
        body += ["ip default-gateway 10.9.0.1", "!"]
        body += [f"logging host {host}" for host in self.syslog]
        body += ["line vty 0 4", " login local", "!"]
        body += ["ntp clock-period 36028" + str(self.clock), *(f"ntp server {server}" for server in self.ntp), "end"]
        size = sum(len(line) + 1 for line in body)
        return "\n".join(["Building configuration...", "", f"Current configuration : {size} bytes", *body])

    @staticmethod
    def _stanza(plug: Plug) -> list[str]:
        lines = [f" description {plug.description}"] if plug.description else []
        lines += [f" switchport access vlan {plug.access}"] if plug.access != 1 else []
        if plug.allowed != EVERY:
            chunks = listed(plug.allowed).split(",") if plug.allowed else ["none"]
            for start in range(0, len(chunks), 8):
                add = "add " if start else ""
                lines.append(f" switchport trunk allowed vlan {add}{','.join(chunks[start : start + 8])}")
        lines += [f" switchport mode {plug.mode}"] if plug.mode else []
        lines += [] if plug.power else [" power inline never"]
        return lines
