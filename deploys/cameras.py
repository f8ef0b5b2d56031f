"""Cameras: time first, then who it is, who may log in, what it streams, and last how it is reached."""

from pyinfra import host

from iccc.camera import operations as camera

if "cameras" in host.groups:
    camera.time(name="Camera time, time zone and NTP", _ignore_errors=True)
    camera.hostname(name="Camera hostname", _ignore_errors=True)
    camera.location(name="Camera location scopes", _ignore_errors=True)
    camera.dns(name="Camera DNS servers", _ignore_errors=True)
    camera.users(name="Camera users and passwords", _ignore_errors=True)
    camera.encoders(name="Camera main and sub streams", _ignore_errors=True)
    camera.audio(name="Camera sound", _ignore_errors=True)
    camera.multicast(name="Camera multicast", _ignore_errors=True)
    camera.metadata(name="Camera metadata", _ignore_errors=True)
    camera.osd(name="Camera on-screen display", _ignore_errors=True)
    camera.masks(name="Camera privacy masks", _ignore_errors=True)
    camera.imaging(name="Camera imaging", _ignore_errors=True)
    camera.rules(name="Camera motion and tamper rules", _ignore_errors=True)
    camera.edge_recording(name="Camera recording on its own storage", _ignore_errors=True)
    camera.presets(name="Camera PTZ presets", _ignore_errors=True)
    camera.protocols(name="Camera network protocols", _ignore_errors=True)
    camera.dot1x(name="Camera 802.1X", _ignore_errors=True)
    camera.network(name="Camera address and gateway", _ignore_errors=True)
