"""A call (RFC 3261, 13 to 15 and 17.1.1): INVITE until somebody answers, ACK, BYE; CANCEL when the limit is over.

All of it goes to the address that was dialled, whatever Contact, Record-Route and Via name. Sans I/O.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, StrEnum, auto

from iccc.sessions.sip_exchange import COOKIE, Again, Line, Politeness, Signer, Timing, to_tag, token
from iccc.sessions.sip_messages import Message, Reply, Request, request, routes, uri_in

_FORKS = 4  # telephones that pick up one call at once, each of which is hung up


class Outcome(StrEnum):
    """What became of a call."""

    ANSWERED = "answered"
    UNANSWERED = "unanswered"  # it rang, or was said to be tried, until the limit
    SILENT = "silent"  # no answer of any sort
    REFUSED = "refused"  # busy, declined, nobody of that name, moved: status and reason tell
    UNAUTHORISED = "unauthorised"  # it asks for a login that is not stored, or was not taken


@dataclass(frozen=True)
class Called:
    """``status`` and ``reason`` are of the last answer. Seconds count from the first INVITE."""

    outcome: Outcome
    status: int = 0
    reason: str = ""
    moved_to: str = ""
    rang_s: float | None = None
    answered_s: float | None = None
    hung_up: bool = False  # by us and confirmed, or by the other side
    times: int = 1  # the INVITE was sent


class _At(Enum):
    CALLING = auto()  # nothing was heard
    RINGING = auto()  # something was
    TALKING = auto()
    HANGING_UP = auto()
    GIVING_UP = auto()
    OVER = auto()


class Call:
    """One call. ``signer`` is asked once for a login; ``body`` is the SDP of the offer."""

    def __init__(self, line: Line, limit_s: float, hold_s: float, body: bytes, signer: Signer, timing: Timing) -> None:
        self._line, self._limit, self._hold, self._body = line, limit_s, hold_s, body
        self._signer, self._timing = signer, timing
        self._call_id, self._tag = token(), token()
        self._sequence = self._sequence_of_invite = 0
        self._branch = self._branch_of_end = ""  # of the INVITE; of the BYE or CANCEL
        self._signature: tuple[str, str] | None = None
        self._signed = False
        self._refused = False  # the signed INVITE was asked for a login again
        self._at = _At.CALLING
        self._began = self._until = 0.0
        self._again: Again | None = None  # INVITE, then BYE or CANCEL
        self._acks: dict[str, bytes] = {}  # by tag of who answered; of refusals by branch
        self._target, self._routes, self._to = line.uri, list[str](), f"<{line.uri}>"
        self._bye_signed = False
        self._last: Reply | None = None
        self._rang: float | None = None
        self._answered: float | None = None
        self._hung_up = False
        self._times = 0
        self._given_up = False  # the limit is over: what comes now comes too late
        self._polite = Politeness()

    @property
    def due(self) -> float | None:
        if self._at is _At.OVER:
            return None
        again = self._again.at if self._again is not None else None
        return min(self._until, again) if again is not None else self._until

    @property
    def called(self) -> Called:
        """What became of it; it means something when the call is over."""
        last = self._last
        status, reason = (last.status, last.reason) if last is not None else (0, "")
        moved = uri_in(last.header("contact")) if last is not None and 300 <= status < 400 else ""
        if self._answered is not None and not self._given_up:
            outcome = Outcome.ANSWERED
        elif last is None:
            outcome = Outcome.SILENT
        elif status in (401, 407):
            outcome = Outcome.UNAUTHORISED
        elif status < 300 or self._given_up:
            outcome = Outcome.UNANSWERED
        else:
            outcome = Outcome.REFUSED
        return Called(outcome, status, reason, moved, self._rang, self._answered, self._hung_up, self._times)

    @property
    def login_refused(self) -> bool:
        """Whether a login was given and not taken."""
        return self._refused

    @property
    def login_taken(self) -> bool:
        """Whether a login was given, and what came then was no question for another."""
        return self._signed and not self._refused and self._last is not None and self._last.status not in (401, 407)

    def start(self, now: float) -> list[bytes]:
        self._began = now
        self._until = now + self._limit
        return self._ring(now)

    def received(self, message: Message, now: float) -> list[bytes]:
        if self._at is _At.OVER:
            return []
        if isinstance(message, Request):
            return self._asked(message)
        _, method = message.sequence
        if method == "INVITE" and message.branch == self._branch:
            return self._answer(message, now)
        if method == "INVITE" and message.branch in self._acks:  # it has not heard our ACK
            return [self._acks[message.branch]]
        if self._again is None or message.branch != self._branch_of_end or message.status < 200:
            return []
        if method == "BYE" and self._at is _At.HANGING_UP:
            return self._bye_answered(message, now)
        if method == "CANCEL":
            self._again.stop()  # what counts is the answer to the INVITE
        return []

    def tick(self, now: float) -> list[bytes]:
        if self._at is _At.OVER:
            return []
        if now < self._until:
            sent = self._again.due(now) if self._again is not None else []
            if sent and self._at is _At.CALLING:
                self._times += 1
            return sent
        if self._at is _At.RINGING:
            return self._cancel(now)
        if self._at is _At.CALLING:  # a CANCEL may not be sent before something was heard (9.1)
            if self._again is not None:
                self._again.stop()
            self._at, self._until, self._given_up = _At.GIVING_UP, now + self._timing.patience_s / 2, True
            return []
        if self._at is _At.TALKING:
            return self._bye(now)
        self._at = _At.OVER
        return []

    def abandon(self) -> list[bytes]:
        """What ends a call at once, so that no telephone goes on ringing."""
        if self._at is _At.TALKING:
            return self._bye(self._until)
        if self._at is _At.RINGING:
            return self._cancel(self._until)
        return []

    # Of the caller

    def _ring(self, now: float) -> list[bytes]:
        """The INVITE, the first or the signed one."""
        self._sequence += 1
        self._sequence_of_invite = self._sequence
        self._branch = COOKIE + token()
        self._branch_of_end = ""
        signed = [self._signature] if self._signature else []
        data = request(
            "INVITE",
            self._line.uri,
            [
                *self._head("INVITE", self._sequence, self._branch, f"<{self._line.uri}>"),
                ("Contact", self._line.contact),
                ("Allow", "INVITE, ACK, CANCEL, BYE, OPTIONS"),
                ("Subject", "test call"),
                ("Expires", str(max(1, round(self._limit)))),  # who rings stops by itself, whatever becomes of us
                ("User-Agent", "iccc"),
                *signed,
                ("Content-Type", "application/sdp"),
            ],
            self._body,
        )
        # 17.1.1.2: an INVITE is sent again at twice the time before, without T2 as a bound
        self._again = Again(data, now, self._timing, self._line.reliable, self._limit)
        self._times += 1
        return [data]

    def _answer(self, answer: Reply, now: float) -> list[bytes]:
        """To the INVITE."""
        passed = now - self._began
        if answer.status >= 300 and self._at in (_At.TALKING, _At.HANGING_UP):
            return []  # of another branch of what was answered
        first = self._last is None or self._at is _At.CALLING
        if self._at not in (_At.TALKING, _At.HANGING_UP):
            self._last = answer
        if answer.status < 200:
            if self._again is not None and self._at is _At.CALLING:
                self._again.stop()
            if answer.status in (180, 182, 183) and self._rang is None:
                self._rang = passed
            if self._at is _At.CALLING:
                self._at = _At.RINGING
            elif self._at is _At.GIVING_UP and first and not self._branch_of_end:
                return self._cancel(now)  # only now it may be sent
            return []
        if answer.status < 300:
            return self._picked_up(answer, now, passed)
        ack = self._ack_refusal(answer)
        self._acks[self._branch] = ack
        if answer.status in (401, 407) and self._at in (_At.CALLING, _At.RINGING):
            if self._signature is not None:
                self._refused = True
            elif (signature := self._signer(answer, "INVITE", self._line.uri)) is not None:
                self._signature, self._signed, self._at = signature, True, _At.CALLING
                self._last = None  # what becomes of the call is what is said to this one
                return [ack, *self._ring(now)]
        if self._at is _At.GIVING_UP and answer.status == 487:
            self._hung_up = True
        self._at = _At.OVER
        return [ack]

    def _picked_up(self, answer: Reply, now: float, passed: float) -> list[bytes]:
        tag = to_tag(answer)
        if tag in self._acks:
            return [self._acks[tag]]  # again: the ACK was lost
        if len(self._acks) >= _FORKS:
            return []
        to = answer.header("to")
        target = uri_in(answer.header("contact")) or self._line.uri
        route = routes(answer)
        ack = self._within("ACK", self._sequence_of_invite, to, target, route, COOKIE + token())
        self._acks[tag] = ack
        if self._at in (_At.TALKING, _At.HANGING_UP):  # a second telephone: it is hung up at once
            return [ack, self._within("BYE", self._next(), to, target, route, COOKIE + token())]
        self._to, self._target, self._routes, self._answered = to, target, route, passed
        self._at, self._until, self._again = _At.TALKING, now + self._hold, None
        return [ack, *(self._bye(now) if self._given_up else [])]

    def _bye(self, now: float) -> list[bytes]:
        self._branch_of_end = COOKIE + token()
        data = self._within("BYE", self._next(), self._to, self._target, self._routes, self._branch_of_end)
        self._again = Again(data, now, self._timing, self._line.reliable, self._timing.t2)
        self._at, self._until = _At.HANGING_UP, now + self._timing.patience_s
        return [data]

    def _bye_answered(self, answer: Reply, now: float) -> list[bytes]:
        if answer.status in (401, 407) and not self._bye_signed:
            self._bye_signed = True
            if (signature := self._signer(answer, "BYE", self._target)) is not None:
                self._signature = signature
                return self._bye(now)
        self._hung_up = answer.status < 300 or answer.status == 481  # which knows of no such call any more
        self._at = _At.OVER
        return []

    def _cancel(self, now: float) -> list[bytes]:
        """9.1: with the branch, the number and the To of the INVITE."""
        self._branch_of_end = self._branch
        headers = self._head("CANCEL", self._sequence_of_invite, self._branch, f"<{self._line.uri}>")
        data = request("CANCEL", self._line.uri, headers)
        self._again = Again(data, now, self._timing, self._line.reliable, self._timing.t2)
        self._at, self._until, self._given_up = _At.GIVING_UP, now + self._timing.patience_s, True
        return [data]

    def _ack_refusal(self, answer: Reply) -> bytes:
        """17.1.1.3: with the branch of the INVITE and the To of the answer."""
        to = answer.header("to") or f"<{self._line.uri}>"
        return request("ACK", self._line.uri, self._head("ACK", self._sequence_of_invite, self._branch, to))

    def _within(self, method: str, number: int, to: str, target: str, route: list[str], branch: str) -> bytes:
        """A request in the call that was answered (12.2.1.1)."""
        signs = self._signature is not None and (method == "ACK" or self._bye_signed)
        signed = [self._signature] if signs and self._signature else []
        head = self._head(method, number, branch, to)
        return request(method, target, [*head, *(("Route", one) for one in route), *signed])

    def _head(self, method: str, number: int, branch: str, to: str) -> list[tuple[str, str]]:
        return [
            ("Via", self._line.via(branch)),
            ("Max-Forwards", "70"),
            ("From", f"{self._line.sender};tag={self._tag}"),
            ("To", to),
            ("Call-ID", self._call_id),
            ("CSeq", f"{number} {method}"),
        ]

    def _next(self) -> int:
        self._sequence += 1
        return self._sequence

    # Of who was called

    def _asked(self, asked: Request) -> list[bytes]:
        ours = asked.header("call-id") == self._call_id
        if ours and asked.method == "BYE" and self._at in (_At.TALKING, _At.HANGING_UP):
            self._hung_up, self._at = True, _At.OVER
            return self._polite.answer(asked, 200, "OK")
        if ours and asked.method in ("INVITE", "UPDATE"):
            return self._polite.answer(asked, 488, "Not Acceptable Here")
        if asked.method == "OPTIONS":
            return self._polite.answer(asked, 200, "OK")
        return self._polite.answer(asked, 481, "Call/Transaction Does Not Exist")
