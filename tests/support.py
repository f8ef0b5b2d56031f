"""What tests of several kinds need: the stores of a run in memory, and a Reach made of them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Literal

from iccc.clock import FixedClock
from iccc.secrets import Community, Login, Secret, SnmpLogin, UsmUser
from iccc.sessions.dial import Dial, Target
from iccc.sessions.reach import Reach
from iccc.settings import Limits, SnmpReader, Timeouts

READER = SnmpReader(os.environ.get("ICCC_SNMP_READER", "gufo"))  # `make test-pysnmp` runs without gufo-snmp
NOW = datetime(2025, 7, 31, 6, 30, tzinfo=UTC)


def rows_of(text: str) -> list[str]:
    """The lines of a verification as they are before they are wrapped, with single spaces."""
    return [" ".join(line.split()) for line in text.replace(f"\n{' ' * 9}", " ").splitlines()]


def login(user: str = "admin", password: str = "bootstrap", managed: bool = False) -> Login:
    return Login(user, Secret(password), managed)


@dataclass
class MemoryCredentials:
    """A secret store in memory; ``events`` tells what sessions reported."""

    by_device: dict[str, list[Login]] = field(default_factory=dict)
    default: list[Login] = field(default_factory=lambda: [login()])
    communities: dict[bool, str] = field(default_factory=lambda: {False: "public", True: "private"})
    snmp_version: Literal["1", "2c"] = "2c"
    usm: UsmUser | None = None  # who reads and writes where there is no community
    passwords: dict[tuple[str, str], Secret] = field(default_factory=dict)
    events: list[tuple[str, str]] = field(default_factory=list)
    rests_until: datetime | None = None
    key: Secret | None = None  # to Debian servers

    def logins(self, device: str) -> list[Login]:
        return self.by_device.get(device, self.default)

    def proved(self, device: str, login: Login) -> None:
        self.events.append(("proved", f"{device} {login.user}"))

    def refused(self, device: str, login: Login | None = None) -> None:  # noqa: ARG002
        self.events.append(("refused", device))

    def back_off_until(self, device: str) -> datetime | None:
        return self.rests_until

    def password(self, device: str, user: str) -> Secret | None:
        return self.passwords.get((device, user))

    def ssh_key(self) -> Secret | None:
        return self.key

    def ensure(self, users: list[tuple[str, str]]) -> None:
        for pair in users:
            self.passwords.setdefault(pair, Secret(f"managed-{pair[1]}"))

    def snmp(self, device: str, write: bool = False) -> SnmpLogin | None:
        text = self.communities.get(write)
        return Community(self.snmp_version, Secret(text)) if text else self.usm


@dataclass
class MemoryTrust:
    host_keys: dict[str, str] = field(default_factory=dict)
    tls_pins: dict[str, str] = field(default_factory=dict)
    units: dict[str, tuple[str, str | None]] = field(default_factory=dict)  # serial number and hardware address

    def host_key(self, device: str) -> str | None:
        return self.host_keys.get(device)

    def tls_pin(self, device: str) -> str | None:
        return self.tls_pins.get(device)

    def tls_proved(self, device: str, pin: str, at: datetime) -> None:
        self.tls_pins[device] = pin

    def serial(self, device: str) -> str | None:
        return self.units[device][0] if device in self.units else None

    def mac(self, device: str) -> str | None:
        return self.units[device][1] if device in self.units else None

    def enrol_units(self, units: Mapping[str, tuple[str, str | None]], *_: object) -> int:
        self.units |= units
        return len(units)


@dataclass
class MemoryLearned:
    facts: dict[tuple[str, str], Any] = field(default_factory=dict)

    def get(self, device: str, key: str) -> Any:
        return self.facts.get((device, key))

    def put(self, device: str, key: str, value: Any) -> None:
        self.facts[device, key] = value


def reach(
    credentials: MemoryCredentials | None = None,
    trust: MemoryTrust | None = None,
    learned: MemoryLearned | None = None,
    target: Target = Target.LAB,
    reader: SnmpReader = READER,
    **times: float,
) -> Reach:
    """A Reach on loopback. ``times`` override :class:`~iccc.settings.Timeouts`: ``reach(snmp_s=0.1)``."""
    return Reach(
        dial=Dial(target),
        timeouts=replace(Timeouts(), **times),
        limits=Limits(),
        clock=FixedClock(NOW),
        credentials=credentials or MemoryCredentials(),
        trust=trust or MemoryTrust(),
        learned=learned or MemoryLearned(),
        snmp_reader=reader,
    )
