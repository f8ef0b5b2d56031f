"""What IOS prints and takes: complaints, names of ports, lists of VLANs, descriptions."""

from __future__ import annotations

import pytest

from iccc.compare import Unread
from iccc.switch.platforms import platform_of
from iccc.switch.platforms.cisco_ios.facts import ERRORS
from iccc.switch.platforms.cisco_ios.names import canonical, poe_index
from iccc.switch.platforms.cisco_ios.text import description
from iccc.switch.platforms.cisco_ios.vlans import lists, read
from iccc.switch.state import SpanningTree, SwitchState
from iccc.switch.steps import Unparsable

PLATFORM = platform_of("cisco_ios")


def test_a_configuration_without_its_end_is_no_configuration() -> None:
    for text in ("", "hostname sw1\nvlan 20\n name CAM\n", "% Authorization failed."):
        with pytest.raises(Unparsable):
            PLATFORM.read(text)


def test_volatile_lines_do_not_make_a_configuration_unsaved() -> None:
    running = (
        "Building configuration...\n\nCurrent configuration : 42 bytes\n!\n! Last configuration change at 06:30:01\n"
    )
    startup = "Using 41 out of 524288 bytes\n!\n! NVRAM config last updated at 05:11:09\n"
    body = "hostname sw1\nntp clock-period {}\nend\n"
    assert PLATFORM.is_saved(running + body.format(36_028_811), startup + body.format(36_028_790))
    assert not PLATFORM.is_saved(running + body, startup + body.replace("sw1", "sw2"))
    assert not PLATFORM.is_saved(running + body, "startup-config is not present")
    assert not PLATFORM.is_saved(
        running + body, "%% Non-volatile configuration memory has not been set up or has bad checksum"
    )


@pytest.mark.parametrize(
    ("answer", "is_error"),
    [
        ("% Invalid input detected at '^' marker.", True),
        ("% Incomplete command.", True),
        ('% Ambiguous command:  "sw"', True),
        ("%Default VLAN 1 may not have its name changed.", True),
        ("Command rejected: Bad VLAN allowed list.", True),
        ("ERROR: Can not have both a user password and a user secret.", True),
        ("Bad mask /24 for address 10.9.0.0", True),
        ("% Access VLAN does not exist. Creating vlan 20", False),
        ("%Warning: portfast should only be enabled on ports connected to a single host.", False),
        ("*Jul 31 06:30:00.000: %SYS-5-CONFIG_I: Configured from console", False),
        ("%LINK-3-UPDOWN: Interface Vlan99, changed state to up", False),
        ("", False),
    ],
)
def test_which_answers_are_errors(answer: str, is_error: bool) -> None:
    assert bool(ERRORS.search(answer)) is is_error


@pytest.mark.parametrize(
    "line",
    [
        "snmp-server community S3CR RO 10",
        "snmp-server community 7 S3CR view V RW",
        "snmp-server host 10.0.0.1 vrf MGMT version 2c S3CR",
        "snmp-server host 10.0.0.1 informs version 2c S3CR snmp",
        "snmp-server host 10.0.0.1 S3CR",
        "snmp-server user u g v3 encrypted auth sha S3CR priv aes 128 S3CR access 10",
        "username admin privilege 15 secret 9 $9$S3CR@x",
        "username admin password 7 S3CR",
        "enable secret 5 $1$S3CR",
        "enable password level 15 7 S3CR",
        " password 7 S3CR",
        " key 7 S3CR",
        " key-string 7 S3CR",
        " pac key 7 S3CR",
        " server-private 10.0.0.1 auth-port 1812 acct-port 1813 key 7 S3CR",
        " client 10.0.0.1 server-key 7 S3CR",
        "tacacs-server host 10.0.0.1 single-connection key 7 S3CR",
        "radius-server key S3CR",
        "ntp authentication-key 1 md5 S3CR 7",
        "ip ftp password 7 S3CR",
        " ppp chap password 0 S3CR",
        " ip ospf message-digest-key 1 md5 7 S3CR",
        " ip ospf authentication-key 7 S3CR",
        " standby 1 authentication S3CR",
        " standby 1 authentication md5 key-string 7 S3CR",
        " neighbor 10.0.0.1 password 7 S3CR",
        "crypto isakmp key 6 S3CR address 0.0.0.0",
        "key config-key password-encrypt S3CR",
        "vtp password S3CR",
        " path ftp://user:S3CR@10.0.0.1/x",
    ],
)
def test_no_backup_holds_a_secret(line: str) -> None:
    shown = PLATFORM.stable(f"hostname sw1\n{line}\nend\n")
    assert "S3CR" not in shown
    assert shown.startswith(f"hostname sw1\n{line.partition(' S3CR')[0].split('$')[0].split(':S3')[0]}")


def test_what_is_no_secret_stays_in_the_backup() -> None:
    text = "service password-encryption\npassword encryption aes\nntp trusted-key 1\nsnmp-server enable traps\nend\n"
    assert PLATFORM.stable(text) == text


