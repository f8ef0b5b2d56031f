"""Drifts of class config, and of gateways: settings of cameras and recorders, lines typed at a switch's console."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

from iccc.city.devices import City, Switch, SwitchPort
from iccc.lab.client import LabClient
from tests.flow.drifts import Act, Drift, Key, put

NTP = "10.80.0.99"
_serial = count(1)


def of_config(city: City) -> Iterator[Drift]:
    for camera in city.cameras.values():
        bitrate = camera.streams["main"].bitrate_kbps
        yield _setting(camera.name, "encoders.main.bitrate_kbps", "encoders[main].bitrate_kbps", 2048, bitrate)
        yield _setting(camera.name, "hostname", "hostname", "ptz-old", camera.name)
        yield _setting(camera.name, "users.recorder.level", "users[recorder].level", "Operator", "User")
        yield _setting(camera.name, "ntp_servers", "time.ntp_servers", [NTP], list(city.ntp_servers))
    for recorder in city.recorders:
        yield _setting(recorder, "time_zone", "time.utc_offset_min", "UTC0", "IST-5:30")
    for switch in city.switches.values():
        yield from _of_switch(switch)


def gateways(city: City) -> Iterator[Drift]:
    for switch in city.switches.values():
        lines = [f"ip default-gateway {switch.gateway}4"], [f"ip default-gateway {switch.gateway}"]
        yield _typed(switch.name, "addressing", "gateway", f"{switch.name} settings", *lines)


def _setting(device: str, path: str, found: str, bad: object, good: object) -> Drift:
    key = (device, "config", found)
    return Drift(
        "config",
        f"{device}: {found}",
        frozenset({key}),
        frozenset({device}),
        put(device, path, bad),
        put(device, path, good),
    )


def _of_switch(switch: Switch) -> Iterator[Drift]:
    name, own = switch.name, f"{switch.name} settings"
    yield _typed(name, "config", "ntp_servers", own, [f"ntp server {NTP}"], [f"no ntp server {NTP}"])
    yield _typed(name, "config", "syslog_hosts", own, [f"logging host {NTP}"], [f"no logging host {NTP}"])
    yield _typed(name, "config", "hostname", own, ["hostname spare-7"], [f"hostname {name}"])
    yield _unsaved(name, own)
    for port in switch.ports.values():
        yield from _of_port(name, port)


def _of_port(switch: str, port: SwitchPort) -> Iterator[Drift]:
    at, place = f"interface {port.name}", f"{switch} {port.name}"
    words = [[at, f"description {text}"] for text in ("do not touch", port.description)]
    yield _typed(switch, "config", f"ports[{port.name}].description", place, *words)
    if port.poe:
        limits = [[at, f"storm-control broadcast level {level}"] for level in ("50.00", "5.00")]
        yield _typed(switch, "config", f"ports[{port.name}].storm_pct", place, *limits)


def _typed(switch: str, class_: str, path: str, place: str, bad: list[str], good: list[str]) -> Drift:
    """By somebody at the console, who saves. That it was not iccc is told beside the difference."""

    def act(lines: list[str]) -> Act:
        def typed(lab: LabClient) -> None:
            lab.lines(switch, *lines)
            lab.set(switch, "saved", True)

        return typed

    # One a switch: whoever changed it, and how often, is one finding.
    places = frozenset({place, switch, f"{switch} typed"})
    found: frozenset[Key] = frozenset({(switch, class_, path), _by_hand(switch)})
    return Drift(class_, f"{switch}: {path}", found, places, act(bad), act(good), settles=switch)


def _unsaved(switch: str, place: str) -> Drift:
    def make(lab: LabClient) -> None:
        lab.lines(switch, "vlan 777", f"name guest-{next(_serial)}")

    found: frozenset[Key] = frozenset({(switch, "config", "saved"), _by_hand(switch)})
    return Drift(
        "config",
        f"{switch}: not saved",
        found,
        frozenset({place, switch, f"{switch} typed"}),
        make,
        put(switch, "saved", True),
    )


def _by_hand(switch: str) -> Key:
    return switch, "config", "history.changed_s"
