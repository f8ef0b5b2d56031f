"""Rooms and people: racks, servers, seats, the wall, staff."""

from __future__ import annotations

from iccc.sizing.whole import pieces


def for_each(number: float, each: float) -> int:
    """``ceil(number / each)``: servers for cameras, seats for cameras, technicians for cameras."""
    return pieces(number / each)


def racks(rack_units: float, rack_u: float, fill: float) -> int:
    """``ceil(rack_units / (rack_u * fill))``."""
    return pieces(rack_units / (rack_u * fill))


def displays(cameras: int, share: float, tiles: float) -> int:
    """Displays of the wall: ``ceil(cameras * share / tiles)``."""
    return pieces(cameras * share / tiles)


def staff(seats: float, shifts: float, relief: float) -> int:
    """People for seats that are never empty: ``ceil(seats * shifts * relief)``."""
    return pieces(seats * shifts * relief)
