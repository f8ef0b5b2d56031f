"""Enrolled identities of devices: SSH host keys, TLS pins and units, in the state store of the city.

A device is enrolled once, by an explicit act; a camera's or recorder's unit by the first deploy that writes to it. From
then on a session gives no credentials to anything that shows another key. All are read as the store is opened; hold the
city's lock to change them.
"""

from __future__ import annotations

import base64
import binascii
import json
import logging
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from dataclasses import replace as replaced
from datetime import datetime
from typing import Any

from iccc.errors import StateError, UsageError
from iccc.state.log import NOTHING_SAID, Act, ActLog, Why, os_user
from iccc.state.store import Store, iso

COMMAND = "enrol"

_logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Enrolled:
    """One identity: the key or pin itself, who enrolled it, and when (ISO, UTC)."""

    value: str
    by: str
    at: str


@dataclass(frozen=True)
class Identity:
    """What is enrolled of one device."""

    host_key: Enrolled | None = None
    tls_pin: Enrolled | None = None
    serial: Enrolled | None = None
    mac: Enrolled | None = None


class TrustStore:
    """Implements :class:`iccc.sessions.reach.Trust` on ``store``. Every change is logged with it, or not made."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._log = ActLog(store)
        self._identities = _load(store)

    def host_key(self, device: str) -> str | None:
        """The enrolled SSH host key, ``"ssh-ed25519 AAAA…"``, or None when none was enrolled."""
        key = self.identity(device).host_key
        return key.value if key else None

    def tls_pin(self, device: str) -> str | None:
        """The enrolled certificate's SHA-256, lower-case hex, or None."""
        pin = self.identity(device).tls_pin
        return pin.value if pin else None

    def serial(self, device: str) -> str | None:
        """The serial number of the enrolled unit, or None."""
        serial = self.identity(device).serial
        return serial.value if serial else None

    def mac(self, device: str) -> str | None:
        """The hardware address of the enrolled unit, lower case with colons, or None."""
        mac = self.identity(device).mac
        return mac.value if mac else None

    def identity(self, device: str) -> Identity:
        """What is enrolled of ``device``; empty if nothing is."""
        return self._identities.get(device, Identity())

    def all(self) -> dict[str, Identity]:
        """What is enrolled, by device name."""
        return dict(sorted(self._identities.items()))

    def enrol_host_key(self, device: str, key: str, by: str, at: datetime, replace: bool = False) -> bool:
        """Enrol an SSH host key; False if just this one was enrolled before.

        UsageError if it is no host key, or if another one is enrolled and ``replace`` is not given.
        """
        return bool(self.enrol_host_keys({device: key}, by, at, replace))

    def enrol_host_keys(self, keys: Mapping[str, str], by: str, at: datetime, replace: bool = False) -> int:
        """Enrol many SSH host keys in one write, all or none; how many were new. Errors as :meth:`enrol_host_key`."""
        values = {device: _host_key(key) for device, key in keys.items()}
        olds = {device: self.identity(device).host_key for device in keys}
        acts = _acts("SSH host key", values, olds, replace)
        new = {d: replaced(self.identity(d), host_key=Enrolled(values[d], by, iso(at))) for d in acts}
        self._put(new, acts, by, at)
        return len(acts)

    def enrol_tls_pin(self, device: str, pin: str, by: str, at: datetime, replace: bool = False) -> bool:
        """Enrol the SHA-256 of a certificate, in hex with or without colons; as :meth:`enrol_host_key`."""
        return bool(self.enrol_tls_pins({device: pin}, by, at, replace))

    def enrol_tls_pins(self, pins: Mapping[str, str], by: str, at: datetime, replace: bool = False) -> int:
        """Enrol many pins in one write, all or none; how many were new. Errors as :meth:`enrol_host_key`."""
        values = {device: _tls_pin(device, pin) for device, pin in pins.items()}
        acts = _acts("TLS pin", values, {device: self.identity(device).tls_pin for device in pins}, replace)
        new = {d: replaced(self.identity(d), tls_pin=Enrolled(values[d], by, iso(at))) for d in acts}
        self._put(new, acts, by, at)
        return len(acts)

    def tls_proved(self, device: str, pin: str, at: datetime) -> None:
        """Enrol a certificate that the device told in a session of ours, once a login over HTTPS has found it there."""
        self.enrol_tls_pin(device, pin, os_user(), at)

    def forget_tls_pins(self, devices: Iterable[str], by: str, at: datetime) -> int:
        """Forget the pins of devices that are as a technician leaves them: HTTPS is not proved there; how many."""
        known = [name for name in devices if self.identity(name).tls_pin is not None]
        self._put({name: replaced(self.identity(name), tls_pin=None) for name in known},
                  dict.fromkeys(known, "TLS pin forgotten"), by, at)  # fmt: skip
        return len(known)

    def enrol_units(
        self, units: Mapping[str, tuple[str, str | None]], by: str, at: datetime, replace: bool = False
    ) -> int:
        """Enrol (serial number, hardware address) of many devices in one write; how many were new or other ones.

        UsageError, and nothing is written, if another unit is enrolled and ``replace`` is not given. What is not told
        ("", None) leaves what is enrolled.
        """
        serials = {device: serial for device, (serial, _) in units.items() if serial}
        macs = {device: mac for device, (_, mac) in units.items() if mac}
        olds = {device: self.identity(device) for device in units}
        acts = _acts("hardware address", macs, {d: olds[d].mac for d in macs}, replace)
        acts |= _acts("serial number", serials, {d: olds[d].serial for d in serials}, replace)
        new = {}
        for device in acts:
            serial = Enrolled(serials[device], by, iso(at)) if device in serials else olds[device].serial
            mac = Enrolled(macs[device], by, iso(at)) if device in macs else olds[device].mac
            new[device] = replaced(olds[device], serial=serial, mac=mac)
        self._put(new, acts, by, at)
        return len(acts)

    def remove(self, device: str, by: str, at: datetime, why: Why = NOTHING_SAID) -> bool:
        """Forget the device, for it was replaced or taken down; False if it was not enrolled."""
        if device not in self._identities:
            return False
        with self._store.transaction(durable=True):
            self._log.append(Act(at, by, COMMAND, device, "identity removed", why))
            self._store.execute("DELETE FROM trust WHERE device = ?", (device,))
        del self._identities[device]
        return True

    def _put(self, identities: Mapping[str, Identity], acts: Mapping[str, str], by: str, at: datetime) -> None:
        """Log the acts and do them, all or none."""
        if not acts:
            return
        rows = [(device, json.dumps(asdict(identity))) for device, identity in identities.items()]
        with self._store.transaction(durable=True):
            for device, act in acts.items():
                self._log.append(Act(at, by, COMMAND, device, act))
            self._store.execute_many(
                "INSERT INTO trust VALUES (?, ?) ON CONFLICT DO UPDATE SET identity = excluded.identity", rows
            )
        self._identities |= identities


