"""Logging in to the simulated Cisco switch, and what it serves, by docs/platforms/cisco_ios.md."""

from __future__ import annotations

import pytest

from tests.switch.sims.cisco_ios import ASKS, IosSim
from tests.switch.sims.cisco_ios_words import INVALID
from tests.switch.sims.test_cisco_ios import G1, G2, G3, factory, type_all, typed

ACL = "ip access-list standard WAY-IN\n 10 permit 10.80.0.0 0.0.0.255"
BOTH = "line vty 0 4\n access-class WAY-IN in\nline vty 5 15\n access-class WAY-IN in"


@pytest.mark.parametrize(
    ("lines", "let_in"),
    [
        (f"{ACL}\n{BOTH}", {"10.80.0.0/24"}),
        (f"{ACL}\nline vty 0 15\n access-class WAY-IN in", {"10.80.0.0/24"}),
        (f"{ACL}\nline vty 0 4\n access-class WAY-IN in", {"0.0.0.0/0", "10.80.0.0/24"}),
        (BOTH, {"0.0.0.0/0"}),
        (f"ip access-list standard WAY-IN\n{BOTH}", {"0.0.0.0/0"}),
        (f"{ACL}\n{BOTH}\nno ip access-list standard WAY-IN", {"0.0.0.0/0"}),
        (f"{ACL}\n{BOTH}\nip access-list standard WAY-IN\n no 10", {"0.0.0.0/0"}),
        (f"{BOTH}\nip access-list standard WAY-IN\n permit 10.81.0.7", {"10.81.0.7/32"}),
        (f"{ACL}\n deny any\n{BOTH}", {"10.80.0.0/24"}),
        (f"{ACL}\n permit any\n{BOTH}", {"10.80.0.0/24", "0.0.0.0/0"}),
        (f"{ACL}\n 5 deny any\n{BOTH}", set()),
        (f"{ACL}\n 5 deny 10.80.0.0 0.0.0.127\n{BOTH}", {"10.80.0.128/25"}),
        (f"{ACL}\n no permit 10.80.0.0 0.0.0.255\n permit host 10.1.1.1\n{BOTH}", {"10.1.1.1/32"}),
        (f"{ACL}\n{BOTH}\nline vty 0 15\n no access-class WAY-IN in", {"0.0.0.0/0"}),
        (f"{ACL}\n{BOTH}\nline vty 0 15\n transport input telnet", set()),
        ("access-list 10 permit 10.80.0.0 0.0.0.255\nline vty 0 15\n access-class 10 in", {"10.80.0.0/24"}),
    ],
)
def test_from_where_one_may_log_in(lines: str, let_in: set[str]) -> None:
    truth, said = typed(lines)
    assert truth.access_from == let_in and said == []


def test_a_sequence_number_is_given_once() -> None:
    truth, said = typed(f"{ACL}\n 10 permit 10.81.0.0 0.0.0.255\n 20 permit 10.80.0.0 0.0.0.255\n{BOTH}")
    assert said == ["% Duplicate sequence number\n"] and truth.access_from == {"10.80.0.0/24"}


@pytest.mark.parametrize(
    ("lines", "logins"),
    [
        ("line vty 0 15\n login local", ("local",)),
        ("line vty 0 15\n no login", ("none",)),
        ("line vty 0 15\n login", ()),
        ("aaa new-model", ("local",)),
        ("aaa new-model\naaa authentication login default group tacacs+ local", ("tacacs+", "local")),
        ("aaa new-model\naaa authentication login default local\nno aaa authentication login default", ("local",)),
        (
            "aaa new-model\naaa authentication login OPS group radius\nline vty 0 4\n login authentication OPS",
            ("radius",),
        ),
        (
            "aaa new-model\naaa authentication login default group tacacs+\nline vty 0 4\n no login authentication",
            ("tacacs+",),
        ),
        ("aaa new-model\nno aaa new-model", ()),
        ("aaa new-model\nno aaa new-model\nline vty 0 15\n login local", ("local",)),
    ],
)
def test_how_logins_are_checked(lines: str, logins: tuple[str, ...]) -> None:
    truth, said = typed(lines)
    assert truth.logins == logins and said == []


@pytest.mark.parametrize(
    "lines",
    [
        "aaa authentication login default local",
        "line vty 0 4\n login authentication default",
        "aaa new-model\nline vty 0 4\n login local",
        "aaa new-model\naaa authentication login default group tacacs+ locally",
        "line vty 0 16",
    ],
)
def test_lines_of_the_other_way_to_log_in_are_invalid(lines: str) -> None:
    assert typed(lines)[1] == [INVALID]


def test_a_list_that_nobody_defined_is_warned_of() -> None:
    truth, said = typed("aaa new-model\nline vty 0 4\n login authentication OPS")
    assert truth.logins == () and "is not defined for LOGIN" in said[0]


