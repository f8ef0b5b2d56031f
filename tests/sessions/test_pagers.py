"""What ends a page of a device that is deaf to the command which switches its pager off."""

from __future__ import annotations

import pytest

from iccc.sessions.shell import MORE, WIPED


@pytest.mark.parametrize(
    "last",
    [
        " --More-- ",  # IOS
        "--More--",  # AlliedWare Plus
        "  ---- More ----",  # VRP
        "-- MORE --, next page: Space, next line: Enter, quit: q",  # AOS-CX
        "---(more 9%)---",  # Junos
        "---(more)---",
    ],
)
def test_the_end_of_a_page_is_known(last: str) -> None:
    found = MORE.search(f"vlan 20\n{last}")
    assert found is not None
    assert found.start() == len("vlan 20")
    assert MORE.search(f"vlan 20\n{last}\nvlan 21") is None, "only where the device waits"


@pytest.mark.parametrize("last", ["vlan 20", " description --more cameras", "sw1#", "more"])
def test_nothing_else_is_taken_for_one(last: str) -> None:
    assert MORE.search(f"hostname sw1\n{last}") is None


@pytest.mark.parametrize("wipe", ["\b" * 9 + " " * 8 + "\b" * 9, "\r" + " " * 10 + "\r"])
def test_what_wipes_it_from_the_screen_is_no_part_of_the_answer(wipe: str) -> None:
    assert WIPED.sub("", f"vlan 20\n{wipe} name CAM\n") == "vlan 20\n name CAM\n"
