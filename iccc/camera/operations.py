"""pyinfra operations on cameras, one for each section. The order in which a deploy calls them matters."""

from __future__ import annotations

from collections.abc import Generator

from pyinfra.api import operation

from iccc.camera.facts import Camera
from iccc.operation import DeviceCommand, converge


@operation()
def time() -> Generator[DeviceCommand, None, None]:
    """Clock, time zone and NTP. First: a camera with a wrong clock refuses signed requests."""
    yield from converge(Camera, "time")


@operation()
def hostname() -> Generator[DeviceCommand, None, None]:
    """The hostname is the device's name."""
    yield from converge(Camera, "hostname")


@operation()
def location() -> Generator[DeviceCommand, None, None]:
    """Location scopes (city, junction); foreign scopes stay."""
    yield from converge(Camera, "location")


@operation()
def dns() -> Generator[DeviceCommand, None, None]:
    """DNS servers in their order."""
    yield from converge(Camera, "dns")


@operation()
def users() -> Generator[DeviceCommand, None, None]:
    """Users, levels and passwords; the own login is proved before any other user is touched."""
    yield from converge(Camera, "users")


@operation()
def encoders() -> Generator[DeviceCommand, None, None]:
    """Main and sub stream: codec, resolution, frame rate, bitrate, GOP. Restarts the streams that change."""
    yield from converge(Camera, "encoders")


@operation()
def audio() -> Generator[DeviceCommand, None, None]:
    """No sound in the streams of a camera that shall have none."""
    yield from converge(Camera, "audio")


@operation()
def multicast() -> Generator[DeviceCommand, None, None]:
    """No stream that the camera sends to everybody by itself."""
    yield from converge(Camera, "multicast")


@operation()
def metadata() -> Generator[DeviceCommand, None, None]:
    """What streams carry beside the picture: events, what analytics see, PTZ status."""
    yield from converge(Camera, "metadata")


@operation()
def osd() -> Generator[DeviceCommand, None, None]:
    """The corners of the on-screen display."""
    yield from converge(Camera, "osd")


@operation()
def masks() -> Generator[DeviceCommand, None, None]:
    """The declared privacy masks; others stay."""
    yield from converge(Camera, "masks")


@operation()
def imaging() -> Generator[DeviceCommand, None, None]:
    """Wide dynamic range, IR cut filter, backlight compensation, exposure, brightness and the like."""
    yield from converge(Camera, "imaging")


@operation()
def rules() -> Generator[DeviceCommand, None, None]:
    """What the camera looks out for: motion, tampering. Rules of others stay."""
    yield from converge(Camera, "rules")


@operation()
def edge_recording() -> Generator[DeviceCommand, None, None]:
    """Recording on the camera's own storage, on or off."""
    yield from converge(Camera, "edge_recording")


@operation()
def presets() -> Generator[DeviceCommand, None, None]:
    """PTZ presets and home. Turns the camera for a moment where one is missing or elsewhere."""
    yield from converge(Camera, "presets")


@operation()
def protocols() -> Generator[DeviceCommand, None, None]:
    """Network protocols and their ports."""
    yield from converge(Camera, "protocols")


@operation()
def dot1x() -> Generator[DeviceCommand, None, None]:
    """802.1X at the switch port. After HTTPS, over which its password is sent."""
    yield from converge(Camera, "dot1x")


@operation()
def network() -> Generator[DeviceCommand, None, None]:
    """Address, prefix and gateway, without DHCP; only with --allow-network, one camera after the other."""
    yield from converge(Camera, "network")