def test_users() -> None:
    truth, said = typed("username admin privilege 15 algorithm-type scrypt secret Pass word\nusername eye secret x\n")
    assert truth.users == {"admin": 15, "eye": 1} and said == []
    truth, _ = typed("username admin secret other\nno username eye", truth)
    assert truth.users == {"admin": 15}
    assert "valid encrypted secret" in typed("username bad secret 9 plain")[1][0]
    assert typed("username bad privilege 16 secret x")[1] == [INVALID]


def test_secrets_are_shown_hashed_and_taken_back_as_shown() -> None:
    sim = IosSim(factory())
    sim.type("username admin privilege 15 algorithm-type scrypt secret Kanpur-1")
    (line,) = (line for line in sim.running().splitlines() if line.startswith("username"))
    assert line.startswith("username admin privilege 15 secret 9 $9$") and "Kanpur" not in line
    sim.type("no username admin")
    assert sim.type(line) == "" and line in sim.running().splitlines()


def test_on_a_terminal_a_user_goes_only_when_it_is_confirmed() -> None:
    start = factory()
    start.users = {"eye": 1, "old": 15}
    sim = IosSim(start, asks=True)
    assert sim.type("no username eye") == ASKS and sim.type("n") == "" and "eye" in sim.truth.users
    assert sim.type("no username eye") == ASKS and sim.type("") == "" and "eye" not in sim.truth.users


# --- services -------------------------------------------------------------------------------------------------------


def test_communities_go_with_and_without_their_right() -> None:
    truth, _ = typed("snmp-server community watch\nsnmp-server community turn RW\nsnmp-server community look ro")
    assert truth.communities == {"watch": "ro", "turn": "rw", "look": "ro"}
    assert typed("no snmp-server community watch\nno snmp-server community turn RW", truth)[0].communities == {
        "look": "ro"
    }


def test_snmp_users_read_the_view_of_their_group_and_are_not_in_the_configuration() -> None:
    sim = IosSim(factory())
    lines = "snmp-server view ALL iso included\nsnmp-server view ALL 1.3.6.1.6 excluded\n"
    lines += "snmp-server group read v3 priv read ALL\n"
    assert type_all(sim, lines + "snmp-server user nms read v3 auth sha Secret-01 priv aes 128 Secret-02") == []
    assert sim.truth.views == {"ALL": {"iso"}} and sim.truth.snmp_users == {"nms": "ALL"}
    assert "nms" not in sim.running() and "Secret" not in sim.users_table()
    table = sim.users_table()
    assert "User name: nms\n" in table and "Group-name: read\n" in table and "Privacy Protocol: AES128\n" in table
    type_all(sim, "no snmp-server user nms read v3\nno snmp-server view ALL")
    assert sim.truth.snmp_users == {} and sim.truth.views == {} and sim.users_table() == ""


def test_servers_and_lldp() -> None:
    lines = "ntp server 10.9.0.5 prefer\nlogging host 10.9.0.7\nlogging 10.9.0.8\nlldp run\nlogging trap warnings"
    truth, said = typed(lines)
    assert (truth.ntp, truth.syslog, truth.lldp, said) == ({"10.9.0.5"}, {"10.9.0.7", "10.9.0.8"}, True, [])
    truth, _ = typed("no ntp server 10.9.0.5\nno logging host 10.9.0.7\nno lldp run", truth)
    assert (truth.ntp, truth.syslog, truth.lldp) == (set(), {"10.9.0.8"}, False)


def test_another_spanning_tree_interrupts_every_port() -> None:
    sim = IosSim(factory())
    assert sim.type("spanning-tree mode rapid-pvst") == "" and sim.flapped == {G1, G2, G3}
    assert sim.type("spanning-tree mode rapid-pvst") == "" and sim.flapped == set()
    assert sim.type("spanning-tree mode rstp") == INVALID and sim.truth.stp_mode == "rapid-pvst"


@pytest.mark.parametrize(
    ("lines", "priority", "complaint"),
    [
        ("spanning-tree vlan 1-4094 priority 4096", 4096, ""),
        ("spanning-tree vlan 1-4094 priority 4096\nno spanning-tree vlan 1-4094 priority", 32768, ""),
        ("spanning-tree vlan 1-4094 priority 5000", 32768, "increments of 4096"),
        ("spanning-tree vlan 1-4094 priority 65536", 32768, "Invalid input"),
        ("vlan 20\nspanning-tree vlan 20 priority 4096", 32768, ""),
        ("spanning-tree mst 0 priority 4096", 32768, ""),
        ("spanning-tree mode mst\nspanning-tree mst 0 priority 4096", 4096, ""),
    ],
)
def test_bridge_priority(lines: str, priority: int, complaint: str) -> None:
    truth, said = typed(lines)
    assert truth.stp_priority == priority and complaint in "".join(said) and len(said) == bool(complaint)
