"""What the cameras of a recorder ask of whoever records them, and whether a standby has it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from iccc.city.devices import Camera, City, Recorder
from iccc.sizing.bandwidth import peak_mbps
from iccc.sizing.recorders import recording_mbps
from iccc.sizing.recording import disk_tb
from iccc.sizing.traffic import TOLERANCE, pulled_kbps


@dataclass(frozen=True)
class Needs:
    """``mbps`` at peak; ``disk_tb`` None where days of retention are not declared."""

    channels: int
    mbps: float
    disk_tb: float | None


def needs(cameras: Sequence[Camera], city: City) -> Needs:
    """What these cameras ask together."""
    kbps = [pulled_kbps(camera, city.sizing) for camera in cameras]
    return Needs(len(cameras), peak_mbps(kbps, city.sizing.recorder_peak), disk_tb(cameras, city.sizing))


def room_tb(city: City, recorder: Recorder) -> float | None:
    """The disk that footage may fill: of a server without what its retention keeps free. None: not in the catalogue."""
    usable = city.catalogue[recorder.device_type].usable_tb
    kept = recorder.host.keep_free_percent / 100 if recorder.host is not None else 0
    return None if usable is None else usable * (1 - kept)


def room_mbps(city: City, recorder: Recorder) -> float | None:
    """What it may take in beside playback, in Mb/s. None: not in the catalogue."""
    throughput = city.catalogue[recorder.device_type].throughput_mbps
    return None if throughput is None else recording_mbps(throughput, city.sizing.recorder_reserve)


def fits(city: City, standby: Recorder, asked: Needs, of: Recorder) -> bool | None:
    """Whether ``standby`` can take over what is asked of the recorder ``of``.

    Its disk has to hold no more than that of ``of``. None when its throughput is not known, and nothing else is short.
    """
    own, room, mbps = room_tb(city, of), room_tb(city, standby), room_mbps(city, standby)
    if standby.recorder_type != of.recorder_type or standby.channels < asked.channels:
        return False
    known = asked.disk_tb is not None and own is not None and room is not None
    if known and min(asked.disk_tb or 0, own or 0) > (room or 0) + TOLERANCE:
        return False
    return None if mbps is None else asked.mbps <= mbps + TOLERANCE


def offers(city: City, standby: Recorder) -> str:
    """``bsp-rec10 has 64 channels, 307.2 Mb/s and 120 TB``: as far as it is in the catalogue."""
    mbps, room = room_mbps(city, standby), room_tb(city, standby)
    said = [f"{standby.channels} channels"]
    said += [f"{mbps:g} Mb/s"] if mbps is not None else []
    said += [f"{room:g} TB"] if room is not None else []
    listed = said[0] if len(said) == 1 else f"{', '.join(said[:-1])} and {said[-1]}"
    return f"{standby.name} ({standby.recorder_type}) has {listed}"


def asks(asked: Needs) -> str:
    """``60 channels, 331.2 Mb/s at peak and 96.1 TB``."""
    disk = f" and {asked.disk_tb:.1f} TB" if asked.disk_tb is not None else ""
    return f"{asked.channels} channel{'s' * (asked.channels != 1)}, {asked.mbps:.1f} Mb/s at peak{disk}"
