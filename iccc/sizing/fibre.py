"""Fibre: how much is laid, and what it loses."""

from __future__ import annotations

from collections.abc import Iterable
from math import floor

TOLERANCE_M = 1e-6


def splices(span_m: float, splice_every_m: float) -> int:
    """Splices in a span of cable that comes in lengths of ``splice_every_m``."""
    return floor(span_m / splice_every_m + TOLERANCE_M)


def joints(spans_m: Iterable[float], splice_every_m: float) -> int:
    """Both ends of each span, and its splices."""
    return sum(2 + splices(span_m, splice_every_m) for span_m in spans_m)


def optical_loss_db(
    route_m: float, attenuation_db_per_km: float, connectors: int, connector_db: float, splices: int, splice_db: float
) -> float:
    """Loss of a fibre link from transmitter to receiver, in dB; the optics must bridge it, and their margin.

    ``route_m / 1000 * attenuation_db_per_km + connectors * connector_db + splices * splice_db``

    ``route_m`` is the length of the fibre, slack included, ``attenuation_db_per_km`` its loss at the wavelength of the
    optics. Source: losses in dB add up.
    """
    return route_m / 1000 * attenuation_db_per_km + connectors * connector_db + splices * splice_db


def fibre_m(route_m: float, slack: float, joints: int, loop_m: float) -> float:
    """Cable to buy, in metres: ``route_m * (1 + slack) + joints * loop_m``.

    ``joints`` are splices on the way and ends in cabinets, each with a loop of cable to work with.
    """
    return route_m * (1 + slack) + joints * loop_m
