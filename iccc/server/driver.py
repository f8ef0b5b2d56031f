"""Reading Debian servers, and what is sent to write a part of one. pyinfra carries the writing out."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Sequence
from typing import Any

from iccc.city.devices import Camera, City, Recorder
from iccc.compare import Change, Unread, compare
from iccc.errors import DeviceError, Reason
from iccc.observed import Observed, Outcome, Status
from iccc.secrets import STREAM_USER
from iccc.server.calls import COMMAND, BadReply, call, reply
from iccc.server.desired import address, channel, desired, fstab
from iccc.server.files import ACCOUNT, GROUPS, PACKAGES, Group, group
from iccc.server.program import seal
from iccc.server.seen import facts, state
from iccc.server.state import Part, ServerFacts, ServerState
from iccc.sessions.host import SSH_PORT, HostSession
from iccc.sessions.reach import USERS_REFUSED, Reach

Seen = Observed[ServerState, ServerFacts]


async def observe(recorder: Recorder, city: City, reach: Reach) -> Seen:
    """Everything of one server in one command, within ``device_s``. Never raises."""
    where = f"{recorder.name} {recorder.address}:{SSH_PORT}"
    host = recorder.host
    assert host is not None
    nonce = secrets.token_hex(16)
    wanted = desired(recorder, city).state
    parts = {name: part for name in GROUPS if isinstance(part := getattr(wanted, name), Part)}
    request = call(
        "read", mount=host.mount, packages=PACKAGES, accounts=[ACCOUNT], nonce=nonce,
        files=[path for part in parts.values() for path in part.files],
        services=[unit for part in parts.values() for unit in part.services],
    )  # fmt: skip
    now = reach.clock.now
    try:
        async with asyncio.timeout(reach.timeouts.device_s):
            async with HostSession(recorder.name, recorder.address, host.ssh_user, reach) as session:
                told = reply(*await session.run(COMMAND, request))
    except DeviceError as error:
        return Observed(recorder.name, Unread.of(error), None, now())
    except BadReply as error:
        return Observed(recorder.name, Unread(Reason.BAD_ANSWER, f"{where}: {error}"), None, now())
    except TimeoutError:
        text = f"{where}: not done within {reach.timeouts.device_s:g} s"
        return Observed(recorder.name, Unread(Reason.NO_ANSWER, text), None, now())
    seals = {camera.name: seal(nonce, source(camera, city, reach)) for camera in city.recorded_by(recorder.name)}
    try:
        if "refused" in told:
            raise BadReply(str(told["refused"])[:200])
        found = told["ok"]
        return Observed(recorder.name, state(found, parts, seals), facts(found, now()), now())
    except (BadReply, LookupError, TypeError, ValueError, AttributeError) as error:
        text = f"{where}: its answer cannot be understood ({type(error).__name__}: {str(error)[:200]})"
        return Observed(recorder.name, Unread(Reason.BAD_ANSWER, text), None, now())


async def observe_all(
    recorders: Sequence[Recorder], city: City, reach: Reach, progress: Callable[[str], None]
) -> dict[str, Seen]:
    """:func:`observe` for many at once, by name. ``progress`` is called with each name when it is done."""
    slots = asyncio.Semaphore(reach.limits.cli_in_flight)

    async def one(recorder: Recorder) -> Seen:
        async with slots:
            seen = await observe(recorder, city, reach)
        progress(recorder.name)
        return seen

    return {seen.device: seen for seen in await asyncio.gather(*map(one, recorders))}


def source(camera: Camera, city: City, reach: Reach) -> str:
    """The list of one stream that ffmpeg opens; the same text means the same login.

    "" while no login is stored or the camera has refused it: a recorder tries every few seconds, and a camera locks
    out who is wrong that often.
    """
    password = reach.credentials.password(camera.name, STREAM_USER)
    if password is None or STREAM_USER in (reach.learned.get(camera.name, USERS_REFUSED) or {}):
        return ""
    uri = f"rtsp://{STREAM_USER}:{password.reveal()}@{address(camera, city)}"
    options = "".join(f"option {line}\n" for line in ("rtsp_transport tcp", "timeout 10000000"))
    return f"ffconcat version 1.0\nfile '{uri}'\n{options}option use_wallclock_as_timestamps 1\n"


def written(recorder: Recorder, section: str, city: City, reach: Reach) -> str:
    """What is sent for a section. Raises Invalid for a template that is wrong."""
    host = recorder.host
    assert host is not None
    if section == "accounts":
        return call("accounts", accounts=[ACCOUNT])
    if section == "array":
        return call("mount", mount=host.mount, fstab=fstab(recorder), owner=f"{ACCOUNT}:{ACCOUNT}")
    if section == "cameras":
        recorded = [(camera, source(camera, city, reach)) for camera in city.recorded_by(recorder.name)]
        entries = {c.name: {"entry": entry(c, city), "source": text} for c, text in recorded if text}
        kept = [camera.name for camera, text in recorded if not text]
        return call("cameras", mount=host.mount, group=ACCOUNT, cameras=entries, kept=kept)
    return _put(group(section, recorder, city))


def _put(made: Group) -> str:
    files = {path: {"content": one.text, "mode": one.mode, "owner": one.owner} for path, one in made.files.items()}
    return call("put", files=files, checks=made.checks, services=dict(made.services))


def entry(camera: Camera, city: City) -> dict[str, Any]:
    """What lies beside the login of a camera, for the retention and for the next reading."""
    wanted = channel(camera, city)
    return {"address": wanted.address, "retention_days": wanted.retention_days, "holds": list(wanted.holds)}


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
