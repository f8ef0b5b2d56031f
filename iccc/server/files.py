"""The files that a recording server is given, made from the templates of the city."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

from jinja2 import DictLoader, Environment, StrictUndefined, TemplateError

from iccc.city.devices import City, Recorder
from iccc.server.state import File, Part, Service

ACCOUNT = "iccc-rec"
TARGET = "iccc-recording.target"
TIMER = "iccc-retention.timer"
RETENTION = "/usr/local/lib/iccc/retention.py"
MANIFEST = "/etc/iccc/recording.json"
PACKAGES = ("chrony", "ffmpeg", "nftables", "prometheus-node-exporter", "rsyslog")
UNITS = "/etc/systemd/system"


@dataclass(frozen=True)
class Content:
    """A file with what is in it."""

    text: str
    mode: str = "0644"
    owner: str = "root:root"

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()


@dataclass(frozen=True)
class Group:
    """Files of one part of the state, how they are checked before they take their place, and who is told.

    ``checks``: commands; ``{stage}`` in them is the folder below which the files lie meanwhile, at their own paths.
    ``services``: unit to ``restart`` or ``reload``, or ``""`` where it reads its files by itself.
    """

    files: Mapping[str, Content]
    checks: tuple[tuple[str, ...], ...] = ()
    services: Mapping[str, str] = field(default_factory=dict)

    def part(self) -> Part:
        """What is wanted of the server."""
        wanted = {path: File(one.digest[:12], one.mode, one.owner) for path, one in self.files.items()}
        return Part(wanted, {unit: Service(enabled=True, running=True) for unit in self.services})


class Invalid(ValueError):
    """A template that cannot be rendered; the text has its name and line."""


def group(name: str, recorder: Recorder, city: City) -> Group:
    """The group of one part of the state, one of :data:`GROUPS`. Raises :class:`Invalid`."""
    rendered = _Renderer(recorder, city)
    if name == "time":
        path = "/etc/chrony/conf.d/iccc.conf"
        return Group(
            {path: rendered("chrony.conf.j2")},
            (("chronyd", "-p", "-f", "{stage}" + path),),
            {"chrony.service": "restart"},
        )
    if name == "syslog":
        path = "/etc/rsyslog.d/50-iccc.conf"
        return Group(
            {path: rendered("rsyslog.conf.j2")},
            (("rsyslogd", "-N1", "-f", "{stage}" + path),),
            {"rsyslog.service": "restart"},
        )
    if name == "firewall":
        path = "/etc/nftables.conf"
        return Group(
            {path: rendered("nftables.conf.j2")},
            (("nft", "-c", "-f", "{stage}" + path),),
            {"nftables.service": "reload"},
        )
    if name == "metrics":
        path = "/etc/default/prometheus-node-exporter"
        return Group({path: rendered("node-exporter.j2")}, (), {"prometheus-node-exporter.service": "restart"})
    if name == "ssh":
        path = "/etc/ssh/sshd_config.d/50-iccc.conf"
        return Group(
            {path: rendered("sshd.conf.j2")}, (("sshd", "-t", "-f", "{stage}" + path),), {"ssh.service": "reload"}
        )
    return Group(
        {
            f"{UNITS}/iccc-record@.service": rendered("iccc-record@.service.j2"),
            f"{UNITS}/iccc-recording.target": rendered("iccc-recording.target.j2"),
            f"{UNITS}/iccc-retention.service": rendered("iccc-retention.service.j2"),
            f"{UNITS}/{TIMER}": rendered("iccc-retention.timer.j2"),
            RETENTION: Content((files("iccc.server") / "retention.py").read_text(encoding="utf-8"), "0755"),
            MANIFEST: Content(manifest(recorder)),
        },
        (
            ("systemd-analyze", "verify", "--recursive-errors=no", f"{{stage}}{UNITS}/iccc-record@.service"),
            ("systemd-analyze", "verify", "--recursive-errors=no", f"{{stage}}{UNITS}/{TIMER}"),
        ),
        {TARGET: "", TIMER: "restart"},
    )  # fmt: skip


GROUPS = ("time", "syslog", "firewall", "metrics", "ssh", "recording")


def manifest(recorder: Recorder) -> str:
    """What the retention of a server has to know beside the entries of its cameras."""
    host = recorder.host
    assert host is not None
    told = {"mount": host.mount, "keep_free_percent": host.keep_free_percent, "segment_s": host.segment_s}
    return json.dumps(told, indent=1, sort_keys=True) + "\n"


class _Renderer:
    def __init__(self, recorder: Recorder, city: City) -> None:
        self._templates = Environment(  # noqa: S701  none of it is HTML
            loader=DictLoader(dict(city.templates)), undefined=StrictUndefined, keep_trailing_newline=True,
            trim_blocks=True, lstrip_blocks=True,
        )  # fmt: skip
        self._values: dict[str, Any] = {
            "name": recorder.name,
            "host": recorder.host,
            "account": ACCOUNT,
            "ntp_servers": city.ntp_servers,
            "syslog_hosts": city.syslog_hosts,
            "management_sources": city.management_sources,
            "monitoring": [one.address for one in city.equipment.values() if "monitoring" in one.roles],
            "retention": RETENTION,
        }

    def __call__(self, name: str) -> Content:
        try:
            return Content(self._templates.get_template(name).render(self._values))
        except TemplateError as error:
            line = getattr(error, "lineno", None)
            place = f"templates/recorder/{name}" + (f":{line}" if line else "")
            raise Invalid(f"{place}: {error.message or type(error).__name__}") from None
