"""What IOS prints and takes: complaints, names of ports, lists of VLANs, descriptions."""

from __future__ import annotations

import pytest

from iccc.switch.platforms import platform_of
from iccc.switch.platforms.cisco_ios.facts import ERRORS
from iccc.switch.platforms.cisco_ios.names import canonical, poe_index
from iccc.switch.platforms.cisco_ios.text import description
from iccc.switch.platforms.cisco_ios.vlans import lists, read
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
