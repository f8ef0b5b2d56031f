"""The secret store of a city: one age-encrypted file, ``state/<target>/<city>/secrets.age``.

Names of secrets: ``bootstrap/<kind>/login`` (user and password that a technician left), ``snmp/ro``, ``snmp/rw``,
``snmp/v3/<user>/auth`` and ``snmp/v3/<user>/privacy``, ``mail/smtp``, ``hosts/ssh_key``, ``device/<device>/<user>``
(managed passwords), ``next/<name>`` (what takes the place of one while it is rotated: until then either may be in
force).
An environment variable wins over the file: ``ICCC_SECRET_SNMP_RO`` for ``snmp/ro``; for a bootstrap login its value is
``user:password``.
"""

from __future__ import annotations

import _thread
import json
import os
import re
import secrets
import string
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import pyrage
from pyrage.x25519 import Identity

from iccc.clock import Clock
from iccc.errors import StateError
from iccc.secrets import Secret, device_secret
from iccc.sessions.dial import Target
from iccc.state.agekey import KEY_FILE, create_key, key_from_environment, key_text, load_key
from iccc.state.files import make_folder, write_durably
from iccc.state.lock import FileLock

FILE_NAME = "secrets.age"
VERSION = 1
ENV_PREFIX = "ICCC_SECRET_"

PASSWORD_LENGTH = 16  # Hikvision takes no more
# No character that a command line, an RTSP URL, XML or a shell would take for its own.
PUNCTUATION = "-._~"
_CLASSES = (string.ascii_uppercase, string.ascii_lowercase, string.digits, PUNCTUATION)


@dataclass(frozen=True)
class Entry:
    """One stored secret. ``user`` only for a bootstrap login."""

    value: Secret
    user: str | None = None


class SecretFile:
    """The secrets of a city. The file is decrypted once, at the first need; nothing but a change writes it.

    The first change takes the lock of the file and keeps it until :meth:`close`: a second writer gets a StateError
    that names this one. Readers need no lock, for the file is replaced in one step.
    """

    def __init__(
        self,
        folder: Path,
        target: Target,
        clock: Clock,
        command: str = "iccc",
        environment: Mapping[str, str] = os.environ,
    ) -> None:
        self._folder = folder
        self._path = folder / FILE_NAME
        self._target = target
        self._clock = clock
        self._command = command
        self._environment = environment
        self._lock = FileLock(folder / "secrets.lock", f"{folder.name}: secrets")
        self._one = _thread.RLock()  # a native one, see iccc.state.store
        self._entries: dict[str, Entry] | None = None

    def get(self, name: str) -> Entry | None:
        """The secret of that name, from the environment or the file; None if there is none."""
        given = self._environment.get(env_name(name))
        if given is not None:
            return _entry_from_environment(name, given)
        return self._read().get(name)

    def set(self, name: str, value: Secret, user: str | None = None) -> None:
        """Store a secret durably."""
        _check_name(name, user)
        with self._changing() as entries:
            entries[name] = Entry(value, user)

    def remove(self, name: str) -> bool:
        """Remove a secret durably; False if it was not stored."""
        with self._changing() as entries:
            return entries.pop(name, None) is not None

    def names(self) -> list[str]:
        """The names of what is stored."""
        return sorted(self._read())

    def ensure(self, users: list[tuple[str, str]]) -> None:
        """Generate the missing managed passwords of these (device, user) pairs in one durable write."""
        wanted = [device_secret(device, user) for device, user in users]
        if all(self.get(name) for name in wanted):
            return
        with self._changing() as entries:
            for name in wanted:
                if name not in entries and env_name(name) not in self._environment:
                    entries[name] = Entry(generate_password())

    def following(self, name: str) -> Secret | None:
        """What shall take the place of a secret that is being rotated; None when it is not."""
        entry = self._read().get(next_secret(name))
        return entry.value if entry else None

    def prepare(self, names: Sequence[str]) -> None:
        """Give each of these secrets a next one beside it, in one durable write; one that it has already stays.

        StateError for one that is not stored, or comes from the environment, where nothing can take its place.
        """
        for name in names:
            if env_name(name) in self._environment:
                raise StateError(f"{name} comes from {env_name(name)}: it cannot be rotated here")
            if name not in self._read():
                raise StateError(f"{name} is not stored: there is nothing to rotate")
        if all(self.following(name) for name in names):
            return
        with self._changing() as entries:
            for name in names:
                entries.setdefault(next_secret(name), Entry(generate_password()))

    def promote(self, names: Sequence[str]) -> None:
        """The next ones are in force everywhere: in one durable write each takes the place of the old one."""
        with self._changing() as entries:
            for name in names:
                if (entry := entries.pop(next_secret(name), None)) is not None:
                    entries[name] = entry

    def drop_next(self, names: Sequence[str]) -> None:
        """The old ones are in force everywhere: forget the next ones durably."""
        with self._changing() as entries:
            for name in names:
                entries.pop(next_secret(name), None)

    def seal(self, data: bytes) -> bytes:
        """``data`` encrypted for the city's key. StateError if there is no key."""
        sealed: bytes = pyrage.encrypt(data, [self._key_for_writing().to_public()])
        return sealed

    def unseal(self, sealed: bytes) -> bytes:
        """What :meth:`seal` was given. ValueError for anything else, StateError if there is no key."""
        return _opened(sealed, load_key(self._folder, self._environment))

    def rotate_key(self) -> str:
        """Encrypt the file for a new key, and save that; its public half. A crash at any moment leaves both matching.

        Sealed files below ``backups/`` go with it.

        StateError if the key comes from the environment, for then it cannot be saved here.
        """
        if key_from_environment(self._environment):
            raise StateError("the key comes from the environment; unset it and use a key file to rotate")
        with self._one:
            self._take_lock()
            entries = self._decrypt()
            old, new = load_key(self._folder, self._environment), Identity.generate()
            sealed = sorted(self._folder.glob("backups/*/*.age"))
            _reseal(sealed, old, old, new)
            self._write(entries, old, new)
            write_durably(self._folder / KEY_FILE, key_text(new))
            self._write(entries, new)
            _reseal(sealed, new, new)
            self._entries = entries
        return str(new.to_public())

    def close(self) -> None:
        """Let others write."""
        self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _read(self) -> dict[str, Entry]:
        with self._one:
            if self._entries is None:
                self._entries = self._decrypt()
            return self._entries

    @contextmanager
    def _changing(self) -> Iterator[dict[str, Entry]]:
        """A copy of the entries to change; it is written, and becomes what is known, if it was changed."""
        with self._one:
            if self._take_lock():
                self._entries = self._decrypt()  # another process may have written since it was read
            known = self._read()
            entries = dict(known)
            yield entries
            if entries != known:
                self._write(entries, self._key_for_writing())
                self._entries = entries

    def _take_lock(self) -> bool:
        """Whether the lock was taken just now."""
        if self._lock.held:
            return False
        self._lock.acquire(self._command, self._clock)
        return True

    def _key_for_writing(self) -> Identity:
        """The city's key. In the lab it is made when it is first needed; nothing secret hangs on it there."""
        first = not self._path.exists() and not (self._folder / KEY_FILE).exists()
        if first and self._target is not Target.LIVE and not key_from_environment(self._environment):
            create_key(self._folder)
        return load_key(self._folder, self._environment)

    def _decrypt(self) -> dict[str, Entry]:
        if not self._path.exists():
            return {}
        key = load_key(self._folder, self._environment)
        try:
            text = pyrage.decrypt(self._path.read_bytes(), [key])
        except (OSError, pyrage.DecryptError) as error:
            raise StateError(f"{self._path}: {error}") from None
        return _parse(text, self._path)

    def _write(self, entries: Mapping[str, Entry], *keys: Identity) -> None:
        data = {
            "version": VERSION,
            "secrets": {name: {"value": e.value.reveal(), "user": e.user} for name, e in sorted(entries.items())},
        }
        recipients = [key.to_public() for key in keys]
        make_folder(self._folder)
        write_durably(self._path, pyrage.encrypt(json.dumps(data).encode(), recipients))


