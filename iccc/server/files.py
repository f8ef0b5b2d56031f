"""The files that a Debian server is given, made from the templates of the city."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from importlib.resources import files
from typing import Any

from jinja2 import DictLoader, Environment, StrictUndefined, TemplateError

from iccc.city.devices import City, Equipment, FootageHold, Hosted, Kind, Recorder
from iccc.city.holds import orders
from iccc.server import logs, monitoring, timekeeping
from iccc.server.firewall import openings
from iccc.server.parts import Content, Group, Invalid
from iccc.server.sealed import NOTHING, Sealed

ACCOUNT = "iccc-rec"
TARGET = "iccc-recording.target"
TIMER = "iccc-retention.timer"
CLOCK_TIMER = "iccc-clock-set.timer"
RETENTION = "/usr/local/lib/iccc/retention.py"
RECORD = "/usr/local/lib/iccc/record"
CLOCK_SET = "/usr/local/lib/iccc/clock-set"
MANIFEST = "/etc/iccc/recording.json"
PACKAGES = ("chrony", "logrotate", "nftables", "prometheus-node-exporter", "rsyslog")  # of every server
UNITS = "/etc/systemd/system"
KEYS = "/etc/iccc/keys"  # public keys of administrators, a file each


def packages(device: Hosted, city: City) -> tuple[str, ...]:
    """What has to be installed."""
    needed = {*PACKAGES, *(["ffmpeg"] if device.kind is Kind.RECORDER else [])}
    if logs.speaks_tls(city):
        needed.add("rsyslog-gnutls")
    if "monitoring" in _roles(device):
        needed |= set(monitoring.PACKAGES)
    return tuple(sorted(needed))


def parts_of(device: Hosted, city: City) -> tuple[str, ...]:
    """The names of the parts that the device has, in the order in which they are written."""
    own = {"time", "syslog", "firewall", "metrics", "ssh"}
    if device.kind is Kind.RECORDER:
        own.add("recording")
    if logs.speaks_tls(city):
        own.add("tls")
    if "monitoring" in _roles(device):
        own |= set(monitoring.PARTS)
    return tuple(name for name in GROUPS if name in own)


def group(name: str, device: Hosted, city: City, sealed: Sealed = NOTHING) -> Group:
    """The group of one part of the state, one of :func:`parts_of`. Raises :class:`Invalid`.

    ``sealed`` has the secrets of files that have any; without them such files are empty.
    """
    return GROUPS[name](_Renderer(device, city), device, city, sealed)


class _Renderer:
    """``rendered("recorder/sshd.conf.j2", key=value)``: the content of a template."""

    def __init__(self, device: Hosted, city: City) -> None:
        self._templates = Environment(  # noqa: S701  none of it is HTML
            loader=DictLoader(dict(city.templates)), undefined=StrictUndefined, keep_trailing_newline=True,
            trim_blocks=True, lstrip_blocks=True,
        )  # fmt: skip
        self._values: dict[str, Any] = {
            "name": device.name,
            "host": device.host,
            "account": ACCOUNT,
            "ntp_servers": city.ntp_servers,
            "retention": RETENTION,
            "record": RECORD,
            "clock_set": CLOCK_SET,
            "keys": KEYS,
        }

    def __call__(self, name: str, mode: str = "0644", owner: str = "root:root", **values: Any) -> Content:
        name = f"templates/{name}"
        try:
            return Content(self._templates.get_template(name).render(self._values, **values), mode, owner)
        except TemplateError as error:
            line = getattr(error, "lineno", None)
            place = name + (f":{line}" if line else "")
            raise Invalid(f"{place}: {error.message or type(error).__name__}") from None


def _firewall(rendered: _Renderer, device: Hosted, city: City, _: Sealed) -> Group:
    path = "/etc/nftables.conf"
    values: dict[str, Any] = {"keeps_logs": logs.keeps(device), "each": logs.EACH}
    content = rendered("recorder/nftables.conf.j2", openings=openings(device, city), **values)
    check = ("nft", "-c", "-f", "{stage}" + path)
    return Group({path: content}, (check,), {"nftables.service": "reload"}, armed=True)


def _metrics(rendered: _Renderer, *_: object) -> Group:
    path = "/etc/default/prometheus-node-exporter"
    return Group({path: rendered("recorder/node-exporter.j2")}, (), {"prometheus-node-exporter.service": "restart"})


def _ssh(rendered: _Renderer, _: Hosted, city: City, __: Sealed) -> Group:
    path = "/etc/ssh/sshd_config.d/50-iccc.conf"
    content = rendered("recorder/sshd.conf.j2", managed=city.server_users is not None)
    return Group({path: content}, (("sshd", "-t", "-f", "{stage}" + path),), {"ssh.service": "reload"}, armed=True)


def _recording(rendered: _Renderer, device: Hosted, city: City, _: Sealed) -> Group:
    assert isinstance(device, Recorder)
    return Group(
        {
            f"{UNITS}/iccc-record@.service": rendered("recorder/iccc-record@.service.j2"),
            f"{UNITS}/iccc-recording.target": rendered("recorder/iccc-recording.target.j2"),
            f"{UNITS}/iccc-retention.service": rendered("recorder/iccc-retention.service.j2"),
            f"{UNITS}/{TIMER}": rendered("recorder/iccc-retention.timer.j2"),
            f"{UNITS}/iccc-clock-set.service": rendered("recorder/iccc-clock-set.service.j2"),
            f"{UNITS}/{CLOCK_TIMER}": rendered("recorder/iccc-clock-set.timer.j2"),
            RECORD: rendered("recorder/record.j2", "0755"),
            CLOCK_SET: rendered("recorder/clock-set.j2", "0755"),
            RETENTION: Content((files("iccc.server") / "retention.py").read_text(encoding="utf-8"), "0755"),
            MANIFEST: Content(manifest(device, city)),
        },
        (
            ("sh", "-n", "{stage}" + RECORD),
            ("sh", "-n", "{stage}" + CLOCK_SET),
            ("systemd-analyze", "verify", "--recursive-errors=no", f"{{stage}}{UNITS}/iccc-record@.service"),
            ("systemd-analyze", "verify", "--recursive-errors=no", f"{{stage}}{UNITS}/{TIMER}"),
            ("systemd-analyze", "verify", "--recursive-errors=no", f"{{stage}}{UNITS}/{CLOCK_TIMER}"),
        ),
        {TARGET: "", TIMER: "restart", CLOCK_TIMER: "restart"},
    )  # fmt: skip


def manifest(recorder: Recorder, city: City) -> str:
    """What the retention of a server has to know beside the entries of its cameras.

    ``holds``: of all cameras of the city. Footage of any may lie here from a time when it was recorded here.
    ``orders``: the same by what they name, for cameras that are not declared any more.
    """
    host = recorder.host
    assert host is not None
    told: dict[str, Any] = {
        "mount": host.mount, "keep_free_percent": host.keep_free_percent, "segment_s": host.segment_s,
        "holds": {one.name: _times(one.footage_holds) for one in city.cameras.values() if one.footage_holds},
        "orders": {scope: _times(holds) for scope, holds in orders(city.declared).items()},
    }  # fmt: skip
    return json.dumps(told, indent=1, sort_keys=True) + "\n"


def _times(holds: Iterable[FootageHold]) -> list[str]:
    """``["2026-01-01T00:00:00Z/.."]``: the times whose recordings are never deleted."""
    return sorted(f"{_end(hold.begin)}/{_end(hold.end)}" for hold in holds)


def _end(at: datetime | None) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ") if at else ".."


def _roles(device: Hosted) -> tuple[str, ...]:
    return device.roles if isinstance(device, Equipment) else ()


# In the order in which they are written: a service is configured before the firewall lets anybody ask it.
GROUPS: Mapping[str, Callable[[_Renderer, Hosted, City, Sealed], Group]] = {
    "time": timekeeping.time,
    "tls": logs.tls,
    "syslog": logs.syslog,
    **monitoring.PARTS,
    "firewall": _firewall,
    "metrics": _metrics,
    "ssh": _ssh,
    "recording": _recording,
}
