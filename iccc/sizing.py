"""How much a city needs: bandwidth, disk, recorders, optical budget. Pure functions; whatever one may choose is given.

All units are decimal: 1 Mb/s is 10^6 bit/s and 1 TB is 10^12 bytes, as networks and drives are sold. Where nothing else
is said the source of a formula is the definition of its units.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import ceil

TB_PER_MBPS_DAY = 0.0108  # 10^6 bit/s / 8 x 86,400 s = 10.8 GB
ROUNDING = 1e-9  # what sums of decimal fractions are off by must not buy another recorder


def site_mbps(kbps: Iterable[int], protocol_overhead: float) -> float:
    """Bandwidth of streams on a link, in Mb/s: ``sum(kbps) / 1000 * (1 + protocol_overhead)``.

    ``kbps`` are the bit rates of the streams that cross the link (of a site, a ring, a recorder) at the same time;
    ``protocol_overhead`` is the share that RTP, UDP, IP and Ethernet add, 0.1 for 10 %.
    """
    return sum(kbps) / 1000 * (1 + protocol_overhead)


def net_tb(kbps: Iterable[int], retention_days: float, duty: float = 1.0) -> float:
    """Footage of streams, in TB: ``sum(kbps) / 1000 * 0.0108 * retention_days * duty``.

    ``duty`` is the share of the time that is recorded, 1 for always.
    """
    return sum(kbps) / 1000 * TB_PER_MBPS_DAY * retention_days * duty


def usable_tb(net_tb: float, fs_overhead: float, growth: float) -> float:
    """Disk for the footage, after RAID, in TB: ``net_tb * (1 + fs_overhead) * (1 + growth)``.

    ``fs_overhead`` is the share for file system and index, ``growth`` the share kept for more cameras or days.
    """
    return net_tb * (1 + fs_overhead) * (1 + growth)


def recorders_needed(
    channels: int,
    mbps: float,
    usable_tb: float,
    *,
    channels_each: int,
    mbps_each: float,
    tb_each: float,
    playback_share: float,
    failover: int,
) -> int:
    """Recorders of one type: the most of what channels, throughput and disk ask for, and ``failover`` in reserve.

    ``max(ceil(channels / channels_each), ceil(mbps / (mbps_each * (1 - playback_share))),
    ceil(usable_tb / tb_each)) + failover``

    ``mbps`` is with protocol overhead, as :func:`site_mbps` gives it. ``playback_share`` is the share of a recorder's
    throughput that is kept for playback. Source: practice of the trade, 0.25 to 0.30; a setting, no fact.
    """
    shares = (channels / channels_each, mbps / (mbps_each * (1 - playback_share)), usable_tb / tb_each)
    return max(ceil(share - ROUNDING) for share in shares) + failover


def optical_loss_db(
    route_m: float, attenuation_db_per_km: float, connectors: int, connector_db: float, splices: int, splice_db: float
) -> float:
    """Loss of a fibre link from transmitter to receiver, in dB; the optics must bridge it, and their margin.

    ``route_m / 1000 * attenuation_db_per_km + connectors * connector_db + splices * splice_db``

    ``route_m`` is the length of the fibre, slack included, ``attenuation_db_per_km`` its loss at the wavelength of the
    optics. Source: losses in dB add up.
    """
    return route_m / 1000 * attenuation_db_per_km + connectors * connector_db + splices * splice_db
