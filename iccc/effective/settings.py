"""What the whole city wants of its cameras and recorders: users, time, protocols."""

from __future__ import annotations

from collections.abc import Iterable

from iccc.city.devices import Camera, City, UserPlan
from iccc.effective.value import Source, Value


def users(plans: Iterable[UserPlan]) -> list[Value]:
    return [Value(f"user {plan.name}", plan.level, (Source("", plan.where),)) for plan in plans]


def time(city: City) -> list[Value]:
    """NTP servers, time zone, and how far a clock may be off."""
    offset = f"{city.utc_offset_min // 60:+03d}:{city.utc_offset_min % 60:02d}"
    return [
        Value("NTP", ", ".join(city.ntp_servers), (Source("", city.wheres["time.ntp"]),)),
        Value("time zone", f"{city.time_zone} (UTC{offset})", (Source("", city.wheres["time.posix"]),)),
        Value("clock", f"at most {city.max_skew_s:g} s off", (Source("", city.wheres["time.max_skew_s"]),)),
    ]


def sent(city: City, device: Camera) -> list[Value]:
    """What streams shall not carry."""
    off = {"audio": city.audio and not device.audio, "multicast": city.multicast}
    return [
        Value(name, "off in its streams", (Source("", city.wheres[name]),)) for name, is_off in off.items() if is_off
    ]


def osd(city: City) -> list[Value]:
    return [
        Value(corner.replace("_", " "), shows, (Source("", city.wheres[f"osd.{corner}"]),))
        for corner, shows in city.osd.items()
    ]


def protocols(city: City) -> list[Value]:
    return [
        Value(name, f"port {port}" if enabled else "off", (Source("", city.wheres[f"protocols.{name}"]),))
        for name, (enabled, port) in city.protocols.items()
    ]
