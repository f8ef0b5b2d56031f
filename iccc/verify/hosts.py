"""Debian servers for the acceptance tests: what testinfra's modules say of one, and what it has of each camera.

All of a host is looked at in one session within ``host_s``: the recordings of all its cameras in one command, then
services, sockets, mounts and the like through testinfra, whose commands go over the same session. A host that does not
answer costs its own answers, and no other host's.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from ruamel.yaml import YAML
from testinfra.backend.base import BaseBackend, CommandResult
from testinfra.host import Host

from iccc.city.devices import City, Equipment, Hosted, RecorderHost
from iccc.compare import Unread
from iccc.errors import DeviceError, Reason
from iccc.server import logs
from iccc.server.calls import COMMAND, BadReply, reply
from iccc.server.files import group, parts_of
from iccc.server.firewall import openings
from iccc.server.parts import Invalid
from iccc.server.recordings import Recording, asked, recordings
from iccc.server.timekeeping import MARK, is_time_server, waits
from iccc.sessions.host import SSH_PORT, HostSession, Run
from iccc.sessions.reach import Reach

FIREWALL = "/etc/nftables.conf"
METRICS = "tcp://9100"  # listens whether anybody may ask or not
PROMETHEUS = "/etc/prometheus/prometheus.yml"
TARGETS_URL = "http://127.0.0.1:9090/api/v1/targets?state=active"
# Prometheus and Alertmanager are asked on the server itself, by whose clock what they did is as old as it is.
WATCHING = """\
import json, time, urllib.request
def get(url):
    return json.load(urllib.request.urlopen(url, timeout=10))
rules = get("http://127.0.0.1:9090/api/v1/rules")
alerts = get("http://127.0.0.1:9093/api/v2/alerts?filter=alertname%3DHeartbeat")
print(json.dumps({"now": time.time(), "rules": rules, "alerts": alerts}))
"""
DECODING = 0.7  # of the time for a host: the share after which no further picture is decoded


@dataclass(frozen=True)
class Aspects:
    """What is looked at on a host, beside what all hosts have: a clock, a firewall, logins."""

    services: tuple[str, ...]
    sockets: tuple[str, ...]  # tcp://22
    mounts: tuple[str, ...] = ()
    watches: bool = False  # it has Prometheus
    keeps_logs: bool = False  # of the city's devices


@dataclass(frozen=True)
class HostSeen:
    """One host: answers by question, and recordings by camera."""

    at: datetime
    answers: Mapping[str, Any | Unread]
    recordings: Mapping[str, Recording] | Unread = field(default_factory=dict)


def aspects(device: Hosted, city: City) -> Aspects:
    """Of a server, by its roles. Parts whose templates are wrong have none; plan and drift say so."""
    units: dict[str, None] = {}
    for name in parts_of(device, city):
        try:
            units |= dict.fromkeys(group(name, device, city).services)
        except Invalid:
            continue
    sockets = {f"{one.protocol}://{one.port}": None for one in openings(device, city)} | {METRICS: None}
    mounts = (device.host.mount,) if isinstance(device.host, RecorderHost) else ()
    return Aspects(tuple(units), tuple(sockets), mounts, "monitoring" in _roles(device), logs.keeps(device))


def time_sources(device: Hosted, city: City) -> tuple[str, ...]:
    """The time servers that it may follow: the city's own, and of these what is declared above them."""
    if not is_time_server(device):
        return city.ntp_servers
    others = (address for address in city.ntp_servers if address != device.address)
    return (*city.declared.city.file.time.upstream, *others)


def _roles(device: Hosted) -> tuple[str, ...]:
    return device.roles if isinstance(device, Equipment) else ()


def questions(device: Hosted, city: City) -> dict[str, Callable[[Any], Any]]:
    """What is asked of a host, as the tests ask it, and how testinfra answers."""
    wanted = aspects(device, city)
    return {
        **{f"service {unit}": partial(service, unit=unit) for unit in wanted.services},
        **{f"mount {path}": partial(mount, path=path) for path in wanted.mounts},
        "listening": listening,
        "firewall": partial(firewall, declared=_text(device, city, "firewall", FIREWALL)),
        "time_source": partial(time_source, waits=waits(device, city)),
        "logins": logins,
        **({"log_disk": log_disk} if wanted.keeps_logs else {}),
        **(
            {
                "targets": partial(targets, declared=_text(device, city, "prometheus", PROMETHEUS)),
                "watching": watching,
            }
            if wanted.watches
            else {}
        ),
    }


def service(host: Any, unit: str) -> dict[str, bool]:
    """``{"running", "enabled"}``."""
    told = host.service(unit)
    return {"running": bool(told.is_running), "enabled": bool(told.is_enabled)}


