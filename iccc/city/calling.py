"""Where each call box speaks SIP, where its calls are answered, and which preset its cameras turn to."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from unicodedata import normalize

from iccc.city.declared import Declared, Mistakes
from iccc.city.model.sip import CallBoxes
from iccc.city.model.site import CallBox, SiteFile
from iccc.explain import Key, one_of
from iccc.yamlfile import Where


@dataclass(frozen=True)
class AnswerPoint:
    """A telephone, or the exchange before it, that answers calls of a control room."""

    room: str
    address: str
    port: int
    transport: str  # udp | tcp
    user: str
    limit_s: int  # within so long a call shall be answered
    where: Where


@dataclass(frozen=True)
class Calling:
    """A call box as SIP knows it. ``answer_points`` are those of its rooms that are declared."""

    port: int
    transport: str  # udp | tcp
    answer_points: tuple[AnswerPoint, ...]
    cameras: tuple[str, ...] = ()
    preset: str | None = None  # that the cameras turn to
    tested_every_days: int | None = None


def calling_of(declared: Declared, code: str, box: CallBox) -> Calling:
    """``code`` is that of the box's site."""
    policy = declared.city.file.call_boxes or CallBoxes()
    sip = box.sip or policy.sip
    points = tuple(one for one in answer_points(declared) if one.room in box.answered_at)
    cameras = tuple(f"{code}-c{slot:02d}" for slot in box.cameras)
    preset = normalize("NFC", box.preset) if box.preset is not None else None
    return Calling(sip.port, sip.transport, points, cameras, preset, policy.tested_every_days)


def answer_points(declared: Declared) -> tuple[AnswerPoint, ...]:
    """All of the city."""
    policy = declared.city.file.call_boxes or CallBoxes()
    where = declared.city.document.where
    return tuple(
        AnswerPoint(
            room, str(one.address), one.port, one.transport, one.user, one.limit_s,
            where("call_boxes", "answer_points", room),
        )
        for room, one in policy.answer_points.items()
    )  # fmt: skip


def turned_to(file: SiteFile, slot: int) -> tuple[str, ...]:
    """The presets that call boxes of this site turn the camera in ``slot`` to."""
    names = (box.preset for box in file.call_boxes if slot in box.cameras)
    return tuple(dict.fromkeys(normalize("NFC", name) for name in names if name is not None))


def check_calling(declared: Declared, there: Collection[Where], mistakes: Mistakes) -> None:
    """A box without somebody who answers, rooms without an answer point, presets that shall not be.

    ``there``: the entries of what stands in the field. What is only planned may wait for its answer points.
    """
    policy = declared.city.file.call_boxes
    points = policy.answer_points if policy else {}
    rooms = declared.governance.file.control_rooms if declared.governance and declared.whole.governance else None
    asked_for = {room for sheet in declared.sites for box in sheet.file.call_boxes for room in box.answered_at}
    for room in points:
        if rooms is not None and room not in rooms and room not in asked_for:  # else it is told where it is asked for
            path = ("call_boxes", "answer_points", room)
            mistakes.add(declared.city.document, path, f"control room {one_of(room, rooms)}")
    for sheet in declared.sites:
        for index, box in enumerate(sheet.file.call_boxes):
            at: tuple[Key, ...] = ("call_boxes", index)
            if not box.answered_at:
                mistakes.add(sheet.document, at, "answered_at is empty: nobody answers this call box")
            asked = policy is not None or sheet.document.where(*at) in there
            for position, room in enumerate(box.answered_at if asked else ()):
                if room in points or (rooms is not None and room not in rooms):  # that one is told at its place
                    continue
                what = one_of(room, points) if points else f"{room!r} is not there: call_boxes of city.yaml has none"
                mistakes.add(sheet.document, (*at, "answered_at", position), f"answer point {what}")
            preset, cameras = box.preset, sheet.file.cameras
            gone = [one.slot for one in cameras if preset in one.absent_presets and one.slot in box.cameras]
            if gone:
                text = f"preset {preset!r} is one of absent_presets of the camera in slot {gone[0]}"
                mistakes.add(sheet.document, (*at, "preset"), text)
