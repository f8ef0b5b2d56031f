"""Drift: a device's settings changed behind everybody's back, and read without a login."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import NoReturn
from urllib.parse import quote, unquote

from iccc.lab import onvif_ip
from iccc.lab.onvif_model import SCOPE
from iccc.lab.onvif_soap import SoapFault
from iccc.lab.onvif_state import LEVELS, DeviceState, User
from iccc.lab.onvif_time import take_time_zone

LOCATION = SCOPE + "location/"
PATHS = (
    "hostname, time_zone, time_mode, ntp_servers, skew_s, address, prefix_length, dhcp, gateway, dns_servers, "
    "dns_from_dhcp, search_domains, location.<key>, users.<name>, users.<name>.level, "
    "users.<name>.password, serial, box, protocols.<http|https|rtsp>.enabled, "
    "protocols.<http|https|rtsp>.port, certificate"
)


def device(state: DeviceState, path: str, value: object) -> None:
    """Set ``path`` of the device service's settings. KeyError for an unknown path, ValueError for a bad value.

    ``None`` removes a location scope or a user; ``users.<name>`` with a level creates one (password ``changed-1``).
    """
    head, *rest = path.split(".")
    setter = _SETTERS.get((head, len(rest)))
    if setter is None:
        raise KeyError(f"there is no {path!r}; there are {PATHS}")
    setter(state, rest, value)


def snapshot(state: DeviceState) -> dict[str, object]:
    return {
        "hostname": state.hostname,
        "time_zone": state.time_zone,
        "time_mode": "NTP" if state.ntp_time else "Manual",
        "ntp_servers": list(state.ntp_servers),
        "serial": state.serial,
        "skew_s": state.skew_s,
        "scopes": list(state.scopes),
        "location": location(state),
        **onvif_ip.snapshot(state),
        "users": {user.name: {"level": user.level} for user in state.users},
        "protocols": {entry.name.lower(): {"enabled": entry.enabled, "port": entry.port} for entry in state.network},
    }


def location(state: DeviceState) -> dict[str, str]:
    """The location scopes, percent-decoded: ``{"country": "india"}``."""
    pairs = (scope.removeprefix(LOCATION).partition("/") for scope in state.scopes if scope.startswith(LOCATION))
    return {unquote(key): unquote(value) for key, _, value in pairs}


def _hostname(state: DeviceState, _: list[str], value: object) -> None:
    state.hostname = string(value)


def _time_zone(state: DeviceState, _: list[str], value: object) -> None:
    try:
        take_time_zone(state, string(value))
    except SoapFault as fault:
        raise ValueError(str(fault)) from None


def _time_mode(state: DeviceState, _: list[str], value: object) -> None:
    state.ntp_time = one_of(value, ("NTP", "Manual")) == "NTP"
    state.discipline()


def _ntp_servers(state: DeviceState, _: list[str], value: object) -> None:
    entries = value.split(",") if isinstance(value, str) else value
    if not isinstance(entries, list | tuple):
        raise ValueError(f"{value!r} is no list of hosts")  # noqa: TRY004
    state.ntp_servers = tuple(string(entry).strip() for entry in entries if entry)
    state.discipline()


def _serial(state: DeviceState, _: list[str], value: object) -> None:
    state.unit = string(value)


def _skew(state: DeviceState, _: list[str], value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError(f"{value!r} is no number of seconds")  # noqa: TRY004
    state.skew_s = float(value)


def _lan(name: str, state: DeviceState, _: list[str], value: object) -> None:
    try:
        onvif_ip.inject(state, name, value)
    except SoapFault as fault:
        raise ValueError(str(fault)) from None


def _location(state: DeviceState, rest: list[str], value: object) -> None:
    prefix = f"{LOCATION}{quote(rest[0], safe='')}/"
    kept = tuple(scope for scope in state.scopes if not scope.startswith(prefix))
    state.scopes = kept if value is None else (*kept, prefix + quote(string(value), safe=""))


def _user(state: DeviceState, rest: list[str], value: object) -> None:
    if value is None:
        _existing(state, rest[0])
        state.users = tuple(user for user in state.users if user.name != rest[0])
    else:
        old = state.user(rest[0])
        level = one_of(value, LEVELS)
        state.put_user(replace(old, level=level) if old else User(rest[0], level, "changed-1"))


def _user_field(state: DeviceState, rest: list[str], value: object) -> None:
    user = _existing(state, rest[0])
    if rest[1] == "level":
        state.put_user(replace(user, level=one_of(value, LEVELS)))
    elif rest[1] == "password":
        state.put_user(replace(user, password=string(value)))
    else:
        _unknown(rest[1], ("level", "password"))


def _existing(state: DeviceState, name: str) -> User:
    return state.user(name) or _unknown(name, tuple(user.name for user in state.users))


def _protocol(state: DeviceState, rest: list[str], value: object) -> None:
    entry = state.protocol(rest[0].upper())
    if entry is None:
        _unknown(rest[0], tuple(known.name.lower() for known in state.network))
    if rest[1] == "enabled":
        state.put_protocol(entry.name, truth(value), entry.port)
    elif rest[1] == "port":
        state.put_protocol(entry.name, entry.enabled, number(value, 1, 65535))
    else:
        _unknown(rest[1], ("enabled", "port"))


def string(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError(f"{value!r} is no text")
    return value


def truth(value: object) -> bool:
    if isinstance(value, bool):
        return value
    return one_of(value, ("true", "false")) == "true"


def number(value: object, low: int, high: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int | str) or not low <= int(value) <= high:
        raise ValueError(f"{value!r} is not between {low} and {high}")
    return int(value)


def one_of(value: object, allowed: tuple[str, ...]) -> str:
    if not isinstance(value, str) or value not in allowed:
        raise ValueError(f"{value!r} is not one of {', '.join(allowed)}")
    return value


def _unknown(name: str, allowed: tuple[str, ...]) -> NoReturn:
    raise KeyError(f"there is no {name!r}; there are {', '.join(allowed)}")


_SETTERS: dict[tuple[str, int], Callable[[DeviceState, list[str], object], None]] = {
    ("hostname", 0): _hostname,
    ("time_zone", 0): _time_zone,
    ("time_mode", 0): _time_mode,
    ("ntp_servers", 0): _ntp_servers,
    ("serial", 0): _serial,
    ("skew_s", 0): _skew,
    **{(name, 0): partial(_lan, name) for name in onvif_ip.INJECTED},
    ("location", 1): _location,
    ("users", 1): _user,
    ("users", 2): _user_field,
    ("protocols", 2): _protocol,
}
