"""How many recorders."""

from __future__ import annotations

from iccc.sizing.whole import pieces


def recording_mbps(throughput_mbps: float, reserve: float) -> float:
    """What a recorder may take in, in Mb/s: ``throughput_mbps * (1 - reserve)``, the rest is for playback.

    Source: practice of the trade, 0.25 to 0.30; a setting, no fact.
    """
    return throughput_mbps * (1 - reserve)


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

    ``mbps`` is at peak, as :func:`iccc.sizing.bandwidth.peak_mbps` gives it.
    """
    shares = (channels / channels_each, mbps / recording_mbps(mbps_each, playback_share), usable_tb / tb_each)
    return max(map(pieces, shares)) + failover
