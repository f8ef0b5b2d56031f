"""lldpd and snmpd: their configurations, and how they are started.

snmpd is the master. LLDP-MIB comes from lldpd over AgentX; what is made of the command line's state (system, IF-MIB,
BRIDGE-MIB, POWER-ETHERNET-MIB, Cisco's) is asked by snmpd of the front end, for each VLAN in a context of its own.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

from iccc.lab.ios import names
from tests.hosts.namespaces import Namespace
from tests.hosts.site import device_of

FRONT_PORT = 1161  # of the front end's SNMP, on the switch's own loopback
DESCRIPTION = "A switch of the lab"
ALIVE_S = 1  # LLDP: a field switch says something every 30 s
ASKED_OF_FRONT = (
    "1.3.6.1.2.1.1",
    "1.3.6.1.2.1.2",
    "1.3.6.1.2.1.17",
    "1.3.6.1.2.1.31",
    "1.3.6.1.2.1.47",
    "1.3.6.1.2.1.105",
    "1.3.6.1.4.1.9",
)
PER_VLAN = ("1.3.6.1.2.1.17",)
MODULES = "proxy,vacm_conf,vacm_context,usmConf,snmpEngine"  # nothing of the machine that the lab runs on


def lldpd_conf(system: str, ports: list[str]) -> str:
    """For ``lldpd -O``: the name, and ports that call themselves as the switch does."""
    lines = [
        f"configure system hostname {system}",
        f'configure system description "{DESCRIPTION}"',
        f"configure lldp tx-interval {ALIVE_S}",
        *(f"configure ports {device_of(port)} lldp portidsubtype local {names.short(port)}" for port in ports),
        *(f'configure ports {device_of(port)} lldp portdescription "{port}"' for port in ports),
    ]
    return "\n".join([*lines, ""])


def start_lldpd(
    namespace: Namespace, folder: Path, system: str, ports: list[str], agentx: Path | None = None
) -> subprocess.Popen[bytes]:
    """Its control socket is ``folder/lldpd.sock``; with ``agentx`` it joins the snmpd that listens there."""
    Path("/run/lldpd").mkdir(exist_ok=True)  # compiled in: where its unprivileged half is locked up
    folder.mkdir(mode=0o711, exist_ok=True)
    conf = folder / "lldpd.conf"
    conf.write_text(lldpd_conf(system, ports), encoding="ascii")
    devices = ",".join(map(device_of, ports))
    more = ["-x", "-X", f"unix:{agentx}"] if agentx else []
    with (folder / "lldpd.log").open("ab") as log:
        return namespace.start(
            "lldpd", "-d", "-O", str(conf), "-u", str(folder / "lldpd.sock"), "-I", devices, "-C", devices, *more,
            log=log, contained=True,
        )  # fmt: skip


def snmpd_conf(communities: Mapping[str, str], vlans: list[int], agentx: Path) -> str:
    """``communities``: name to RO or RW. As on the switch, a VLAN that it has answers under ``community@vlan``."""
    lines = [f"agentXSocket unix:{agentx}", "master agentx", "agentXPerms 0777 0777", "view all included .1"]
    for number, (community, access) in enumerate(communities.items()):
        contexts = {"": community, **{f"vlan-{vlan}": f"{community}@{vlan}" for vlan in vlans}}
        for context, name in contexts.items():
            who, writes = f"c{number}{context}", "all" if access == "RW" else "none"
            lines += [
                f'com2sec {f"-Cn {context}" if context else ""} {who} default "{name}"',
                f"group {who} v2c {who}",
                f"access {who} {context or chr(34) * 2} v2c noauth exact all {writes} none",
            ]
    if communities:
        asks = next((name for name, access in communities.items() if access == "RW"), next(iter(communities)))
        for context, name in {"": asks, **{f"vlan-{vlan}": f"{asks}@{vlan}" for vlan in vlans}}.items():
            for oid in PER_VLAN if context else ASKED_OF_FRONT:
                at = f"-Cn {context}" if context else ""
                lines.append(f'proxy {at} -v 2c -r 1 -t 1 -c "{name}" udp:127.0.0.1:{FRONT_PORT} .{oid}')
    return "\n".join([*lines, ""])


def start_snmpd(namespace: Namespace, folder: Path) -> subprocess.Popen[bytes]:
    """With ``folder/snmpd.conf``, which it reads again at SIGHUP; its process id is in ``folder/snmpd.pid``."""
    own = {"MIBS": "", "SNMPCONFPATH": str(folder), "SNMP_PERSISTENT_DIR": str(folder / "snmp")}
    with (folder / "snmpd.log").open("ab") as log:
        return namespace.start(
            "snmpd", "-f", "-Lo", "-C", "-c", str(folder / "snmpd.conf"), "-p", str(folder / "snmpd.pid"),
            "-I", MODULES, "udp:161", log=log, env={**os.environ, **own},
        )  # fmt: skip
