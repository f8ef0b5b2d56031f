"""Calls and questions against the lab's telephones: what is told of each thing that can go wrong."""

from __future__ import annotations

import asyncio
import re

import pytest

from iccc.callbox.calls import CallRow, make_calls
from iccc.callbox.driver import observe
from iccc.callbox.seen import CallBoxFacts
from iccc.callbox.trial import trials_of
from iccc.city.devices import Equipment
from iccc.compare import Unread
from iccc.errors import DeviceError, Reason
from iccc.lab.callbox import LabTelephone
from iccc.lab.device import Fault
from iccc.sessions.dial import Target
from iccc.sessions.reach import Reach
from iccc.sessions.sip import Peer, call
from tests.callbox.phones import LOGIN, among, box, point, telephone
from tests.support import MemoryCredentials, login, reach

ROOM = "room 10.79.1.31:5060/udp  SIP INVITE"
QUICK = {"sip_s": 0.7, "call_hold_s": 0.05}


def calls(boxes: list[Equipment], phones: list[LabTelephone], run: Reach) -> list[CallRow]:
    return among(phones, lambda: make_calls(boxes, None, run, lambda _name: None))


def asked(fault: Fault = Fault.NONE, run: Reach | None = None, *, asks_login: bool = False, transport: str = "udp"):
    declared = box(transport=transport)
    phone = telephone(declared)
    phone.fault, phone.asks_login = fault, asks_login
    return among([phone], lambda: observe(declared, run or reach(**QUICK))), phone


@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_a_box_tells_what_it_is(transport: str) -> None:
    seen, _ = asked(transport=transport)
    assert seen.facts == CallBoxFacts(
        200, "OK", "Lab-Telephone/1.4.2", "Lab-Telephone", "1.4.2",
        ("INVITE", "ACK", "CANCEL", "BYE", "OPTIONS"),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("fault", "reason", "text"),
    [
        (Fault.SILENT, Reason.NO_ANSWER, "no answer within 0.7 s, sent 2 times"),
        (Fault.SIP_GARBAGE, Reason.BAD_ANSWER, "the answer has control characters in its headers"),
        (Fault.WRONG_PASSWORD, Reason.UNAUTHORISED, "login as admin refused (401)"),
    ],
)
def test_what_is_told_of_a_box_that_does_not_answer_as_it_should(fault: Fault, reason: Reason, text: str) -> None:
    seen, _ = asked(fault)
    assert seen.state == Unread(reason, f"x-ecb1 10.79.0.1:5060/udp  SIP OPTIONS: {text}")


def test_a_closed_port_is_refused() -> None:
    seen = asyncio.run(observe(box(number=9), reach(**QUICK)))
    assert isinstance(seen.state, Unread)
    assert seen.state.reason is Reason.REFUSED


def test_a_box_outside_of_the_lab_is_not_asked() -> None:
    seen = asyncio.run(observe(box(), reach(target=Target.LIVE, **QUICK)))
    assert isinstance(seen.state, Unread)
    assert seen.state.reason is Reason.GUARDED


@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_nobody_outside_of_the_lab_is_called(transport: str) -> None:
    peer = Peer("room", "203.0.113.9", 5060, transport, "112")
    with pytest.raises(DeviceError) as raised:
        asyncio.run(call(peer, "x-ecb1", "", 2, 0.1, reach(target=Target.LIVE, **QUICK)))
    assert raised.value.reason is Reason.GUARDED
    assert "203.0.113.9 is outside 127.0.0.0/8" in str(raised.value)


def test_a_busy_box_is_there() -> None:
    seen, _ = asked(Fault.SIP_BUSY)
    assert isinstance(seen.facts, CallBoxFacts)
    assert seen.facts.busy


def test_a_login_is_given_where_it_is_asked_for_and_refused_once_in_a_run() -> None:
    right = MemoryCredentials(default=[login(*LOGIN)])
    seen, phone = asked(run=reach(right, **QUICK), asks_login=True)
    assert isinstance(seen.facts, CallBoxFacts)
    assert (phone.counters.logins, phone.counters.failures) == (1, 0)
    assert right.events == [("proved", "x-ecb1 admin")]

    wrong = MemoryCredentials(default=[login("admin", "wrong")])
    seen, phone = asked(run=reach(wrong, **QUICK), asks_login=True)
    assert isinstance(seen.state, Unread)
    assert (phone.counters.failures, wrong.events) == (1, [("refused", "x-ecb1")])

    none = MemoryCredentials(default=[])
    seen, phone = asked(run=reach(none, **QUICK), asks_login=True)
    assert isinstance(seen.facts, CallBoxFacts), "it is there"
    assert (seen.facts.status, phone.counters.failures, none.events) == (401, 0, [])


