"""The stream of one camera on a server, for whoever changes its password: looked at, stopped, given a login."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from iccc.city.devices import Camera, City, Recorder
from iccc.errors import DeviceError, Reason
from iccc.secrets import Secret
from iccc.server.calls import COMMAND, BadReply, call, reply
from iccc.server.driver import stream
from iccc.server.files import ACCOUNT
from iccc.server.remote.files import seal
from iccc.sessions.host import SSH_PORT, HostSession

FRESH_S = 15.0  # a recording that is written to has been flushed since then


@dataclass(frozen=True)
class Stream:
    """``has_login``: it is the expected one. ``newest_s``: seconds since its newest recording was written to."""

    active: bool
    has_login: bool
    refused: bool
    newest_s: float | None

    @property
    def records(self) -> bool:
        return self.active and not self.refused and self.newest_s is not None and self.newest_s < FRESH_S


async def recorded(session: HostSession, recorder: Recorder) -> list[str]:
    """The cameras that it has a login of. Raises DeviceError."""
    told = await _ask(session, recorder, "streams")
    with _of_shape(recorder):
        return [str(name)[:64] for name in told["streams"]]


async def look(session: HostSession, recorder: Recorder, camera: Camera, city: City, secret: Secret) -> Stream:
    """How it stands; ``secret`` is the password that it is expected to have. Raises DeviceError."""
    nonce = secrets.token_hex(16)
    told = await _ask(session, recorder, "stream", camera=camera.name, nonce=nonce)
    with _of_shape(recorder):
        age = told["newest_s"]
        return Stream(
            bool(told["active"]), told["login"] == seal(nonce, stream(camera, city, secret)), bool(told["refused"]),
            None if age is None else float(age),
        )  # fmt: skip


async def pause(session: HostSession, recorder: Recorder, camera: Camera) -> None:
    """It tries no login until :func:`resume`, or until the host starts anew. Raises DeviceError."""
    await _ask(session, recorder, "pause", camera=camera.name)


async def give(session: HostSession, recorder: Recorder, camera: Camera, city: City, secret: Secret) -> None:
    """Put the login down; it is used from the next start on. Raises DeviceError."""
    source = stream(camera, city, secret)
    await _ask(session, recorder, "login", camera=camera.name, group=ACCOUNT, source=source)


async def resume(session: HostSession, recorder: Recorder, camera: Camera) -> None:
    """Raises DeviceError."""
    await _ask(session, recorder, "resume", camera=camera.name)


@contextmanager
def _of_shape(recorder: Recorder) -> Iterator[None]:
    """An answer of another shape is a DeviceError."""
    try:
        yield
    except (LookupError, TypeError, ValueError, OverflowError) as error:
        text = f"its answer cannot be understood ({type(error).__name__}: {str(error)[:200]})"
        raise DeviceError(Reason.BAD_ANSWER, _where(recorder), text) from None


def _where(recorder: Recorder) -> str:
    return f"{recorder.name} {recorder.address}:{SSH_PORT}"


async def _ask(session: HostSession, recorder: Recorder, verb: str, **request: Any) -> Mapping[str, Any]:
    host = recorder.host
    assert host is not None
    where = _where(recorder)
    try:
        told = reply(*await session.run(COMMAND, call(verb, mount=host.mount, **request)))
    except BadReply as error:
        raise DeviceError(Reason.BAD_ANSWER, where, str(error)) from None
    if "refused" in told or not isinstance(told["ok"], dict):
        raise DeviceError(Reason.BAD_ANSWER, where, str(told.get("refused", "an answer of another shape"))[:200])
    return dict(told["ok"])
