"""Test calls: for each box a call to each of its answer points, in its name, answered within the limit and hung up.

A box is asked whether it is there before anybody is called for it. An answer point is never called twice at once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from iccc.callbox.driver import observe
from iccc.callbox.trial import Trial, keep
from iccc.city.calling import AnswerPoint
from iccc.city.devices import Equipment
from iccc.compare import Unread
from iccc.errors import DeviceError, Reason, stumbled
from iccc.sessions.reach import Reach
from iccc.sessions.sip import Called, Outcome, Peer, call


class Result(StrEnum):
    """Of one test."""

    ANSWERED = "answered"
    FAILED = "failed"  # not answered within the limit: busy, ringing, refused, silent
    UNKNOWN = "unknown"  # nobody was called, or it cannot be told


@dataclass(frozen=True)
class CallRow:
    """A row: one box and one of its control rooms."""

    box: str
    room: str
    result: Result
    text: str
    answered_s: float | None = None


async def make_calls(
    boxes: Sequence[Equipment], rooms: frozenset[str] | None, reach: Reach, progress: Callable[[str], None]
) -> list[CallRow]:
    """One row for each box and answer point, those of ``rooms`` alone where these are given. Results are kept.

    After an answer point that is silent, or refuses our login, nobody else calls it in this run.
    """
    due = [(box, point) for box in boxes for point in _points(box) if rooms is None or point.room in rooms]
    seen = await asyncio.gather(*(observe(box, reach) for box in {box.name: box for box, _ in due}.values()))
    unread = {one.device: one.state for one in seen if isinstance(one.state, Unread)}
    telephones: dict[tuple[str, int], list[tuple[Equipment, AnswerPoint]]] = {}
    for box, point in due:
        telephones.setdefault((point.address, point.port), []).append((box, point))

    async def of_one(calls: Sequence[tuple[Equipment, AnswerPoint]]) -> list[CallRow]:
        rows, given_up = [], ""
        for box, point in calls:
            if (state := unread.get(box.name)) is not None:
                text = f"nobody was called: {state.text}"
                rows.append(CallRow(box.name, point.room, Result.UNKNOWN, text))
            elif given_up:
                rows.append(CallRow(box.name, point.room, Result.UNKNOWN, f"not called: {given_up}"))
            else:
                row, given_up = await _one(box, point, reach)
                rows.append(row)
            progress(box.name)
        return rows

    found = await asyncio.gather(*map(of_one, telephones.values()))
    by_place = {(row.box, row.room): row for rows in found for row in rows}
    return [by_place[box.name, point.room] for box, point in due]


def most_at_one(boxes: Sequence[Equipment], rooms: frozenset[str] | None) -> tuple[str, int]:
    """The control room that most of these calls would ring at, and how many; ``("", 0)`` when there is none."""
    counts: dict[tuple[str, int], list[str]] = {}
    for box in boxes:
        for point in _points(box):
            if rooms is None or point.room in rooms:
                counts.setdefault((point.address, point.port), []).append(point.room)
    most = max(counts.values(), key=len, default=[])
    return (most[0], len(most)) if most else ("", 0)


def _points(box: Equipment) -> tuple[AnswerPoint, ...]:
    return box.calling.answer_points if box.calling is not None else ()


async def _one(box: Equipment, point: AnswerPoint, reach: Reach) -> tuple[CallRow, str]:
    """The row, and why the answer point is not to be called again in this run."""
    peer = Peer(point.room, point.address, point.port, point.transport, point.user)
    hold_s = reach.timeouts.call_hold_s
    try:
        called, packets = await call(peer, box.name, f"TEST {box.name}", point.limit_s, hold_s, reach)
    except DeviceError as error:
        result = Result.FAILED if error.reason in (Reason.REFUSED, Reason.BAD_ANSWER) else Result.UNKNOWN
        row, over = CallRow(box.name, point.room, result, str(error)), f"{point.room}: {error.observed}"
    except Exception as error:  # noqa: BLE001
        late = stumbled(peer.where("INVITE"), error)
        row, over = CallRow(box.name, point.room, Result.UNKNOWN, str(late)), f"{point.room}: {late.observed}"
    else:
        result = Result.ANSWERED if called.outcome is Outcome.ANSWERED else Result.FAILED
        text = told(called, packets, point.limit_s)
        row = CallRow(box.name, point.room, result, text, called.answered_s if result is Result.ANSWERED else None)
        over = f"{point.room} was silent before" if called.outcome is Outcome.SILENT else ""
    if row.result is not Result.UNKNOWN:
        keep(reach.learned, box.name, point.room, Trial(reach.clock.now(), row.text, row.answered_s))
    return row, over


_NAMED: Mapping[int, str] = {
    404: "nobody has that number there", 480: "not available", 486: "busy", 600: "busy", 603: "declined",
}  # fmt: skip


def told(called: Called, packets: int, limit_s: float) -> str:
    """What became of a call, in words."""
    status = f"{called.status} {called.reason}".strip()
    match called.outcome:
        case Outcome.ANSWERED:
            sound = f"{packets} packets of sound came" if packets else "no sound came"
            end = "hung up" if called.hung_up else "and did not confirm that we hung up"
            return f"answered after {called.answered_s:.1f} s of {limit_s:g}, {sound}, {end}"
        case Outcome.SILENT:
            return f"no answer of any sort within {limit_s:g} s, called {called.times} times"
        case Outcome.UNANSWERED:
            rang = f"rang after {called.rang_s:.1f} s and " if called.rang_s is not None else ""
            late = f", but after {called.answered_s:.1f}" if called.answered_s is not None else ""
            return f"{rang}was not answered within {limit_s:g} s{late}"
        case _:
            moved = f", to {called.moved_to}, where nobody was called" if called.moved_to else ""
            name = _NAMED.get(called.status, "moved" if 300 <= called.status < 400 else "refused")
            return f"{name} ({status}{moved})"
