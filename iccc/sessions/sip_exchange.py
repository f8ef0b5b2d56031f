"""What is said to one SIP peer, and when again (RFC 3261, 17.1): a question, and what questions and calls share.

Sans I/O: a machine gives the messages to send, and says until when it waits.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from iccc.sessions.sip_messages import Message, Reply, Request, parameter, reply, request

COOKIE = "z9hG4bK"  # of every branch (8.1.1.7)
_SCANT = 20  # answers to requests that nobody of us expects, in one exchange


@dataclass(frozen=True)
class Timing:
    """Seconds. ``t1`` and ``t2`` are those of RFC 3261; ``patience_s``: for an answer that is due at once."""

    t1: float = 0.5
    t2: float = 4.0
    patience_s: float = 4.0


@dataclass(frozen=True)
class Line:
    """Both ends of one way, as they are told in messages. ``peer`` is ``address:port`` as declared."""

    me: str  # address:port of our socket
    peer: str
    transport: str  # udp | tcp
    user: str = ""  # of the peer
    caller: str = "iccc"  # who asks
    said: str = ""  # how it is shown to who is called

    @property
    def uri(self) -> str:
        """Who is asked."""
        way = ";transport=tcp" if self.transport == "tcp" else ""
        return f"sip:{self.user}{'@' if self.user else ''}{self.peer}{way}"

    @property
    def reliable(self) -> bool:
        return self.transport == "tcp"

    @property
    def sender(self) -> str:
        shown = f'"{self.said}" ' if self.said else ""
        return f"{shown}<sip:{self.caller}@{self.me}>"

    @property
    def contact(self) -> str:
        return f"<sip:{self.caller}@{self.me}{';transport=tcp' if self.reliable else ''}>"

    def via(self, branch: str) -> str:
        return f"SIP/2.0/{self.transport.upper()} {self.me};branch={branch};rport"


class Machine(Protocol):
    """Something that is said, and waited for."""

    @property
    def due(self) -> float | None:
        """When :meth:`tick` is to be called if nothing comes; None when it is over."""
        ...

    def start(self, now: float) -> list[bytes]: ...

    def received(self, message: Message, now: float) -> list[bytes]: ...

    def tick(self, now: float) -> list[bytes]: ...

    def abandon(self) -> list[bytes]:
        """What has to be said when nobody waits any more."""
        ...


class Again:
    """When a request is sent again: over UDP after T1, and then after twice as long each time, up to ``most_s``."""

    def __init__(self, data: bytes, now: float, timing: Timing, reliable: bool, most_s: float) -> None:
        self.data = data
        self._wait, self._most = timing.t1, most_s
        self.at: float | None = None if reliable else now + self._wait
        self.times = 1

    def due(self, now: float) -> list[bytes]:
        if self.at is None or now < self.at:
            return []
        self._wait = min(2 * self._wait, self._most)
        self.at = now + self._wait
        self.times += 1
        return [self.data]

    def stop(self) -> None:
        self.at = None


def token() -> str:
    """What nobody else will make (19.3)."""
    return os.urandom(8).hex()


class Politeness:
    """Answers to requests of the other side that belong to none of our calls."""

    def __init__(self) -> None:
        self._tag = token()
        self._left = _SCANT

    def answer(self, asked: Request, status: int, reason: str) -> list[bytes]:
        if asked.method == "ACK" or not self._left:  # an ACK is never answered
            return []
        self._left -= 1
        try:
            return [reply(asked, status, reason, self._tag)]
        except ValueError:
            return []


class Question:
    """One request that is no INVITE, until its final answer. ``answer`` is None when none came in time."""

    def __init__(
        self, line: Line, method: str, timing: Timing, call_id: str, sequence: int = 1, authorization: str = "",
        header: str = "Authorization",
    ) -> None:  # fmt: skip
        self.answer: Reply | None = None
        self.times = 0
        self._branch = COOKIE + token()
        self._expected = (sequence, method)
        self._timing, self._line = timing, line
        signed = [(header, authorization)] if authorization else []
        self._data = request(
            method,
            line.uri,
            [
                ("Via", line.via(self._branch)),
                ("Max-Forwards", "70"),
                ("From", f"{line.sender};tag={token()}"),
                ("To", f"<{line.uri}>"),
                ("Call-ID", call_id),
                ("CSeq", f"{sequence} {method}"),
                ("Contact", line.contact),
                ("Accept", "application/sdp"),
                ("User-Agent", "iccc"),
                *signed,
            ],
        )
        self._again: Again | None = None
        self._until = 0.0
        self._over = False
        self._polite = Politeness()

    @property
    def due(self) -> float | None:
        if self._over or self._again is None:
            return None
        return min(self._until, self._again.at) if self._again.at is not None else self._until

    def start(self, now: float) -> list[bytes]:
        self._again = Again(self._data, now, self._timing, self._line.reliable, self._timing.t2)
        self._until = now + self._timing.patience_s
        return [self._data]

    def received(self, message: Message, now: float) -> list[bytes]:  # noqa: ARG002
        if isinstance(message, Request):
            return self._polite.answer(message, 481, "Call/Transaction Does Not Exist")
        if message.branch == self._branch and message.sequence == self._expected and message.status >= 200:
            self.answer, self._over = message, True
        return []

    def tick(self, now: float) -> list[bytes]:
        if now >= self._until:
            self._over = True
            return []
        if self._again is None:
            return []
        sent = self._again.due(now)
        self.times = self._again.times
        return sent

    def abandon(self) -> list[bytes]:
        return []


def to_tag(answer: Reply) -> str:
    return parameter(answer.header("to"), "tag")


Signer = Callable[[Reply, str, str], "tuple[str, str] | None"]
"""Of a 401 or 407, the method and the URI: name and value of the header that signs it; None where it is not signed."""
