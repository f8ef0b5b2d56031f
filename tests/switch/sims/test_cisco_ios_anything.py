"""Any lines at all on the simulated Cisco switch: it never breaks, and what it shows makes the same switch."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

import pytest

from tests.switch.sims.cisco_ios import IosSim
from tests.switch.sims.test_cisco_ios import configured, factory, type_all
from tests.switch.sims.truth import Truth

GLOBALS = """hostname sw{n}|no hostname|vlan {v}|vlan {v},{v}|no vlan {v}|interface Gi1/{p}|interface range Gi1/1-{p}
default interface Gi1/{p}|interface Vlan{v}|no interface Vlan{v}|ip default-gateway 10.9.0.{n}|no ip default-gateway
ip access-list standard A{p}|no ip access-list standard A{p}|line vty 0 4|line vty 5 15|line vty 0 15|line con 0
aaa new-model|no aaa new-model|aaa authentication login default group tacacs+ local|aaa authentication login L local
no aaa authentication login default|username u{n} privilege 15 secret s{n}|username u{n} secret s|no username u{n}
snmp-server community c{n} RO|snmp-server community c{n} RW|no snmp-server community c{n} RO|no snmp-server view V{p}
snmp-server view V{p} 1.3.{n} included|snmp-server group g v3 priv read V{p}|no snmp-server group g v3 priv
ntp server 10.9.0.{n}|no ntp server 10.9.0.{n}|logging host 10.9.0.{n}|no logging host 10.9.0.{n}|lldp run|no lldp run
spanning-tree mode mst|spanning-tree mode rapid-pvst|no spanning-tree mode|spanning-tree vlan {v} priority 8192
spanning-tree vlan 1-4094 priority 4096|no spanning-tree vlan {v} priority|spanning-tree mst 0 priority 0|!|end|exit
no|vlan|interface|username|line vty|snmp-server|default interface|spanning-tree vlan x priority 1|no vlan 1|?"""
PORT = """description text {n}|no description|switchport mode access|switchport mode trunk|switchport mode dynamic auto
no switchport mode|switchport nonegotiate|no switchport nonegotiate|switchport access vlan {v}|no switchport access vlan
switchport trunk native vlan {v}|switchport trunk allowed vlan {v}|switchport trunk allowed vlan add {v},{v}
switchport trunk allowed vlan remove {v}|switchport trunk allowed vlan none|no switchport trunk allowed vlan
switchport trunk allowed vlan except {v}|shutdown|no shutdown|speed 100|no speed|speed 1000|duplex half|duplex full
switchport port-security|no switchport port-security|switchport port-security maximum {p}|power inline never
no power inline|storm-control broadcast level {n}.25|storm-control broadcast level 0|spanning-tree portfast trunk
spanning-tree portfast|no spanning-tree portfast|spanning-tree bpduguard enable|no spanning-tree bpduguard
load-interval 30|switchport trunk allowed vlan|speed"""
LINE = """access-class A{p} in|no access-class A{p} in|transport input ssh|transport input none|transport input all
login local|login|no login|login authentication L|login authentication default|exec-timeout {n} 0|access-class"""
MODES = {
    "interface Gi1/{p}": PORT,
    "interface range Gi1/1-{p}": PORT,
    "vlan {v}": "name N{n}|no name|state active|name",
    "interface Vlan{v}": "ip address 10.{n}.0.1 255.255.255.0|no ip address|shutdown|no shutdown|ip address",
    "ip access-list standard A{p}": "permit 10.80.{n}.0 0.0.0.255|deny any|permit any|no 10|permit x|permit"
    "|5 deny 10.80.{n}.0 0.0.0.127|10 permit 10.0.0.0 0.255.0.255|no permit any",
    "line vty 0 4": LINE,
    "line vty 5 15": LINE,
    "line vty 0 15": LINE,
}


def some_lines(seed: int, count: int = 25) -> list[str]:
    """Global lines, sub-modes with lines of their own, and now and then a line in the wrong place."""
    dice = random.Random(seed)

    def one(lines: str) -> str:
        line = dice.choice(lines.replace("\n", "|").split("|"))
        line = re.sub(r"{v}", lambda _: dice.choice(("1", "10", "20", "4000")), line)
        return line.replace("{n}", str(dice.randint(1, 60))).replace("{p}", str(dice.randint(1, 3)))

    lines = []
    for _ in range(count):
        head = dice.choice(list(MODES))
        lines += [one(GLOBALS), one(head), *(" " + one(MODES[head]) for _ in range(dice.randint(0, 5)))]
        lines += [" " + one(dice.choice([GLOBALS, *MODES.values()]))] if dice.random() < 0.2 else []
    return lines


@pytest.mark.parametrize("start", [factory, configured])
def test_no_line_upsets_it_and_what_it_shows_makes_the_same_switch(start: Callable[[], Truth]) -> None:
    for seed in range(150):
        sim = IosSim(start())
        for line in some_lines(seed):
            assert isinstance(sim.type(line), str)
            assert sim.flapped <= set(sim.truth.ports)
        if _collides(sim.truth):
            continue
        shown = sim.running()
        assert shown.endswith("end\n")
        fresh = IosSim(factory())
        type_all(fresh, shown.split("bytes\n", 1)[1])
        # naming a VLAN on a port creates it, and users of SNMP are not in the configuration
        sim.truth.vlans |= {port.access: "" for port in sim.truth.ports.values() if port.access not in sim.truth.vlans}
        sim.type("end")
        fresh.type("end")
        fresh.truth.snmp_users = sim.truth.snmp_users
        assert fresh.truth == sim.truth, seed


def _collides(truth: Truth) -> bool:
    """Two interfaces share a network, one of them shut: the configuration says ``shutdown`` after the address."""
    nets = [svi.address.rsplit(".", 1)[0] for svi in truth.interfaces.values() if svi.address]
    return len(nets) != len(set(nets))
