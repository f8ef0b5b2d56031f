"""The password of one user on a camera or recorder, over ONVIF."""

from __future__ import annotations

import asyncio

from iccc.errors import DeviceError, Reason
from iccc.onvif.state import Password, UserLevel
from iccc.onvif.users import log_in, set_password
from iccc.rotate.carry import LoginRefused, Passwords
from iccc.rotate.steps import Which
from iccc.secrets import Login
from iccc.sessions.onvif import OnvifSession, refuse_unwritten


class DeviceHand:
    """On an open session. The user that it is logged in as may be the one whose password is changed."""

    def __init__(self, session: OnvifSession, passwords: Passwords, level: UserLevel | None) -> None:
        self.name = session.device.name
        self.proof = ""
        self._session = session
        self._passwords = passwords
        self._level = level  # None: the device has no such user

    @property
    def _own(self) -> bool:
        return self._session.login is not None and self._session.login.user == self._passwords.user

    def rest(self) -> None:
        """Raises DeviceError while a user rests whom the device has refused: no login of it is tried, nothing is sent.

        What was refused may have been the other one of two passwords: the one that is likely now is tried.
        """
        known = {} if self._own else self._session.context([self._passwords.user]).known
        other = self._passwords.unfinished and self._passwords.next_is_likely
        if known.get(self._passwords.user) is Password.REFUSED and not other:
            text = f"it has refused the stored password of {self._passwords.user} lately: not tried again so soon"
            raise DeviceError(Reason.BACK_OFF, self._session.where("login"), text)

    async def check(self) -> None:
        if self._level is None:
            text = f"there is no user {self._passwords.user} on it: iccc deploy makes it"
            raise DeviceError(Reason.UNSUPPORTED, self._session.where("GetUsers"), text)
        if self._own:  # the session was opened with it
            return
        await self._log_in(Which.OLD)

    async def pause(self) -> None:
        """A device holds nobody's password but its own."""

    async def write(self, which: Which) -> None:
        refuse_unwritten(self._session.device, self._session.where("SetUser"))
        self._passwords.about_to_send(which)
        self._session.hang_up()  # what is sent into a connection that the device has just closed is lost
        call = set_password(self._passwords.user, self._level or UserLevel.USER, self._passwords.of(which))
        before = self._session.refusals
        try:
            await self._session.run(call)
        except DeviceError as error:
            if self._session.refusals == before:
                raise
            # Signed as the own user, whose password is another one by now.
            if self._session.login is not None:
                self._session.reach.credentials.refused(self.name, self._session.login)
            raise LoginRefused(error.reason, error.where, error.observed) from None

    async def prove(self, which: Which) -> None:
        await asyncio.sleep(self._session.reach.timeouts.password_s)
        self._session.hang_up()
        await self._log_in(which)

    async def _log_in(self, which: Which) -> None:
        user, own = self._passwords.user, self._own
        self._session.forget_login(user)
        try:
            await self._session.run(log_in(Login(user, self._passwords.of(which), managed=True), adopt=own))
        except DeviceError as error:
            if error.reason is not Reason.UNAUTHORISED:
                raise
            text = f"it refuses the {which} password of {user}: {error.observed}"
            raise LoginRefused(error.reason, self._session.where("login"), text) from None
