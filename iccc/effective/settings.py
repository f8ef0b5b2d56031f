"""What the whole city wants of its cameras and recorders: users, time, protocols."""

from __future__ import annotations

from collections.abc import Iterable

from iccc.city.devices import Camera, City, Hold, UserPlan
from iccc.city.model.city import Exposure
from iccc.effective.value import Source, Value, words


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


def held(hold: Hold | None) -> Value | None:
    """The evidence hold, of a device that is under one."""
    if hold is None:
        return None
    return Value("evidence hold", f"until {hold.until}, by {hold.ordered_by}: {hold.reason}", (Source("", hold.where),))


def dns(city: City) -> list[Value]:
    servers = ", ".join(city.dns_servers)
    return [Value("servers", servers, (Source("", city.wheres["dns"]),))] if servers else []


def sent(city: City, device: Camera) -> list[Value]:
    """What streams shall not carry."""
    off = {"audio": city.audio and not device.audio, "multicast": city.multicast}
    return [
        Value(name, "off in its streams", (Source("", city.wheres[name]),)) for name, is_off in off.items() if is_off
    ]


def metadata(city: City) -> list[Value]:
    """What streams carry beside the picture."""
    if city.metadata is None:
        return []
    told = city.metadata.model_dump(exclude_none=True)
    return [
        Value(key.replace("_", " "), "on" if on else "off", (Source("", city.wheres[f"metadata.{key}"]),))
        for key, on in told.items()
    ]


def dot1x(city: City) -> list[Value]:
    if city.dot1x is None:
        return []
    text = f"{city.dot1x.method.upper()}, by {'its name' if city.dot1x.identity == 'name' else 'its MAC address'}"
    return [Value("802.1X", text, (Source("", city.wheres["dot1x"]),))]


def osd(city: City) -> list[Value]:
    return [
        Value(corner.replace("_", " "), shows, (Source("", city.wheres[f"osd.{corner}"]),))
        for corner, shows in city.osd.items()
    ]


def imaging(city: City, name: str) -> list[Value]:
    """What a profile declares of the picture."""
    profile = city.imaging[name]
    declared = {key: value for key in type(profile).model_fields if (value := getattr(profile, key)) is not None}
    return [
        Value(key.replace("_", " "), _picture(value), (Source("", city.wheres[f"imaging.{name}.{key}"]),))
        for key, value in declared.items()
    ]


def rules(city: City, name: str) -> list[Value]:
    """What a profile declares that cameras look out for."""
    profile = city.rules[name]
    told: dict[str, str] = {}
    if motion := profile.motion:
        sensitivity = "" if motion.sensitivity is None else f", sensitivity {motion.sensitivity} %"
        told["motion"] = f"on{sensitivity}" if motion.enabled else "off"
    if profile.tamper is not None:
        told["tamper"] = "on" if profile.tamper else "off"
    return [Value(kind, text, (Source("", city.wheres[f"rules.{name}.{kind}"]),)) for kind, text in told.items()]


def _picture(value: Exposure | bool | float | str) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    if not isinstance(value, Exposure):
        return words(value)
    if value.time_us is not None:
        return f"manual, {value.time_us:g} µs"
    return "auto" if value.max_time_us is None else f"auto, at most {value.max_time_us:g} µs"


def protocols(city: City) -> list[Value]:
    return [
        Value(name, f"port {port}" if enabled else "off", (Source("", city.wheres[f"protocols.{name}"]),))
        for name, (enabled, port) in city.protocols.items()
    ]
