"""Carries out one rotation: a user's password on one device and at its holders, step by step."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from iccc.errors import DeviceError, IcccError, Reason, stumbled
from iccc.rotate.steps import Did, Do, Standing, Step, Which, begin, next_step, told
from iccc.secrets import Secret, device_secret
from iccc.vault import Vault


class LoginRefused(DeviceError):
    """The device has refused a login, and counts that."""


class Hand(Protocol):
    """How a password is handled in one place. Everything raises DeviceError when it is not done."""

    name: str  # of the place, in messages
    proof: str  # how a holder was proved last, in words; "" for a device

    async def check(self) -> None:
        """That it works as it is; nothing is changed, and at most one login is refused."""
        ...

    async def pause(self) -> None:
        """Of a holder: have it try no login at the device until it is proved again."""
        ...

    async def write(self, which: Which) -> None: ...

    async def prove(self, which: Which) -> None:
        """That the password is in force, by its use; a holder that was paused goes on."""
        ...


@dataclass(frozen=True)
class Passwords:
    """Old and next password of a user of a device, in the store."""

    vault: Vault
    device: str
    user: str

    @property
    def unfinished(self) -> bool:
        """An earlier rotation came to no end: either may be in force."""
        return self.vault.following(self._name) is not None

    @property
    def next_is_likely(self) -> bool:
        """Whether the device has most likely the next one."""
        return self.vault.takes_next(self.device, self.user)

    def of(self, which: Which) -> Secret:
        """KeyError when it is not stored."""
        if which is Which.NEXT:
            found = self.vault.following(self._name)
        else:
            entry = self.vault.get(self._name)
            found = entry.value if entry else None
        if found is None:
            raise KeyError(self._name)
        return found

    def about_to_send(self, which: Which) -> None:
        """Before it is sent to the device: whoever comes after a kill tries that one first."""
        self.vault.taken(self.device, self.user, which is Which.NEXT)

    def change(self, do: Do) -> None:
        """Store the next one, let it take the old one's place, or forget it. StateError."""
        if do is Do.STORE:
            if not self.unfinished:
                self.vault.taken(self.device, self.user, next_one=False)  # what a killed run may have left
            self.vault.prepare([self._name])
            return
        (self.vault.promote if do is Do.PROMOTE else self.vault.drop_next)([self._name])
        self.vault.taken(self.device, self.user, next_one=False)

    @property
    def _name(self) -> str:
        return device_secret(self.device, self.user)


class Stored(Protocol):
    """Old and next password in the store."""

    @property
    def unfinished(self) -> bool:
        """An earlier rotation came to no end: either may be in force."""
        ...

    def change(self, do: Do) -> None:
        """Store the next one, let it take the old one's place, or forget it. StateError."""
        ...


async def carry(passwords: Stored, hands: Sequence[Hand], limit_s: float) -> Standing:
    """Rotate, or take back, or say where it is stuck. ``hands``: that of the device, then those of its holders.

    ``limit_s``: of one step.
    """
    now = begin(len(hands) - 1, passwords.unfinished)
    while (step := next_step(now)) is not None:
        did, text = await _done(passwords, hands, step, limit_s)
        now = told(now, step, did, text)
    return now


async def _done(passwords: Stored, hands: Sequence[Hand], step: Step, limit_s: float) -> tuple[Did, str]:
    """What became of a step, and what was observed where it was not done."""
    if step.place < 0:
        try:
            passwords.change(step.do)
        except IcccError as error:
            return Did.NOT, str(error)
        return Did.DONE, ""
    hand = hands[step.place]
    try:
        async with asyncio.timeout(limit_s):
            await _act(hand, step)
    except TimeoutError:
        return Did.LOST, f"{hand.name}: {step.do} was not done within {limit_s:g} s"
    except LoginRefused as error:
        return Did.REFUSED, str(error)
    except DeviceError as error:
        # A connection that was never made carried nothing; any other silence may follow on what arrived.
        return Did.LOST if error.reason is Reason.NO_ANSWER else Did.NOT, str(error)
    except IcccError as error:  # of the store, before it was sent
        return Did.NOT, str(error)
    except Exception as error:  # noqa: BLE001  what is paused and changed by now is taken back all the same
        return Did.LOST, str(stumbled(hand.name, error))
    return Did.DONE, ""


async def _act(hand: Hand, step: Step) -> None:
    if step.do is Do.CHECK:
        await hand.check()
    elif step.do is Do.PAUSE:
        await hand.pause()
    elif step.do is Do.WRITE:
        await hand.write(step.which)
    else:
        await hand.prove(step.which)
