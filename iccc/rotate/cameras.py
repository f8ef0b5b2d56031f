"""Rotation of a camera's users, one after the other: the own one last, for with it the others are changed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import dataclass, field

from iccc.city.devices import Camera, Device, Recorder
from iccc.errors import DeviceError, Reason
from iccc.observed import Done, Status
from iccc.onvif.identity import same_serial
from iccc.onvif.users import read_users
from iccc.rotate.carry import Hand, Passwords, carry
from iccc.rotate.device import DeviceHand
from iccc.rotate.steps import Place, Standing, Which
from iccc.secrets import OWN_USER
from iccc.sessions.onvif import OnvifSession
from iccc.sessions.reach import Reach
from iccc.vault import Vault

ENDED = "Ctrl-C has ended the run"


@dataclass(frozen=True)
class Holder:
    """Who logs in at a camera with a password of its. ``user``: as whom; "" when it does not tell.

    ``open`` gives the hand that writes it there; None where iccc cannot, and ``by_hand`` says what a person has to do.
    """

    name: str
    user: str
    recorder: str = ""  # of whose channels few are changed at once
    open: Callable[[Passwords], AbstractAsyncContextManager[Hand]] | None = None
    by_hand: str = ""

    def holds(self, user: str) -> bool:
        """Whether it may log in as that user. As our own nobody does who does not say so."""
        return self.user == user if self.user else user != OWN_USER


@dataclass(frozen=True)
class Rotation:
    """What is rotated, and who holds it. ``by_hand``: a person takes care of the holders that iccc cannot write.

    Once ``stop`` is set no other one begins; those that have begun come to their end, forwards or back.
    """

    vault: Vault
    reach: Reach
    users: Sequence[str]
    holders: Mapping[str, Sequence[Holder]]  # by camera
    by_hand: bool = False
    gates: Mapping[str, asyncio.Semaphore] = field(default_factory=dict)  # by recorder
    stop: asyncio.Event = field(default_factory=asyncio.Event)

    def ended(self) -> str:
        """Why no other one begins; "" while they may."""
        return ENDED if self.stop.is_set() else ""

    def passwords(self, camera: Device) -> list[Passwords]:
        """Of the users in the order in which they are rotated; what an earlier run has begun comes first."""
        found = [Passwords(self.vault, camera.name, user) for user in self.users]
        return sorted(found, key=lambda one: (one.user == OWN_USER, not one.unfinished))

    def before(self, camera: Camera) -> Done | None:
        """A row instead of a rotation: what is missing for it."""
        missing = [user for user in self.users if self.vault.password(camera.name, user) is None]
        if missing:
            text = f"no password of {', '.join(missing)} is stored for it: iccc deploy sets them first"
            return Done(camera.name, Status.REFUSED, text)
        held = [one for one in self._held(camera) if one.open is None]
        if held and not self.by_hand:
            what = "; ".join(f"{one.name}: {one.by_hand}" for one in held)
            return Done(camera.name, Status.NEEDS_HUMAN, f"{what}; nothing was changed (see --holder-by-hand)")
        return None

    async def act(self, camera: Camera | Recorder) -> Done:
        """Rotate. The row says what stands where. Raises DeviceError when it does not let us in."""
        told: list[str] = []
        if self.ended():
            return Done(camera.name, Status.REFUSED, f"not tried: {ENDED}")
        async with OnvifSession(camera, self.reach) as session:
            who = await session.open()
            if who is not None and camera.serial and not same_serial(who.serial, camera.serial):
                text = f"another unit: serial number {who.serial[:60]!r} answers, {camera.serial!r} is declared"
                return Done(camera.name, Status.REFUSED, text)
            if session.login is None or not session.login.managed:
                text = "it has the login that technicians left: iccc deploy sets its users first"
                return Done(camera.name, Status.REFUSED, text)
            levels = {name: user.level for name, user in (await session.run(read_users(session.context()))).items()}
            for passwords in self.passwords(camera):
                hand = DeviceHand(session, passwords, levels.get(passwords.user))
                try:
                    standing, hands = await self._carry(camera, passwords, hand)
                except DeviceError as error:  # it rests, its turn came too late, or a holder does not let us in
                    state = "unfinished, both are stored" if passwords.unfinished else "not touched"
                    told.append(f"{passwords.user}: {state}: {error}")
                    return Done(camera.name, Status.FAILED, "; ".join(told))
                told.append(f"{passwords.user}: {said(standing, hands)}")
                if not standing.is_new:
                    return Done(camera.name, Status.FAILED, "; ".join(told))
        told += [f"{one.name}: {one.by_hand}" for one in self._held(camera) if one.open is None]
        return Done(camera.name, Status.APPLIED, "; ".join(told))

    async def _carry(self, camera: Device, passwords: Passwords, hand: DeviceHand) -> tuple[Standing, list[Hand]]:
        hand.rest()
        holders = [one for one in self.holders.get(camera.name, ()) if one.holds(passwords.user)]
        async with AsyncExitStack() as stack:
            for name in sorted({one.recorder for one in holders} & self.gates.keys()):
                await stack.enter_async_context(self.gates[name])
            if self.ended():
                raise DeviceError(Reason.NOT_TRIED, camera.name, ENDED)
            hands: list[Hand] = [hand]
            for one in holders:
                if one.open is not None:
                    hands.append(await stack.enter_async_context(one.open(passwords)))
            return await carry(passwords, hands, self.reach.timeouts.write_s), hands

    def _held(self, camera: Device) -> list[Holder]:
        return [one for one in self.holders.get(camera.name, ()) if any(map(one.holds, self.users))]


def said(standing: Standing, hands: Sequence[Hand]) -> str:
    """What stands where, in words."""
    if standing.is_new:
        return ", ".join(["new", *(hand.proof for hand in hands[1:])])
    if standing.is_old:
        state = "not touched" if standing.untouched else "old again everywhere, proved"
        return f"{state}: {standing.why}"
    places = zip(hands, standing.places, strict=True)
    where = ", ".join(f"{hand.name} has {_has(place)}" for hand, place in places)
    why = "; ".join(filter(None, (standing.why, standing.stuck)))
    if standing.shut:
        paused = [hand.name for hand, place in zip(hands, standing.places, strict=True) if place.paused]
        held = f", {', '.join(paused)} stay{'s' * (len(paused) == 1)} paused" if paused else ""
        text = "set one of the two at it by hand; what to do then: docs/rotation.md"
        return f"unfinished: {hands[0].name} took no login that was tried{held}; both are stored; {text}: {why}"
    return f"unfinished: {where}; both are stored, run it again: {why}"


def _has(place: Place) -> str:
    """Which of the two a place has, as far as it was proved, or never touched."""
    known = place.proved if place.touched else Which.OLD
    return known or "one of the two, not known which"