def mount(host: Any, path: str) -> dict[str, Any]:
    """``{"mounted", "device", "type", "options", "separate"}``: ``separate`` from the root file system."""
    told, root = host.mount_point(path), host.mount_point("/")
    if not told.exists:
        return {"mounted": False}
    return {
        "mounted": True, "device": told.device, "type": told.filesystem, "options": list(told.options),
        "separate": (told.device, told.filesystem) != (root.device, root.filesystem),
    }  # fmt: skip


def listening(host: Any) -> list[str]:
    """TCP and UDP sockets that others could reach: ``tcp://0.0.0.0:22``."""
    told = {one.partition("://")[::2] for one in host.socket.get_listening_sockets() if not one.startswith("unix:")}
    return sorted(f"{protocol}://{at}" for protocol, at in told if not at.startswith(("127.", "::1:")))


def firewall(host: Any, declared: str | Unread) -> dict[str, list[str]] | Unread:
    """``{"loaded", "declared"}``: the rules as the kernel has them, and as it would have the declared ones.

    The latter are loaded into a network of their own on the same host, so that both are told in the same words.
    """
    if isinstance(declared, Unread):
        return declared
    with host.sudo():
        loaded = host.check_output("nft -s -t list ruleset")  # without who has sent something lately
        script = "nft -f - && nft -s -t list ruleset"
        made = host.check_output("printf %%s %s | unshare --net sh -c %s", declared, script)
    return {"loaded": loaded.splitlines(), "declared": made.splitlines()}


def log_disk(host: Any) -> dict[str, Any]:
    """``{"mount", "size", "free"}`` in bytes: the file system that the logs of devices are on."""
    told = host.run("df --block-size=1 --output=size,avail,target %s", logs.KEPT)
    lines = told.stdout.splitlines() if told.rc == 0 else []  # nobody has sent a line yet
    lines = lines or host.check_output("df --block-size=1 --output=size,avail,target /var/log").splitlines()
    size, free, mounted = lines[1].split(maxsplit=2)
    return {"mount": mounted, "size": int(size), "free": int(free)}


def time_source(host: Any, waits: bool) -> dict[str, Any]:
    """``{"source", "stratum", "offset_s", "asked", "ever"}`` of chrony; ``source`` is None while it follows none.

    ``ever``: whether it has followed any since chrony was started. Of a time server that ``waits`` until it may serve
    its own clock, ``since``: when it followed one first since the system was started; None: never.
    """
    rows = [line.split(",") for line in host.check_output("chronyc -c -N sources").splitlines()]
    tracking = host.check_output("chronyc -c tracking").split(",")
    followed = next((row for row in rows if row[1] == "*"), None)
    # While chrony may not set the clock, or has not yet, only its last sample says how far off that is.
    offset_s = max(float(tracking[4]), float(followed[7]) if followed else 0.0, key=abs)
    told = {"source": followed and followed[2], "stratum": int(tracking[2]), "offset_s": offset_s,
            "asked": [row[2] for row in rows], "ever": int(tracking[0], 16) != 0}  # fmt: skip
    if waits:
        told["since"] = host.run("cat %s", MARK).stdout.strip()[:40] or None
    return told


def logins(host: Any) -> dict[str, str]:
    """How SSH lets people in: the settings that are in force, whichever file they are from."""
    with host.sudo():
        told = dict(line.partition(" ")[::2] for line in host.check_output("sshd -T").splitlines())
    return {name: told.get(name, "") for name in ("passwordauthentication", "permitrootlogin")}


def targets(host: Any, declared: str | Unread) -> dict[str, list[str]] | Unread:
    """``{"declared", "up", "down", "unknown"}``: what Prometheus watches, as ``job address``, and how it finds it."""
    if isinstance(declared, Unread):
        return declared
    ask = f"import urllib.request; print(urllib.request.urlopen({TARGETS_URL!r}, timeout=10).read().decode())"
    found: dict[str, list[str]] = {"declared": [], "up": [], "down": [], "unknown": []}
    for one in json.loads(host.check_output("python3 -c %s", ask))["data"]["activeTargets"]:
        said = f"{one['scrapePool']} {one['discoveredLabels']['__address__']}"
        found[one["health"]].append(said)
    for job in YAML(typ="safe").load(declared)["scrape_configs"]:
        addresses = [each for static in job["static_configs"] for each in static["targets"]]
        found["declared"] += [f"{job['job_name']} {address}" for address in addresses]
    return {health: sorted(those) for health, those in found.items()}