def _opened(sealed: bytes, key: Identity) -> bytes:
    try:
        data: bytes = pyrage.decrypt(sealed, [key])
    except pyrage.DecryptError:
        raise ValueError("not sealed with this key") from None
    return data


def _reseal(paths: list[Path], opener: Identity, *keys: Identity) -> None:
    """Encrypt files anew for ``keys``; one that ``opener`` does not open was lost before, and stays as it is."""
    for path in paths:
        try:
            data = _opened(path.read_bytes(), opener)
        except (ValueError, OSError):
            continue
        write_durably(path, pyrage.encrypt(data, [key.to_public() for key in keys]))


def snmp_secrets(user: str) -> list[str]:
    """The names of the two passwords of a user of SNMP v3."""
    return [f"snmp/v3/{user}/auth", f"snmp/v3/{user}/privacy"]


def next_secret(name: str) -> str:
    """The name of what takes the place of a secret that is being rotated."""
    return f"next/{name}"


def env_name(name: str) -> str:
    """The environment variable that overrides a secret: ``snmp/ro`` is ``ICCC_SECRET_SNMP_RO``."""
    return ENV_PREFIX + re.sub(r"[^A-Z0-9]", "_", name.upper())


def generate_password() -> Secret:
    """A password with a letter first and each class of characters in it, from the system's random source."""
    alphabet = "".join(_CLASSES)
    while True:
        text = "".join(secrets.choice(alphabet) for _ in range(PASSWORD_LENGTH))
        if text[0].isalpha() and all(set(text) & set(kind) for kind in _CLASSES):
            return Secret(text)


def _entry_from_environment(name: str, given: str) -> Entry:
    if not name.startswith("bootstrap/"):
        return Entry(Secret(given))
    user, colon, password = given.partition(":")
    if not colon or not user:
        raise StateError(f"{env_name(name)} must be user:password")
    return Entry(Secret(password), user)


def _check_name(name: str, user: str | None) -> None:
    if not re.fullmatch(
        r"bootstrap/[\w.-]+/login|snmp/r[ow]|snmp/v3/[\w.-]{1,32}/(auth|privacy)|mail/smtp|hosts/ssh_key|device/[\w.-]+/[\w.@-]+",
        name,
    ):
        raise StateError(
            f"{name!r} is no name of a secret; there are bootstrap/<kind>/login, snmp/ro, snmp/rw, "
            "snmp/v3/<user>/auth, snmp/v3/<user>/privacy, mail/smtp, hosts/ssh_key, device/<name>/<user>"
        )
    if name.startswith("bootstrap/") != (user is not None):
        raise StateError(f"{name}: a bootstrap login has a user, and nothing else has one")


def _parse(text: bytes, path: Path) -> dict[str, Entry]:
    """The decrypted file. The errors name its place only: what json says would quote it."""
    try:
        data = json.loads(text)
        version = data["version"]
        entries = {name: Entry(Secret(e["value"]), e["user"]) for name, e in data["secrets"].items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        entries, version = {}, None
    if version != VERSION:
        raise StateError(f"{path}: version {version}; this iccc reads version {VERSION}")
    return entries
