"""Secrets as a type: they print as ``***`` everywhere, so no log, plan, report or traceback can show one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

SSH_KEY = "hosts/ssh_key"  # the private key that iccc logs in to Debian servers with, in OpenSSH's form
# What the certificates of Debian servers follow from, as (device, user) of a managed password.
TLS_SECRET = ("servers", "ca")
ALERTS_SECRET = ("servers", "alerts")  # the password of `alerts.user` in servers.yaml; likewise
OWN_USER = "iccc"  # the administrator that iccc has on every device with users; declared by that name
STREAM_USER = "recorder"  # the user of cameras that recorders, and whoever looks at a stream, log in with


def device_secret(device: str, user: str) -> str:
    """The name of the managed password of ``user`` on ``device``."""
    return f"device/{device}/{user}"


class Secret:
    """A value that only :meth:`reveal` gives. Its repr, str and format are ``***``; equality works."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The value itself, for the wire and the encrypted store only."""
        return self._value

    def __repr__(self) -> str:
        return "***"

    __str__ = __repr__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)


class Known(Secret):
    """A value of a secret's kind that everybody knows, and that may be shown: the community ``public``."""

    __slots__ = ()

    def __repr__(self) -> str:
        return self.reveal()

    __str__ = __repr__


@dataclass(frozen=True)
class Login:
    """A user and its password. ``managed`` is False for what a technician left (the bootstrap login)."""

    user: str
    password: Secret
    managed: bool


@dataclass(frozen=True)
class Community:
    """How SNMP v1 or v2c is spoken with an agent."""

    version: Literal["1", "2c"]
    name: Secret


@dataclass(frozen=True)
class UsmUser:
    """A user of SNMP v3 (RFC 3414), with authentication and privacy: less than both is not spoken."""

    name: str
    auth: Literal["md5", "sha", "sha256", "sha512"]
    auth_password: Secret
    privacy: Literal["des", "aes", "aes256"]
    privacy_password: Secret


SnmpLogin = Community | UsmUser


class Credentials(Protocol):
    """What a session may know of the secret store."""

    def logins(self, device: str) -> list[Login]:
        """The login to try, in a list: one, so that a run costs a device one refusal at most.

        The last proved one; after a refusal and its rest the other one. Empty when an earlier refusal put the device
        into back-off, or nothing is stored.
        """
        ...

    def proved(self, device: str, login: Login) -> None:
        """The device accepted this login."""
        ...

    def refused(self, device: str, login: Login | None = None) -> None:
        """The device refused every login tried in this run, ``login`` last; starts or extends the back-off."""
        ...

    def back_off_until(self, device: str) -> datetime | None:
        """When the device may be tried again (UTC); None if it may be now."""
        ...

    def password(self, device: str, user: str) -> Secret | None:
        """The managed password of ``user`` on ``device``; None if none was generated yet."""
        ...

    def ssh_key(self) -> Secret | None:
        """The private key for Debian servers; None when none is stored."""
        ...

    def ensure(self, users: list[tuple[str, str]]) -> None:
        """Generate and durably store the missing managed passwords of these (device, user) pairs.

        Called before the first Set of a run: a crash between device and store then loses no password.
        """
        ...

    def snmp(self, device: str, write: bool = False) -> SnmpLogin | None:
        """The community or the user to read or write with; None when it, or a part of it, is not stored."""
        ...


class TriedFirst:
    """Credentials with a login that is tried first; of the others one stays, so that no run locks a device.

    ``accepted`` tells whether a device took it.
    """

    def __init__(self, others: Credentials, login: Login) -> None:
        self._others = others
        self._login = login
        self.accepted = False

    def logins(self, device: str) -> list[Login]:
        others = self._others.logins(device)
        left = [one for one in others if (one.user, one.password) != (self._login.user, self._login.password)]
        return [self._login, *left[:1]] if others else []

    def proved(self, device: str, login: Login) -> None:
        self.accepted = self.accepted or login == self._login
        self._others.proved(device, login)

    def refused(self, device: str, login: Login | None = None) -> None:
        self._others.refused(device, login)

    def back_off_until(self, device: str) -> datetime | None:
        return self._others.back_off_until(device)

    def password(self, device: str, user: str) -> Secret | None:
        return self._others.password(device, user)

    def ssh_key(self) -> Secret | None:
        return self._others.ssh_key()

    def ensure(self, users: list[tuple[str, str]]) -> None:
        self._others.ensure(users)

    def snmp(self, device: str, write: bool = False) -> SnmpLogin | None:
        return self._others.snmp(device, write)


class Alone(TriedFirst):
    """Credentials with one login for a device: no other is tried there, whatever it says."""

    def logins(self, device: str) -> list[Login]:
        return super().logins(device)[:1]


class SpokenAs(TriedFirst):
    """Credentials with which SNMP is spoken as one user."""

    def __init__(self, others: Credentials, spoken: SnmpLogin) -> None:
        super().__init__(others, Login("", Secret(""), managed=False))
        self._spoken = spoken

    def logins(self, device: str) -> list[Login]:
        return self._others.logins(device)

    def snmp(self, device: str, write: bool = False) -> SnmpLogin | None:  # noqa: ARG002
        return self._spoken


class OneOfTwo(TriedFirst):
    """Credentials while the password of our own user on ``device`` is changed: of two, either may be in force.

    The likely one is tried first, then the other, and from then on the accepted one alone: one refusal at most.
    Where another user logs in, nothing is different.
    """

    def __init__(self, others: Credentials, likely: Login, other: Login) -> None:
        super().__init__(others, likely)
        self._two = [likely, other]

    def likely(self, password: Secret) -> None:
        """This one is about to be sent: it is tried first from now on."""
        self._two.sort(key=lambda one: one.password != password)
        self.accepted = False

    def has(self, password: Secret) -> bool:
        """Whether the device has accepted this one last."""
        return self.accepted and self._two[0].password == password

    def logins(self, device: str) -> list[Login]:
        usual = self._others.logins(device)
        if not usual or not usual[0].managed or usual[0].user != self._two[0].user:
            return usual
        return self._two[:1] if self.accepted else list(self._two)

    def proved(self, device: str, login: Login) -> None:
        if login in self._two:
            self._two.sort(key=lambda one: one != login)
            self.accepted = True
        self._others.proved(device, login)


def not_tried(credentials: Credentials, device: str) -> str:
    """Why no login is tried on the device: which of the two it is."""
    until = credentials.back_off_until(device)
    if until is None:
        return "not tried: no login is stored for it"
    return f"not tried: it refused the login, and rests until {until:%Y-%m-%d %H:%M} UTC"


def rests(credentials: Credentials, device: str) -> str:
    """``; it rests until 2026-11-30 07:41 UTC``, to follow what is said of a refusal; empty when it does not."""
    until = credentials.back_off_until(device)
    return "" if until is None else f"; it rests until {until:%Y-%m-%d %H:%M} UTC"
