"""One rotation as a pure function: from what stands where to the next step. It knows no device and no wire.

A password stands in places: on the device itself (the first place), and at its holders, such as a recorder that pulls
the device's streams with it. Holders pause while the two may differ. Forwards the device comes first, then its holders;
backwards the holders, then the device. Old and next are both in the store until every place is proved to have the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum


class Which(StrEnum):
    """Of the two passwords that may be in force."""

    OLD = "old"
    NEXT = "next"


class Did(StrEnum):
    """What became of a step."""

    DONE = "done"
    NOT = "not"  # it was not taken, or did not show what it should
    REFUSED = "refused"  # a login at the device was: with that password, or with the one that a write was signed with
    LOST = "lost"  # nobody knows whether it arrived


class Do(StrEnum):
    """What is to be done at a place, or in the store (which has no place)."""

    STORE = "store"  # the next password, beside the old one
    CHECK = "check"  # that the place works with the old password, before anything is touched
    PAUSE = "pause"  # a holder: one that went on trying with another password would be locked out by the device
    WRITE = "write"
    PROVE = "prove"  # by using it: a login; a holder that begins again, and gets on
    PROMOTE = "promote"  # the next password takes the place of the old one in the store
    DROP = "drop"  # the next password, in the store


@dataclass(frozen=True)
class Step:
    """``place`` is 0 for the device, 1 and up for its holders, -1 for the store."""

    do: Do
    place: int = -1
    which: Which = Which.OLD


@dataclass(frozen=True)
class Place:
    """One place as far as this run knows it."""

    checked: bool = False
    touched: bool = False  # it may be other than it was before the rotation
    paused: bool = False
    wrote: Which | None = None  # what was sent last, and was not refused
    proved: Which | None = None
    lost: bool = False  # it was not proved on the way back: it is left alone


@dataclass(frozen=True)
class Standing:
    """What stands where. ``resumed``: an earlier run has stored the next password, and was killed or came to no end."""

    places: tuple[Place, ...]
    resumed: bool = False
    stored: bool = False  # the next password, beside the old one
    promoted: bool = False
    over: bool = False
    aim: Which = Which.NEXT
    why: str = ""  # the rotation turned round; "" while it goes forwards
    stuck: str = ""  # and where it could not be taken back either
    shut: bool = False  # the device has refused a login on the way back, too: it is tried no more, by nobody

    @property
    def is_new(self) -> bool:
        """Every place has the next password, proved, and the store has it alone."""
        return self.promoted

    @property
    def is_old(self) -> bool:
        """Every place has the old password, proved or never touched, and no next one is left in the store."""
        return not self.promoted and not self.stored

    @property
    def untouched(self) -> bool:
        return not any(place.touched for place in self.places)


def begin(holders: int, resumed: bool) -> Standing:
    """Before anything was done in this run. After an earlier one any place may have either password."""
    return Standing((Place(touched=resumed),) * (holders + 1), resumed=resumed, stored=resumed)


def next_step(now: Standing) -> Step | None:
    """What is to be done next; None when the rotation has come to its end."""
    if now.over:
        return None
    return next(_backwards(now) if now.why else _forwards(now), None)


def told(now: Standing, step: Step, did: Did, text: str = "") -> Standing:
    """What stands where after a step. ``text``: what was observed, where it was not done."""
    text = text or f"{step.do}: {did}"
    if step.place < 0:
        return _store_told(now, step.do, did, text)
    # Whether a password arrived that was sent into silence, the proof tells.
    fine = did is Did.DONE or (step.do is Do.WRITE and did is Did.LOST)
    before = now.places[step.place]
    place = _place_told(before, step, did)
    shut = bool(now.why) and step.place == 0 and did is Did.REFUSED
    if now.why and not fine:
        if step.do is Do.PROVE or shut:
            place = replace(place, lost=True)
        elif step.do is Do.WRITE:  # it may have that one already: the proof tells
            place = replace(place, wrote=step.which)
    if shut:
        return replace(now, places=(place, *now.places[1:]), stuck=now.stuck or text, shut=True)
    # One that keeps the next password for certain: better all have that, and the recording goes on.
    stays = bool(now.why) and step.do is Do.WRITE and did is Did.NOT and before.wrote is Which.NEXT
    after = replace(now, places=(*now.places[: step.place], before if stays else place, *now.places[step.place + 1 :]))
    if fine:
        return after
    if not now.why:
        return replace(after, aim=Which.OLD, why=text)
    if stays or step.do is Do.PROVE:
        return replace(after, stuck=now.stuck or text, aim=Which.NEXT if stays else now.aim)
    return after


def _forwards(now: Standing) -> Iterator[Step]:
    places, holders = now.places, range(1, len(now.places))
    for number, place in enumerate(places):
        if not now.resumed and not place.checked:
            yield Step(Do.CHECK, number)
    if not now.stored:
        yield Step(Do.STORE)
    for number in holders:
        if not places[number].paused and places[number].proved is not Which.NEXT:
            yield Step(Do.PAUSE, number)
    yield from _to(places, [0], Which.NEXT)
    yield from _to(places, holders, Which.NEXT)
    yield Step(Do.PROMOTE)


def _backwards(now: Standing) -> Iterator[Step]:
    """Holders are given what the device shall have before the device has it, and begin again after it.

    They stay paused where the device refuses it: each of their tries would be one more refused login.
    """
    if now.shut:
        return
    changed = [n for n, place in enumerate(now.places) if place.touched and not place.lost]
    holders, device = [n for n in reversed(changed) if n], [n for n in changed if not n]
    for number in holders:
        if not now.places[number].paused and now.places[number].proved is not now.aim:
            yield Step(Do.PAUSE, number)
    yield from _to(now.places, holders, now.aim, (Do.WRITE,))
    yield from _to(now.places, device, now.aim)
    yield from _to(now.places, holders, now.aim, (Do.PROVE,))
    if now.stored and not now.stuck:
        yield Step(Do.DROP)


def _to(
    places: tuple[Place, ...], numbers: Iterable[int], which: Which, dos: tuple[Do, ...] = (Do.WRITE, Do.PROVE)
) -> Iterator[Step]:
    """The steps that are left to bring places to a password, and to prove that they have it."""
    for do in dos:
        for number in numbers:
            if (places[number].wrote if do is Do.WRITE else places[number].proved) is not which:
                yield Step(do, number, which)


def _place_told(place: Place, step: Step, did: Did) -> Place:
    done = did is Did.DONE
    if step.do is Do.CHECK:
        return replace(place, checked=done)
    if step.do is Do.PAUSE:
        return replace(place, touched=True, paused=True)  # it is asked to only once, whatever came of it
    if step.do is Do.WRITE and did in (Did.NOT, Did.REFUSED):
        return replace(place, touched=True)
    if step.do is Do.WRITE:
        return replace(place, touched=True, proved=None, wrote=step.which)
    # A holder was let go on for that. A device that refuses it does not have it, whatever it said to the write.
    wrote = None if did is Did.REFUSED else place.wrote
    return replace(place, paused=False, wrote=wrote, proved=step.which if done else place.proved)


def _store_told(now: Standing, do: Do, did: Did, text: str) -> Standing:
    if did is Did.DONE:
        stored = do is Do.STORE
        return replace(now, stored=stored, promoted=do is Do.PROMOTE, over=not stored)
    if do is Do.STORE:
        return replace(now, aim=Which.OLD, why=text, over=True)
    # Every place is where it should be, and the store has both: the next run promotes or drops.
    return replace(now, stuck=text, over=True)