@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_a_call_is_answered_and_hung_up(transport: str) -> None:
    room = point(transport=transport)
    declared, run = box(room), reach(**QUICK)
    phone = telephone(room)
    (row,) = calls([declared], [telephone(declared), phone], run)
    assert row.result == "answered"
    assert re.fullmatch(r"answered after 0\.\d s of 2, no sound came, hung up", row.text)
    assert (phone.counters.calls, phone.counters.hangups) == (1, 1)
    (trial,) = trials_of(run.learned, declared.name).values()
    assert trial.passed
    assert trial.at == run.clock.now()


@pytest.mark.parametrize(
    ("fault", "result", "text"),
    [
        (Fault.SIP_BUSY, "failed", "busy (486 Busy Here)"),
        (Fault.SIP_ERROR, "failed", "refused (503 Service Unavailable)"),
        (
            Fault.SIP_MOVED, "failed",
            "moved (302 Moved Temporarily, to sip:elsewhere@203.0.113.9:5060, where nobody was called)",
        ),
        (Fault.SIP_RINGS, "failed", "rang after 0.0 s and was not answered within 2 s"),
        (Fault.SILENT, "failed", "no answer of any sort within 2 s, called 3 times"),
        (Fault.SIP_GARBAGE, "failed", f"{ROOM}: the answer has control characters in its headers"),
        (Fault.WRONG_PASSWORD, "unknown", f"{ROOM}: login as admin refused (401)"),
    ],
)  # fmt: skip
def test_what_is_told_of_a_call_that_was_not_answered(fault: Fault, result: str, text: str) -> None:
    room = point()
    phone, declared, run = telephone(room), box(room), reach(**QUICK)
    phone.fault = fault
    (row,) = calls([declared], [telephone(declared), phone], run)
    assert (row.result, row.text, row.answered_s) == (result, text, None)
    assert phone.counters.hangups == (fault is Fault.SIP_RINGS), "who rang was told to stop"
    kept = trials_of(run.learned, declared.name)
    assert bool(kept) == (result == "failed")
    assert not any(trial.passed for trial in kept.values())


def test_what_is_said_at_the_other_end_is_counted() -> None:
    room = point()
    phone, declared = telephone(room), box(room)
    phone.speaks = True
    (row,) = calls([declared], [telephone(declared), phone], reach(sip_s=0.7, call_hold_s=0.3))
    assert row.text.endswith(", 10 packets of sound came, hung up")


def test_an_answer_point_that_asks_for_a_login_gets_it() -> None:
    room = point()
    phone, declared = telephone(room), box(room)
    phone.asks_login = True
    run = reach(MemoryCredentials(default=[login(*LOGIN)]), **QUICK)
    (row,) = calls([declared], [telephone(declared), phone], run)
    assert (row.result, phone.counters.logins, phone.counters.failures) == ("answered", 1, 0)


def test_a_telephone_that_picks_up_at_the_last_moment_is_hung_up_all_the_same() -> None:
    room = point()
    phone, declared = telephone(room), box(room)
    phone.picks_up_s = 1.99
    (row,) = calls([declared], [telephone(declared), phone], reach(**QUICK))
    assert row.result in ("answered", "failed")
    assert (phone.counters.calls, phone.counters.hangups) == (1, 1)


def test_one_call_at_a_time_rings_at_a_telephone_and_nobody_is_called_for_a_silent_box() -> None:
    room, other = point(), point("other", 2)
    boxes = [box(room, other, number=number) for number in (1, 2, 3)]
    phones = [telephone(room), telephone(other)]
    there = [telephone(one) for one in boxes]
    there[1].fault = Fault.SILENT
    rows = calls(boxes, [*there, *phones], reach(**QUICK))
    assert [(row.box, row.room, str(row.result)) for row in rows] == [
        ("x-ecb1", "room", "answered"), ("x-ecb1", "other", "answered"),
        ("x-ecb2", "room", "unknown"), ("x-ecb2", "other", "unknown"),
        ("x-ecb3", "room", "answered"), ("x-ecb3", "other", "answered"),
    ]  # fmt: skip
    assert {(phone.counters.calls, phone.counters.calls_at_once, phone.counters.hangups) for phone in phones} == {
        (2, 1, 2)
    }


def test_a_silent_answer_point_is_called_once() -> None:
    room = point()
    boxes = [box(room, number=number) for number in (1, 2, 3)]
    phone = telephone(room)
    phone.fault = Fault.SILENT
    rows = calls(boxes, [*map(telephone, boxes), phone], reach(**QUICK))
    assert [str(row.result) for row in rows] == ["failed", "unknown", "unknown"]
    assert {row.text for row in rows[1:]} == {"not called: room was silent before"}


def test_who_gives_up_while_it_rings_stops_the_ringing() -> None:
    room = point(limit_s=30)
    phone, declared = telephone(room), box(room)
    phone.fault = Fault.SIP_RINGS

    async def given_up() -> None:
        task = asyncio.ensure_future(make_calls([declared], None, reach(**QUICK), lambda _name: None))
        while not phone.counters.calls:
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.05)
        task.cancel()
        await asyncio.wait([task])
        await asyncio.sleep(0.05)

    among([telephone(declared), phone], given_up)
    assert phone.counters.hangups == 1
