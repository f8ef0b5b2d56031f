"""What holds for a recorder."""

from __future__ import annotations

from collections import Counter

from iccc.city.devices import City, Recorder
from iccc.effective.lines import Lines
from iccc.effective.settings import held, time, users
from iccc.effective.value import Effective, Source, Value, known, part


def recorder(city: City, device: Recorder) -> Effective:
    lines = Lines(city, device)
    entry = lines.entry
    number = Source(f"number {int(device.name[-2:])}", entry.where("number"))
    cameras = [camera for camera in city.cameras.values() if camera.recorder == device.name]
    sites = Counter(camera.site for camera in cameras)
    first = {camera.site: camera for camera in reversed(cameras)}
    mbps = sum(camera.streams["main"].bitrate_kbps for camera in cameras) / 1000
    throughput = city.catalogue[device.device_type].throughput_mbps
    identity = [
        lines.named(number),
        lines.device_type(Source("", entry.where("device_type"))),
        Value("role", "standby" if device.standby else "in service", (Source("", entry.where("standby")),)),
        Value("driver", device.recorder_type, (Source("", entry.where("type")),)),
        known("MAC", device.mac, entry.where("mac")),
        known("serial", device.serial, entry.where("serial")),
        *lines.life(),
        held(device.hold),
    ]
    load = [
        Value("channels", f"{len(cameras)} of {device.channels}", (Source("catalogue", lines.type("channels")),)),
        Value(
            "main streams",
            f"{mbps:g} Mbit/s" + (f" of {throughput:g}" if throughput else ""),
            (Source("catalogue", lines.type("throughput_mbps")),),
        ),
    ]
    of_sites = [
        Value(site, f"{count} camera{'s' * (count != 1)}", (Source("recorder", first[site].origins["recorder"][0]),))
        for site, count in sites.items()
    ]
    return Effective(
        device.name,
        "recorder",
        f"{'standby ' if device.standby else ''}recorder in the control centre",
        (
            part("Identity", identity),
            part(
                "Network",
                [
                    *lines.network(number),
                    Value("port", f"{device.switch} {device.port}", (Source("", entry.where("at")),)),
                ],
            ),
            part("Load", load),
            part("Cameras", of_sites),
            part("Users", users(city.recorder_users)),
            part("Time", time(city)),
        ),
    )
