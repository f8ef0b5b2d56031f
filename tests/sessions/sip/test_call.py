"""A call against a clock that is set: what is sent when, and that whatever comes it ends, and hangs up."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iccc.sessions.sip_call import Call, Outcome
from iccc.sessions.sip_exchange import Line, Question, Timing
from iccc.sessions.sip_messages import Reply, Request, parse

TIMING = Timing(patience_s=4.0)
UDP = Line("127.0.0.1:4000", "10.0.0.2:5060", "udp", "112", "x-ecb1", "TEST x-ecb1")
TCP = Line("127.0.0.1:4000", "10.0.0.2:5060", "tcp", "112", "x-ecb1")


class Other:
    """Who is called: it sees what was sent, and says what the test wants."""

    def __init__(self, line: Line = UDP, limit_s: float = 20.0) -> None:
        self.call = Call(line, limit_s, 1.0, b"v=0\r\n", lambda _reply, _method, _uri: None, TIMING)
        self.now = 0.0
        self.sent: list[tuple[float, str]] = []
        self.last: Request | None = None  # INVITE
        self.heard: list[Request] = []
        self._note(self.call.start(0.0))

    def _note(self, messages: list[bytes]) -> None:
        for data in messages:
            message = parse(data)
            if isinstance(message, Request):
                self.sent.append((self.now, message.method))
                self.heard.append(message)
                if message.method == "INVITE":
                    self.last = message
            else:
                self.sent.append((self.now, str(message.status)))

    def until(self, then: float) -> None:
        """Let the time pass."""
        while (due := self.call.due) is not None and due <= then:
            self.now = due
            self._note(self.call.tick(due))
        self.now = then

    def says(self, status: int, to: Request | None = None, tag: str = "t1", extra: str = "") -> None:
        asked = to or self.last
        assert asked is not None
        to_header = asked.header("to")
        said = f"{to_header};tag={tag}" if "tag=" not in to_header and status > 100 else to_header
        self.hears(
            f"SIP/2.0 {status} Said\r\nVia: {asked.header('via')}\r\nFrom: {asked.header('from')}\r\nTo: {said}\r\n"
            f"Call-ID: {asked.header('call-id')}\r\nCSeq: {asked.header('cseq')}\r\n{extra}Content-Length: 0\r\n\r\n"
        )

    def hears(self, text: str) -> None:
        self._note(self.call.received(parse(text.encode()), self.now))

    def methods(self) -> list[str]:
        return [method for _, method in self.sent]


def test_an_invite_is_sent_again_at_twice_the_time_until_something_is_heard() -> None:
    other = Other()
    other.until(15)
    assert [at for at, method in other.sent if method == "INVITE"] == [0, 0.5, 1.5, 3.5, 7.5]
    other.says(100)
    other.until(19.9)
    assert other.methods() == ["INVITE"] * 5


def test_over_tcp_nothing_is_sent_again() -> None:
    other = Other(TCP)
    other.until(60)
    assert other.methods() == ["INVITE"]
    assert other.call.called.outcome is Outcome.SILENT


def test_no_cancel_before_something_was_heard_and_then_at_once() -> None:
    other = Other(limit_s=3)
    other.until(4)
    assert set(other.methods()) == {"INVITE"}
    other.says(180)
    assert other.methods()[-1] == "CANCEL"
    cancel = other.heard[-1]
    assert other.last is not None
    assert (cancel.branch, cancel.sequence) == (other.last.branch, (1, "CANCEL"))
    assert cancel.header("to") == other.last.header("to")
    other.says(200, cancel)
    other.says(487)
    assert other.methods()[-1] == "ACK"
    assert other.call.due is None
    assert other.call.called.outcome is Outcome.UNANSWERED
    assert other.call.called.hung_up


def test_a_call_that_is_answered() -> None:
    other = Other()
    other.says(100)
    other.until(2)
    other.says(180)
    other.until(5)
    route = "Record-Route: <sip:p2;lr>, <sip:p1;lr>\r\nContact: <sip:phone@203.0.113.9>\r\n"
    other.says(200, extra=route)
    other.says(200, extra=route)  # the ACK was lost
    other.until(6)
    assert other.sent[1:] == [(5, "ACK"), (5, "ACK"), (6, "BYE")]
    ack, _, bye = other.heard[1:]
    assert ack.uri == bye.uri == "sip:phone@203.0.113.9"
    assert ack.listed("route") == ["<sip:p1;lr>", "<sip:p2;lr>"]
    assert (ack.sequence, bye.sequence) == ((1, "ACK"), (2, "BYE"))
    assert len({ack.branch, bye.branch, other.last.branch if other.last else ""}) == 3
    other.until(6.5)
    assert other.methods()[-2:] == ["BYE", "BYE"]
    other.says(200, bye)
    called = other.call.called
    assert (called.outcome, called.rang_s, called.answered_s, called.hung_up) == (Outcome.ANSWERED, 2, 5, True)


def test_who_picks_up_while_we_give_up_is_hung_up() -> None:
    other = Other(limit_s=3)
    other.says(180)
    other.until(3)
    other.says(200)
    assert other.methods() == ["INVITE", "CANCEL", "ACK", "BYE"]
    other.says(200, other.heard[-1])
    called = other.call.called
    assert (called.outcome, called.answered_s, called.hung_up) == (Outcome.UNANSWERED, 3, True)


def test_of_two_telephones_both_are_hung_up() -> None:
    other = Other()
    other.says(200, tag="one")
    other.says(200, tag="two")
    other.until(1)
    assert other.methods() == ["INVITE", "ACK", "ACK", "BYE", "BYE"], "what was answered is not sent again"
    byes = [message for message in other.heard if message.method == "BYE"]
    assert [bye.header("to").partition("tag=")[2] for bye in byes] == ["two", "one"]


def test_telephones_without_end_are_not_talked_to_without_end() -> None:
    other = Other()
    for number in range(50):
        other.says(200, tag=f"t{number}")
    assert other.methods().count("ACK") == 4


def test_a_bye_that_is_not_answered_is_not_confirmed() -> None:
    other = Other()
    other.says(200)
    other.until(60)
    called = other.call.called
    assert (other.call.due, called.outcome, called.hung_up) == (None, Outcome.ANSWERED, False)
    assert [at for at, method in other.sent if method == "BYE"] == [1, 1.5, 2.5, 4.5]


def test_a_refusal_that_comes_again_is_acknowledged_again() -> None:
    other = Other()
    other.call._signer = lambda _reply, _method, _uri: ("Authorization", "Digest x")
    first = other.last
    other.says(401)
    other.says(401, first)
    assert other.methods() == ["INVITE", "ACK", "INVITE", "ACK"]
    assert other.heard[1] == other.heard[3]
    assert other.call.due is not None


def test_the_other_side_may_hang_up() -> None:
    other = Other()
    other.says(200)
    assert other.last is not None
    other.hears(
        f"BYE sip:x SIP/2.0\r\nVia: SIP/2.0/UDP b;branch=z9\r\nFrom: <sip:b>;tag=t1\r\nTo: <sip:a>;tag=1\r\n"
        f"Call-ID: {other.last.header('call-id')}\r\nCSeq: 7 BYE\r\n\r\n"
    )
    assert other.methods()[-1] == "200"
    assert (other.call.due, other.call.called.outcome, other.call.called.hung_up) == (None, Outcome.ANSWERED, True)


@pytest.mark.parametrize("status", [300, 302, 400, 404, 486, 500, 503, 600, 603])
def test_a_refusal_is_acknowledged(status: int) -> None:
    other = Other()
    other.says(status)
    assert other.methods() == ["INVITE", "ACK"]
    ack = other.heard[-1]
    assert other.last is not None
    assert (ack.branch, ack.uri, ack.header("to").endswith(";tag=t1")) == (other.last.branch, other.last.uri, True)
    assert (other.call.due, other.call.called.outcome, other.call.called.status) == (None, Outcome.REFUSED, status)


@pytest.mark.parametrize("status", [401, 407])
def test_a_login_is_given_once_and_its_refusal_ends_the_call(status: int) -> None:
    other = Other()
    asked: list[tuple[int, str, str]] = []

    def sign(answer: Reply, method: str, uri: str) -> tuple[str, str]:
        asked.append((answer.status, method, uri))
        return "Authorization", "Digest x"

    other.call._signer = sign
    other.says(status)
    other.says(status)
    assert other.methods() == ["INVITE", "ACK", "INVITE", "ACK"]
    assert asked == [(status, "INVITE", "sip:112@10.0.0.2:5060")]
    assert other.heard[2].header("authorization") == "Digest x"
    assert (other.heard[2].sequence, other.call.called.outcome) == ((2, "INVITE"), Outcome.UNAUTHORISED)
    assert other.call.login_refused
    assert not other.call.login_taken


def test_a_signed_call_that_nobody_answers_is_silent() -> None:
    other = Other(limit_s=3)
    other.call._signer = lambda _reply, _method, _uri: ("Authorization", "Digest x")
    other.says(401)
    other.until(10)
    assert (other.call.due, other.call.called.outcome) == (None, Outcome.SILENT)
    assert not other.call.login_taken


def test_answers_of_other_calls_count_for_nothing() -> None:
    other = Other()
    other.hears("SIP/2.0 200 OK\r\nVia: x;branch=z9hG4bKother\r\nTo: <sip:a>;tag=1\r\nCSeq: 1 INVITE\r\n\r\n")
    assert other.methods() == ["INVITE"]


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("wait"), st.floats(0, 8)),
        st.tuples(st.just("say"), st.sampled_from([100, 180, 183, 200, 202, 302, 401, 404, 407, 486, 487, 503, 603])),
        st.tuples(st.just("end"), st.sampled_from([100, 200, 401, 481, 500])),
        st.tuples(st.just("ask"), st.sampled_from(["BYE", "INVITE", "OPTIONS", "ACK", "REFER"])),
    ),
    max_size=25,
)


def played(steps: list[tuple[str, object]], signs: bool) -> None:
    other = Other(limit_s=10)
    if signs:
        other.call._signer = lambda _reply, _method, _uri: ("Authorization", "Digest x")
    for number, (what, value) in enumerate(steps):
        if what == "wait":
            other.until(other.now + float(str(value)))
        elif what == "say":
            other.says(int(str(value)), tag=f"t{number % 6}")
        elif what == "end":
            other.says(int(str(value)), other.heard[-1])
        else:
            assert other.last is not None
            other.hears(
                f"{value} sip:x SIP/2.0\r\nVia: SIP/2.0/UDP b;branch=z9{number}\r\nFrom: <sip:b>;tag=t1\r\n"
                f"To: <sip:a>;tag=1\r\nCall-ID: {other.last.header('call-id')}\r\nCSeq: {number} {value}\r\n\r\n"
            )
    other.until(other.now + 60)
    assert other.call.due is None, "it goes on for ever"
    called = other.call.called
    rung = {message.branch for message in other.heard if message.method == "INVITE"}
    answered = {one.header("to") for one in other.heard if one.method == "ACK" and one.branch not in rung}
    ended = {one.header("to") for one in other.heard if one.method == "BYE"}
    if ("ask", "BYE") not in steps:
        assert answered == ended, "somebody picked up, and was not hung up"
    assert (called.answered_s is not None) == bool(answered)
    assert len(other.sent) < 200


@given(STEPS, st.booleans())
@settings(max_examples=200, deadline=None)
def test_whatever_comes_a_call_ends_and_who_picked_up_is_hung_up(steps: list[tuple[str, object]], signs: bool) -> None:
    played(steps, signs)


@pytest.mark.long
@given(STEPS, st.booleans())
@settings(max_examples=4_000, deadline=None)
def test_whatever_comes_a_call_ends_long(steps: list[tuple[str, object]], signs: bool) -> None:
    played(steps, signs)


def test_a_question_is_sent_again_until_its_time_is_over() -> None:
    question = Question(UDP, "OPTIONS", TIMING, "c")
    sent = [0.0] * len(question.start(0.0))
    while (due := question.due) is not None:
        sent += [due] * len(question.tick(due))
    assert (sent, question.answer) == ([0, 0.5, 1.5, 3.5], None)
