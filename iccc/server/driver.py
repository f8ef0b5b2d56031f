"""Reading Debian servers, and what is sent to write a part of one. pyinfra carries the writing out."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from collections.abc import Callable, Iterable, Sequence
from typing import Any
from urllib.parse import quote

from iccc.city.devices import Camera, City, Hosted, Recorder, RecorderHost
from iccc.compare import Change, Unread, compare
from iccc.errors import DeviceError, Reason
from iccc.observed import Observed, Outcome, Status
from iccc.secrets import ALERTS_SECRET, STREAM_USER, TLS_SECRET, Secret, device_secret
from iccc.server.calls import COMMAND, BadReply, call, reply
from iccc.server.desired import address, channel, desired, fstab, key_file
from iccc.server.files import ACCOUNT, GROUPS, KEYS, group, manifest, packages, parts_of
from iccc.server.parts import Group
from iccc.server.remote.files import seal
from iccc.server.sealed import Sealed
from iccc.server.seen import facts, state
from iccc.server.state import Part, ServerFacts, ServerState
from iccc.sessions.host import SSH_PORT, HostSession
from iccc.sessions.reach import USERS_REFUSED, Reach

Seen = Observed[ServerState, ServerFacts]


async def observe(device: Hosted, city: City, reach: Reach) -> Seen:
    """Everything of one server in one command, within ``device_s``. Never raises."""
    where = f"{device.name} {device.address}:{SSH_PORT}"
    host = device.host
    assert host is not None
    nonce = secrets.token_hex(16)
    wanted = desired(device, city).state
    parts = {name: part for name in parts_of(device, city) if isinstance(part := getattr(wanted, name), Part)}
    sealed = _sealed(device, parts, city, reach)
    request = call(
        "read", mount=host.mount if isinstance(host, RecorderHost) else None, packages=packages(device, city),
        accounts=[ACCOUNT], nonce=nonce, keys=KEYS, sealed=sorted(sealed),
        files=[path for part in parts.values() for path in part.files],
        services=[unit for part in parts.values() for unit in part.services],
    )  # fmt: skip
    now = reach.clock.now
    try:
        async with asyncio.timeout(reach.timeouts.device_s):
            async with HostSession(device.name, device.address, host.ssh_user, reach) as session:
                told = reply(*await session.run(COMMAND, request))
    except DeviceError as error:
        return Observed(device.name, Unread.of(error), None, now())
    except BadReply as error:
        return Observed(device.name, Unread(Reason.BAD_ANSWER, f"{where}: {error}"), None, now())
    except TimeoutError:
        text = f"{where}: not done within {reach.timeouts.device_s:g} s"
        return Observed(device.name, Unread(Reason.NO_ANSWER, text), None, now())
    seals = {camera.name: seal(nonce, source(camera, city, reach)) for camera in city.recorded_by(device.name)}
    files = {path: seal(nonce, text) if text else "" for path, text in sealed.items()}
    try:
        if "refused" in told:
            raise BadReply(str(told["refused"])[:200])
        found = told["ok"]
        return Observed(
            device.name, state(found, parts, seals, city.server_users or (), files), facts(found, now()), now()
        )
    except (BadReply, LookupError, TypeError, ValueError, AttributeError, OverflowError) as error:
        text = f"{where}: its answer cannot be understood ({type(error).__name__}: {str(error)[:200]})"
        return Observed(device.name, Unread(Reason.BAD_ANSWER, text), None, now())


async def observe_all(
    devices: Sequence[Hosted], city: City, reach: Reach, progress: Callable[[str], None]
) -> dict[str, Seen]:
    """:func:`observe` for many at once, by name. ``progress`` is called with each name when it is done."""
    slots = asyncio.Semaphore(reach.limits.cli_in_flight)

    async def one(device: Hosted) -> Seen:
        async with slots:
            seen = await observe(device, city, reach)
        progress(device.name)
        return seen

    return {seen.device: seen for seen in await asyncio.gather(*map(one, devices))}


def _unsealed(reach: Reach) -> Sealed:
    password = reach.credentials.password
    return Sealed(password(*TLS_SECRET), reach.credentials.snmp, password(*ALERTS_SECRET))


def _sealed(device: Hosted, parts: Iterable[str], city: City, reach: Reach) -> dict[str, str]:
    """The files with secrets, as they should be, by path; "" where one is not stored."""
    groups = [group(name, device, city, _unsealed(reach)) for name in parts]
    return {path: one.text for made in groups for path, one in made.files.items() if one.sealed}


def source(camera: Camera, city: City, reach: Reach) -> str:
    """The list of one stream that ffmpeg opens; the same text means the same login.

    "" while no login is stored or the camera has refused it: a recorder tries every few seconds, and a camera locks
    out who is wrong that often.
    """
    password = reach.credentials.password(camera.name, STREAM_USER)
    if password is None or STREAM_USER in (reach.learned.get(camera.name, USERS_REFUSED) or {}):
        return ""
    return stream(camera, city, password)


def stream(camera: Camera, city: City, password: Secret) -> str:
    """:func:`source` with this password."""
    uri = f"rtsp://{STREAM_USER}:{quote(password.reveal(), safe='')}@{address(camera, city)}"
    options = "".join(f"option {line}\n" for line in ("rtsp_transport tcp", "timeout 10000000"))
    return f"ffconcat version 1.0\nfile '{uri}'\n{options}option use_wallclock_as_timestamps 1\n"


def written(device: Hosted, section: str, city: City, reach: Reach) -> str:
    """What is sent for a section. Raises Invalid for a template that is wrong."""
    if section == "accounts":
        return call("accounts", accounts=[ACCOUNT])
    if section == "admins":
        files = {name: key_file(keys) for name, keys in (city.server_users or {}).items()}
        return call("admins", admins=files, keys=KEYS)
    if isinstance(device, Recorder) and section in ("array", "cameras"):
        return _recording(device, section, city, reach)
    made = group(section, device, city, _unsealed(reach))
    return _sent("arm" if made.armed else "put", section, made, reach)


def lacking(device: Hosted, section: str, city: City, reach: Reach) -> str:
    """Which secret has to be stored before the section can be written; "" when none is missing."""
    user = city.alerts.user if city.alerts else None
    if section != "alerts" or not user or reach.credentials.password(*ALERTS_SECRET) is not None:
        return ""
    name = device_secret(*ALERTS_SECRET)
    return f"{device.name}: the password of {user}, who sends alerts, is not stored: iccc secret {city.key} set {name}"


def confirmation(device: Hosted, section: str, city: City, reach: Reach) -> str:
    """What is sent over a new login to keep a section that may shut us out; "" for the others."""
    if section not in GROUPS or not (made := group(section, device, city, _unsealed(reach))).armed:
        return ""
    return _sent("confirm", section, made, reach)


def _recording(recorder: Recorder, section: str, city: City, reach: Reach) -> str:
    host = recorder.host
    assert host is not None
    if section == "array":
        return call("mount", mount=host.mount, fstab=fstab(recorder), owner=f"{ACCOUNT}:{ACCOUNT}")
    recorded = [(camera, source(camera, city, reach)) for camera in city.recorded_by(recorder.name)]
    entries = {c.name: {"entry": entry(c, city), "source": text} for c, text in recorded if text}
    kept = [camera.name for camera, text in recorded if not text]
    return call(
        "cameras", mount=host.mount, group=ACCOUNT, cameras=entries, kept=kept,
        manifest=hashlib.sha256(manifest(recorder, city).encode()).hexdigest(),
    )  # fmt: skip


def _sent(verb: str, section: str, made: Group, reach: Reach) -> str:
    files = {path: {"content": one.text, "mode": one.mode, "owner": one.owner} for path, one in made.files.items()}
    return call(
        verb, section=section, armed_s=round(reach.timeouts.armed_s), files=files, checks=made.checks,
        services=dict(made.services),
    )  # fmt: skip


def entry(camera: Camera, city: City) -> dict[str, Any]:
    """What lies beside the login of a camera, for the retention and for the next reading.

    ``scopes``: what an order may name to hold its footage, for the time when it is not declared any more. Holds
    themselves are in the manifest.
    """
    wanted = channel(camera, city)
    scopes = sorted({camera.name, camera.site, *filter(None, (camera.recorder, camera.declared_recorder))})
    return {
        "address": wanted.address, "retention_days": wanted.retention_days, "scopes": scopes,
    }  # fmt: skip


def outcomes(before: Sequence[Change], wanted: object, seen: object, section: str, error: str) -> list[Outcome]:
    """What became of the changes of a section, as it was read back."""
    after = {change.path: change for change in compare(wanted, seen, section) if isinstance(change, Change)}
    found = []
    for change in before:
        left = [path for path in after if path.startswith(change.path) or change.path.startswith(path)]
        if not left:
            found.append(Outcome(change, Status.APPLIED, change.wanted))
        elif error:
            found.append(Outcome(change, Status.FAILED, after[left[0]].seen, error))
        elif section == "cameras":
            text = "no login that it takes is known yet: it is deployed before it is recorded"
            found.append(Outcome(change, Status.FAILED, after[left[0]].seen, text))
        else:
            text = "the server took it and reads back as before"
            found.append(Outcome(change, Status.ACCEPTED_NOT_APPLIED, after[left[0]].seen, text))
    return found