def _acts(what: str, values: Mapping[str, str], olds: Mapping[str, Enrolled | None], replace: bool) -> dict[str, str]:
    """What is to be logged, by the devices whose identity changes; UsageError if one may not change."""
    acts: dict[str, str] = {}
    for device, value in values.items():
        old = olds[device]
        if old is None:
            acts[device] = f"{what} enrolled: {short(value)}"
        elif old.value != value:
            if not replace:
                raise UsageError(
                    f"{device}: another {what} is enrolled ({short(old.value)}, by {old.by}, {old.at});"
                    f" the device shows {short(value)}; to accept it, enrol with --replace"
                )
            acts[device] = f"{what} replaced: {short(old.value)} by {short(value)}"
            _logger.warning("%s: %s", device, acts[device])
    return acts


def _load(store: Store) -> dict[str, Identity]:
    """What cannot be understood is an error: without it a changed key would pass as a first contact."""
    before = store.path.with_name("trust.json")
    if before.exists():
        raise StateError(f"{before}: enrolled identities are kept in {store.path.name} now: remove it, then iccc enrol")
    found = {}
    for device, text in store.execute("SELECT device, identity FROM trust"):
        try:
            data = json.loads(text)
            found[device] = Identity(*(_enrolled(data.get(field.name)) for field in fields(Identity)))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            told = f"what is enrolled of {device} is not understood ({type(error).__name__}: {error})"
            raise StateError(f"{store.path}: {told}") from None
    return found


def _enrolled(entry: dict[str, Any] | None) -> Enrolled | None:
    return None if entry is None else Enrolled(str(entry["value"]), str(entry["by"]), str(entry["at"]))


def _host_key(text: str) -> str:
    """``type base64`` without its comment; the type inside the key must be the one before it."""
    parts = text.split()
    try:
        blob = base64.b64decode(parts[1], validate=True)
        if blob[4 : 4 + int.from_bytes(blob[:4], "big")].decode("ascii") == parts[0]:
            return f"{parts[0]} {parts[1]}"
    except (IndexError, binascii.Error, UnicodeDecodeError):
        pass
    raise UsageError(f"{text[:80]!r} is not an SSH host key like 'ssh-ed25519 AAAA…'")


def _tls_pin(device: str, text: str) -> str:
    value = text.replace(":", "").lower()
    if not re.fullmatch(r"[0-9a-f]{64}", value):
        raise UsageError(f"{device}: {text[:80]!r} is not the SHA-256 of a certificate")
    return value


def short(value: str) -> str:
    """A key or pin as people compare it."""
    return f"{value.split()[0]} …{value[-12:]}" if " " in value else f"{value[:16]}…"
