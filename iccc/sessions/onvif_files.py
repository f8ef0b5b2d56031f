"""Files to and from a device: over HTTP with Digest, at a path that an ONVIF answer named.

They go over a connection of their own, by the way and with the login that the session has proved. Basic is never
answered. A POST is sent once; the empty one before it, that fetches the challenge, changes nothing.
"""

from __future__ import annotations

from iccc.errors import DeviceError, Reason
from iccc.secrets import Login
from iccc.sessions import digest
from iccc.sessions.http import HttpConnection, HttpError, HttpReply
from iccc.sessions.onvif import OnvifSession, refuse_unwritten
from iccc.sessions.way import connect_by, host_header

REPLY_LIMIT = 64 * 1024  # bytes of what is said about an upload


async def fetch(session: OnvifSession, path: str, limit: int) -> bytes:
    """The file at ``path``, of at most ``limit`` bytes. Raises DeviceError."""
    return (await _transfer(session, "GET", path, b"", limit)).body


async def send(session: OnvifSession, path: str, file: bytes) -> str:
    """POST a file to ``path``. "" when the device took it; else what was observed while it may have taken it.

    Some devices restart with the last byte and never answer: only looking at them again tells. Raises DeviceError
    when the file was refused, or not sent.
    """
    refuse_unwritten(session.device, session.where(f"POST {path}"))
    try:
        await _transfer(session, "POST", path, file, REPLY_LIMIT)
    except Unanswered as unanswered:
        return str(unanswered)
    return ""


async def ask(session: OnvifSession, method: str, path: str, body: bytes, write: bool) -> bytes:
    """The answer to a request of the maker's own, sent without a login, and once. Raises DeviceError."""
    where = session.where(f"{method} {path}")
    if write:
        refuse_unwritten(session.device, where)
    session.hang_up()
    try:
        connection = await connect_by(session.way, session.address, session.reach, REPLY_LIMIT)
        try:
            reply = await _exchange(session, connection, method, path, body, None)
        finally:
            connection.close()
    except HttpError as error:
        raise DeviceError(error.reason, where, error.observed) from None
    if not 200 <= reply.status < 300:
        raise DeviceError(Reason.BAD_ANSWER, where, f"HTTP {reply.status}")
    return reply.body


class Unanswered(DeviceError):
    """The request was sent, and nothing came back."""


async def _transfer(session: OnvifSession, method: str, path: str, body: bytes, limit: int) -> HttpReply:
    where, login = session.where(f"{method} {path}"), session.login
    if login is None:
        raise DeviceError(Reason.UNAUTHORISED, where, "no login was accepted before")
    session.hang_up()  # some devices have one connection for us
    try:
        connection = await connect_by(session.way, session.address, session.reach, limit)
        try:
            reply = await _exchange(session, connection, method, path, b"", None)
            challenge = digest.choose(reply.headers.get("www-authenticate", [])) if reply.status == 401 else None
            if challenge is not None:
                if not connection.usable:
                    connection = await connect_by(session.way, session.address, session.reach, limit)
                reply = await _exchange(session, connection, method, path, body, (challenge, login))
            elif method == "POST" and reply.status != 401:  # it wants no login for this
                if not connection.usable:
                    connection = await connect_by(session.way, session.address, session.reach, limit)
                reply = await _exchange(session, connection, method, path, body, None)
        finally:
            connection.close()
    except HttpError as error:
        kind = Unanswered if error.sent and error.reason is Reason.NO_ANSWER else DeviceError
        raise kind(error.reason, where, error.observed) from None
    if reply.status in (401, 403):
        raise DeviceError(Reason.UNAUTHORISED, where, f"HTTP {reply.status}: the login is not taken for this")
    if not 200 <= reply.status < 300:
        raise DeviceError(Reason.BAD_ANSWER, where, f"HTTP {reply.status}")
    return reply


async def _exchange(
    session: OnvifSession,
    connection: HttpConnection,
    method: str,
    path: str,
    body: bytes,
    signed: tuple[digest.Challenge, Login] | None,
) -> HttpReply:
    headers = host_header(session.way, session.address, session.reach)
    if method == "POST":
        headers += "Content-Type: application/octet-stream\r\n"
    if signed is not None:
        headers += f"Authorization: {digest.authorization(*signed, method, path)}\r\n"
    return await connection.request(method, path, headers, body, session.reach.timeouts.transfer_s)
