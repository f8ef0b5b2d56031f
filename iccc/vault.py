"""The secret store as the sessions see it: which login to try on which device, and when not to try at all."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

from iccc.city.snmp import SnmpAccess
from iccc.clock import Clock
from iccc.secrets import SSH_KEY, Community, Login, Secret, SnmpLogin, UsmUser, device_secret
from iccc.sessions.dial import Target
from iccc.sessions.reach import Learned
from iccc.state.secretfile import SecretFile, snmp_secrets
from iccc.state.store import iso

FIRST_BACK_OFF = timedelta(minutes=30)  # how long the common makes lock a user out
LONGEST_BACK_OFF = timedelta(hours=4)

# Keys in Learned.
LOGIN = "login"  # "bootstrap" | "managed": what the device accepted last
REFUSED = "refused"  # {"at": ISO, "times": n, "login": "bootstrap" | "managed" | None}
TAKEN = "rotated"  # [user]: of passwords that are being rotated, where the next one has been sent or was accepted

MANAGED = "managed"
BOOTSTRAP = "bootstrap"


class Vault(SecretFile):
    """Implements :class:`iccc.secrets.Credentials` on a city's secret file.

    ``kinds`` maps each device that may be given credentials to its kind; ``managed_users`` maps a kind to the name of
    our own user there. A kind without one has its bootstrap login only. ``snmp`` says how SNMP is spoken with a device;
    one that is not in it speaks v2c. What devices answered goes to ``learned``, so no answer rewrites the secret file.
    """

    def __init__(
        self,
        folder: Path,
        target: Target,
        clock: Clock,
        kinds: Mapping[str, str],
        managed_users: Mapping[str, str],
        learned: Learned,
        command: str = "iccc",
        environment: Mapping[str, str] = os.environ,
        snmp: Mapping[str, SnmpAccess] = MappingProxyType({}),
    ) -> None:
        super().__init__(folder, target, clock, command, environment)
        self._kinds = kinds
        self._managed_users = managed_users
        self._learned = learned
        self._snmp = snmp

    def logins(self, device: str) -> list[Login]:
        """The login to try; empty during a back-off, or when nothing is stored for the device."""
        if self.back_off_until(device) is not None:
            return []
        bootstrap, managed = self._bootstrap(device), self._managed(device)
        order = [bootstrap, managed]
        if managed is not None and self._learned.get(device, LOGIN) == MANAGED:
            order = [managed]
        known = [login for login in order if login is not None]
        last = (self._learned.get(device, REFUSED) or {}).get("login")
        known.sort(key=lambda login: last == _sort(login))  # after its rest it is the other one's turn
        # Makes of cameras lock a user, or whoever asks, out after few refusals: one in a run.
        return known[:1]

    def proved(self, device: str, login: Login) -> None:
        """The device accepted this login: it comes first from now on, and a back-off ends."""
        self._learned.put(device, LOGIN, _sort(login))
        self._learned.put(device, REFUSED, None)

    def refused(self, device: str, login: Login | None = None) -> None:
        """The device refused every login of this run, ``login`` last: starts the back-off, or doubles it."""
        times = int((self._learned.get(device, REFUSED) or {}).get("times", 0)) + 1
        last = _sort(login) if login else None
        if login is not None and login.managed and self.following(device_secret(device, login.user)) is not None:
            # Of two that may be in force it is the other one's turn, after the rest.
            self.taken(device, login.user, not self.takes_next(device, login.user))
        self._learned.put(device, REFUSED, {"at": iso(self._clock.now()), "times": times, "login": last})

    def back_off_until(self, device: str) -> datetime | None:
        """When the device may be tried again; None if it may be now."""
        refusal: dict[str, Any] | None = self._learned.get(device, REFUSED)
        if refusal is None:
            return None
        doublings = min(int(refusal["times"]) - 1, 10)
        until = datetime.fromisoformat(refusal["at"]) + min(FIRST_BACK_OFF * 2**doublings, LONGEST_BACK_OFF)
        return until if self._clock.now() < until else None

    def clear_back_off(self, device: str) -> None:
        """A person has set things right: try the device at once."""
        self._learned.put(device, REFUSED, None)

    def password(self, device: str, user: str) -> Secret | None:
        """The managed password of ``user`` on ``device``; None if none was generated yet.

        While it is being rotated, the one that the device has most likely.
        """
        entry = self.get(device_secret(device, user))
        if entry is not None and self.takes_next(device, user):
            return self.following(device_secret(device, user)) or entry.value
        return entry.value if entry else None

    def takes_next(self, device: str, user: str) -> bool:
        """Whether the device has most likely the next password of a user that is being rotated."""
        return user in (self._learned.get(device, TAKEN) or [])

    def taken(self, device: str, user: str, next_one: bool) -> None:
        """Note it before a password is sent, and when it turns out otherwise: a killed run is followed by one that
        tries the likely one first."""
        users: list[str] = [name for name in self._learned.get(device, TAKEN) or [] if name != user]
        self._learned.put(device, TAKEN, ([*users, user] if next_one else users) or None)

    def ssh_key(self) -> Secret | None:
        """The private key for Debian servers; None when none is stored."""
        entry = self.get(SSH_KEY)
        return entry.value if entry else None

    def snmp(self, device: str, write: bool = False) -> SnmpLogin | None:
        """The community or the user to read or write with, for the devices that may be given credentials."""
        if device not in self._kinds:
            return None
        access = self._snmp.get(device, SnmpAccess())
        if access.version != "3":
            community = self.get("snmp/rw" if write else "snmp/ro")
            return Community(access.version, community.value) if community else None
        user = access.write_user if write else access.user
        auth, privacy = (self._snmp_password(device, user, name) for name in snmp_secrets(user))
        if not user or auth is None or privacy is None:
            return None
        return UsmUser(user, access.auth, auth, access.privacy, privacy)

    def _snmp_password(self, device: str, user: str, name: str) -> Secret | None:
        """While it is being rotated, the one that the device has most likely."""
        following = self.following(name) if self.takes_next(device, snmp_user_key(user)) else None
        entry = self.get(name)
        return following or (entry.value if entry else None)

    def _bootstrap(self, device: str) -> Login | None:
        kind = self._kinds.get(device)
        entry = self.get(f"bootstrap/{kind}/login") if kind else None
        return Login(entry.user, entry.value, managed=False) if entry and entry.user else None

    def _managed(self, device: str) -> Login | None:
        user = self._managed_users.get(self._kinds.get(device, ""))
        password = self.password(device, user) if user else None
        return Login(user, password, managed=True) if user and password else None


def snmp_user_key(user: str) -> str:
    """A user of SNMP v3 among those whose passwords are being rotated: one of that name may be on the command line."""
    return f"snmp/v3/{user}"


def _sort(login: Login) -> str:
    return MANAGED if login.managed else BOOTSTRAP
