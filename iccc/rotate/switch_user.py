"""The password of one local user on a switch, over its command line."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from iccc.city.devices import Switch
from iccc.errors import DeviceError, Reason
from iccc.rotate.carry import Passwords
from iccc.rotate.steps import Which
from iccc.secrets import Login, OneOfTwo
from iccc.sessions.reach import USERS_REFUSED, Reach
from iccc.switch import pending
from iccc.switch.passwords import log_in, set_password
from iccc.writing import Writing

USER_REST = timedelta(minutes=30)  # after a refused login: a switch may block whoever goes on trying


class SwitchHand:
    """Our session may be of the user whose password is changed: then both are at hand for it."""

    def __init__(self, switch: Switch, passwords: Passwords, reach: Reach, writing: Writing) -> None:
        self.name = switch.name
        self.proof = ""
        self._switch = switch
        self._passwords = passwords
        self._writing = writing
        self._two: OneOfTwo | None = None
        self._plain = reach
        self._own = any(
            login.managed and login.user == passwords.user for login in reach.credentials.logins(switch.name)
        )

    @property
    def reach(self) -> Reach:
        """With the credentials that fit to what may be in force."""
        if not self._own or not self._passwords.unfinished:
            return self._plain
        if self._two is None:
            likely = Which.NEXT if self._passwords.next_is_likely else Which.OLD
            other = Which.OLD if likely is Which.NEXT else Which.NEXT
            self._two = OneOfTwo(self._plain.credentials, self._login(likely), self._login(other))
        return replace(self._plain, credentials=self._two)

    async def bring_back(self) -> None:
        """What a killed run has left unconfirmed the switch takes back: most likely it has the old password then."""
        noted = self._plain.learned.get(self.name, pending.KEY) is not None
        reach = self.reach
        await pending.bring_back([self._switch], reach, lambda _text: None)
        if noted and self._passwords.unfinished:
            self._passwords.about_to_send(Which.OLD)
            if self._two is not None:
                self._two.likely(self._passwords.of(Which.OLD))

    async def check(self) -> None:
        refused: dict[str, str] = self._plain.learned.get(self.name, USERS_REFUSED) or {}
        at = refused.get(self._passwords.user)
        if at is not None and datetime.fromisoformat(at) > self._plain.clock.now() - USER_REST:
            text = f"it has refused the stored password of {self._passwords.user} lately: not tried again so soon"
            raise DeviceError(Reason.BACK_OFF, f"{self.name} {self._switch.address}", text)
        await self._log_in(Which.OLD)

    async def pause(self) -> None:
        """A switch holds nobody's password but its own."""

    async def write(self, which: Which) -> None:
        def sending() -> None:
            self._passwords.about_to_send(which)
            if self._two is not None:
                self._two.likely(self._passwords.of(which))

        user, secret = self._passwords.user, self._passwords.of(which)
        await set_password(
            self._switch, user, secret, self.reach, self._writing, sending, lambda: self._prove_new_login(which)
        )

    async def prove(self, which: Which) -> None:
        await self._log_in(which)

    async def _prove_new_login(self, which: Which) -> None:
        """Of our own user the new session was one already; if that took the other password, this one was refused."""
        if self._two is None:
            await self._log_in(which)
        elif not self._two.has(self._passwords.of(which)):
            text = f"it refuses the {which} password of {self._passwords.user}"
            raise DeviceError(Reason.UNAUTHORISED, f"{self.name} {self._switch.address}", text)

    async def _log_in(self, which: Which) -> None:
        user = self._passwords.user
        refused: dict[str, str] = {
            name: at for name, at in (self._plain.learned.get(self.name, USERS_REFUSED) or {}).items() if name != user
        }
        try:
            await log_in(self._switch, user, self._passwords.of(which), self.reach)
        except DeviceError as error:
            if error.reason is Reason.UNAUTHORISED:
                at = {user: self._plain.clock.now().isoformat()}
                self._plain.learned.put(self.name, USERS_REFUSED, refused | at)
                text = f"it refuses the {which} password of {user}"
                raise DeviceError(error.reason, error.where, text) from None
            raise
        self._plain.learned.put(self.name, USERS_REFUSED, refused or None)

    def _login(self, which: Which) -> Login:
        return Login(self._passwords.user, self._passwords.of(which), managed=True)