def watching(host: Any) -> dict[str, Any]:
    """Whether what watches works: ``{"rules", "failing", "never", "oldest_s", "heartbeat_s"}``.

    ``rules``: how many; ``failing``: name and mistake of each that cannot be evaluated; ``never``: groups that were not
    evaluated yet; ``oldest_s``: how long ago the group was evaluated that was so longest ago; ``heartbeat_s``: how old
    the alert is that always fires, where Alertmanager has it, else None.
    """
    told = json.loads(host.check_output("python3 -c %s", WATCHING))
    groups, now = told["rules"]["data"]["groups"], float(told["now"])
    rules = [rule for group_ in groups for rule in group_["rules"]]
    evaluated = {str(one["name"]): datetime.fromisoformat(one["lastEvaluation"]) for one in groups}
    ages = [now - at.timestamp() for at in evaluated.values() if at.year > 1]
    beats = [datetime.fromisoformat(one["updatedAt"]) for one in told["alerts"]]
    return {
        "rules": len(rules),
        "failing": sorted(
            f"{one['name']}: {one.get('lastError', '')}"[:200] for one in rules if one["health"] == "err"
        ),
        "never": sorted(name for name, at in evaluated.items() if at.year == 1),
        "oldest_s": max(ages, default=None),
        "heartbeat_s": now - max(beats).timestamp() if beats else None,
    }


def _text(device: Hosted, city: City, part: str, path: str) -> str | Unread:
    """A file as it is declared."""
    try:
        return group(part, device, city).files[path].text
    except Invalid as error:
        return Unread(Reason.BAD_ANSWER, str(error))


async def look(devices: Sequence[Hosted], city: City, reach: Reach) -> dict[str, HostSeen | Unread]:
    """Every host by name; Unread where it could not be looked at. Never raises for what a host does."""
    slots = asyncio.Semaphore(reach.limits.cli_in_flight)

    async def one(device: Hosted) -> HostSeen | Unread:
        async with slots:
            return await _look(device, city, reach)

    seen = await asyncio.gather(*map(one, devices))
    return {device.name: found for device, found in zip(devices, seen, strict=True)}


async def _look(device: Hosted, city: City, reach: Reach) -> HostSeen | Unread:
    where = f"{device.name} {device.address}:{SSH_PORT}"
    host, limit_s = device.host, reach.timeouts.host_s
    assert host is not None
    told: dict[str, Any] = {}
    try:
        async with (
            asyncio.timeout(limit_s),
            HostSession(device.name, device.address, host.ssh_user, reach) as session,
        ):
            if isinstance(host, RecorderHost):
                cameras = [camera.name for camera in city.recorded_by(device.name)]
                told = reply(*await session.run(COMMAND, asked(host, cameras, DECODING * limit_s)))
            answers = await session.lend(lambda run: _answers(device, city, run))
    except DeviceError as error:
        return Unread.of(error)
    except BadReply as error:
        return Unread(Reason.BAD_ANSWER, f"{where}: {error}")
    except TimeoutError:
        return Unread(Reason.NO_ANSWER, f"{where}: not done within {limit_s:g} s")
    recorded = _recordings(told, host.segment_s, where) if isinstance(host, RecorderHost) else {}
    return HostSeen(reach.clock.now(), answers, recorded)


def _recordings(told: Mapping[str, Any], segment_s: int, where: str) -> dict[str, Recording] | Unread:
    if "refused" in told:
        return Unread(Reason.BAD_ANSWER, f"{where}: {str(told['refused'])[:200]}")
    try:
        return recordings(told["ok"], segment_s)
    except (LookupError, TypeError, ValueError, AttributeError, OverflowError, OSError) as error:
        text = f"{where}: its answer cannot be understood ({type(error).__name__}: {str(error)[:200]})"
        return Unread(Reason.BAD_ANSWER, text)


def _answers(device: Hosted, city: City, run: Run) -> dict[str, Any | Unread]:
    """What testinfra makes of what the host says. One answer that it cannot make sense of is one that is not known."""
    host = Host(ServerBackend(device.name, run=run))
    host.backend.set_host(host)
    found: dict[str, Any | Unread] = {}
    for question, ask in questions(device, city).items():
        try:
            found[question] = ask(host)
        except DeviceError:
            raise
        except Exception as error:  # noqa: BLE001  testinfra asserts, and its parsers raise what they like
            text = " ".join(str(error).split())[:300] or type(error).__name__
            found[question] = Unread(Reason.BAD_ANSWER, f"{device.name}: {question}: {text}")
    return found


class ServerBackend(BaseBackend):
    """testinfra's commands over a session that is open already; each of them is sent once."""

    NAME = "server"

    def __init__(self, hostname: str, *args: Any, run: Run, **kwargs: Any) -> None:
        super().__init__(hostname, *args, **kwargs)
        self._run = run
        self._said: dict[str, tuple[int, str, str]] = {}

    def run(self, command: str, *args: str, **_kwargs: Any) -> CommandResult:
        text = self.get_command(command, *args)
        if text not in self._said:
            self._said[text] = self._run(text)
        code, output, errors = self._said[text]
        return self.result(code, text.encode(), output, errors)