def state(*lines: str) -> SwitchState:
    """What is read of a switch with these lines."""
    return PLATFORM.read("\n".join(["vtp mode transparent", *lines, "end"])).state()


@pytest.mark.parametrize(
    ("section", "lines"),
    [
        ("vlans", ["vtp mode server"]),
        ("gateway", ["ip routing", "ip default-gateway 10.9.0.1"]),
        ("gateway", ["ip route 0.0.0.0 0.0.0.0 10.9.0.1"]),
        ("access_from", ["access-list 101 permit tcp host 10.8.0.1 any eq 22", "line vty 0 4", " access-class 101 in"]),
        ("access_from", ["ip access-list extended X", " permit ip any any", "line vty 0 4", " access-class X in"]),
        ("access_from", ["line vty 0 4", " access-class NOWHERE in"]),
        ("access_from", ["ip access-list standard NONE", "line vty 0 4", " access-class NONE in"]),
        (
            "logins",
            ["aaa new-model", "aaa authentication login default local", "line vty 0 4", " login authentication X"],
        ),
    ],
)
def test_what_cannot_be_judged_is_unread(section: str, lines: list[str]) -> None:
    assert isinstance(getattr(state(*lines), section), Unread)


@pytest.mark.parametrize(
    "lines",
    [
        ["spanning-tree mode rapid-pvst", "spanning-tree vlan 20,99 priority 4096"],
        ["spanning-tree mode mst", "spanning-tree mst 1-2 priority 4096"],
    ],
)
def test_priorities_that_differ_are_unread(lines: list[str]) -> None:
    assert isinstance(state(*lines).spanning_tree, Unread)


def test_the_priority_is_that_of_the_mode_in_force() -> None:
    lines = ["spanning-tree mst 0 priority 8192", "spanning-tree vlan 1-4094 priority 4096"]
    assert state("spanning-tree mode mst", *lines).spanning_tree == SpanningTree("mst", 8192)
    assert state("spanning-tree mode pvst", *lines).spanning_tree == SpanningTree("pvst", 4096)


def test_a_numbered_access_list_is_read_in_its_old_form_too() -> None:
    lines = ["access-list 23 remark ops", "access-list 23 permit 10.80.0.0 0.0.0.255", "access-list 23 permit 10.1.2.3"]
    bound = ["ipv6 access-list 23", " permit ipv6 any any", "line vty 0 15", " access-class 23 in"]
    assert state(*lines, *bound).access_from == {"10.80.0.0/24", "10.1.2.3/32"}


@pytest.mark.parametrize(
    ("level", "seen"),
    [
        ("5.00", 5.0),
        ("100.00", 0.0),
        ("5.00 5.00", 5.0),
        *dict.fromkeys(["0.00", "5.00 4.00", "pps 1k", "bps 1m"]).items(),
    ],
)
def test_storm_control_is_one_percentage_or_unread(level: str, seen: float | None) -> None:
    ports = state("interface GigabitEthernet1/1", f" storm-control broadcast level {level}").ports
    assert isinstance(ports, dict)
    found = ports["GigabitEthernet1/1"].storm_pct
    assert isinstance(found, Unread) if seen is None else found == seen


@pytest.mark.parametrize(
    ("short", "full"),
    [
        ("Gi1/3", "GigabitEthernet1/3"),
        ("gi1/0/3", "GigabitEthernet1/0/3"),
        ("Te1/1", "TenGigabitEthernet1/1"),
        ("Fa0/1", "FastEthernet0/1"),
        ("Po1", "Port-channel1"),
        ("GigabitEthernet 1/3", "GigabitEthernet1/3"),
        ("Vl99", None),
        ("Vlan99", None),
        ("GigabitEthernet1/3.20", None),
        ("00:11:22:33:44:55", None),
        ("", None),
    ],
)
def test_port_names(short: str, full: str | None) -> None:
    assert canonical(short) == full


def test_poe_indices() -> None:
    assert poe_index("GigabitEthernet1/3") == (1, 3)
    assert poe_index("GigabitEthernet2/0/12") == (2, 12)
    assert poe_index("FastEthernet0/4") == (1, 4)


def test_a_long_vlan_list_is_cut_where_a_line_ends_and_begins_with_the_one_that_matters() -> None:
    vlans = frozenset(range(2, 4000, 3)) | {3999}
    chunks = lists(vlans, first=3002)
    assert 3002 in read(chunks[0])
    assert frozenset().union(*map(read, chunks)) == vlans
    assert max(map(len, chunks)) <= 200


def test_descriptions_fall_back_to_what_a_switch_can_hold() -> None:
    assert description("Nehru Chowk, cam 3") == "Nehru Chowk, cam 3"
    assert description("नेहरू चौक", "Nehru Chowk") == "Nehru Chowk"
    assert description("नेहरू चौक") == ""
    assert description("Café  nord\n") == "Cafe nord"
    assert description("which one?") == "which one"
    assert len(description("x" * 300)) == 200
