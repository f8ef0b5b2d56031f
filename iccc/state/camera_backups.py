"""Backup files of cameras, as the cameras gave them: sealed with the city's age key, for they may hold passwords.

``backups/<device>/<time>.backup.age`` in the state folder. Inside: a line of JSON that says whose it is, and the file.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from iccc.errors import StateError
from iccc.secrets import Secret
from iccc.state.files import make_folder, write_durably
from iccc.state.secretfile import SecretFile

KEPT = 5  # of a device; older ones are removed
VERSION = 1
ENDING = ".backup.age"


@dataclass(frozen=True)
class Label:
    """Whose backup it is. ``settings``: what was declared of the camera, as it was then (:func:`iccc.compare.managed`).

    ``user`` and ``password`` are the login that held then, and will hold again after a restore.
    """

    device: str
    taken_at: datetime
    manufacturer: str
    model: str
    firmware: str
    serial: str
    settings: Mapping[str, Any]
    user: str
    password: Secret
    managed: bool  # whether the login was iccc's own


class CameraBackups:
    """The sealed backups of a city."""

    def __init__(self, folder: Path, secrets: SecretFile) -> None:
        self._folder = folder / "backups"
        self._secrets = secrets

    def keep(self, label: Label, data: bytes) -> Path:
        """Keep a backup durably, and the ``KEPT`` newest of its device. StateError when it cannot be kept."""
        folder = make_folder(self._folder / label.device)
        path = folder / f"{label.taken_at:%Y%m%dT%H%M%SZ}{ENDING}"
        write_durably(path, self._secrets.seal(_head(label) + b"\n" + data))
        for old in sorted(folder.glob(f"*{ENDING}"))[:-KEPT]:
            old.unlink()
        return path

    def open(self, path: Path) -> tuple[Label, bytes]:
        """A backup and whose it is. StateError for a file that is none, or was sealed with another key."""
        try:
            whole = self._secrets.unseal(path.read_bytes())
        except OSError as error:
            raise StateError(f"{path}: {error.strerror}") from None
        except ValueError:
            raise StateError(f"{path} is no backup that was sealed with this city's key") from None
        head, _, data = whole.partition(b"\n")
        return _label(head, path), data


def _head(label: Label) -> bytes:
    data = {
        "version": VERSION, "device": label.device, "taken_at": label.taken_at.isoformat(),
        "manufacturer": label.manufacturer, "model": label.model, "firmware": label.firmware, "serial": label.serial,
        "settings": label.settings, "user": label.user, "password": label.password.reveal(), "managed": label.managed,
    }  # fmt: skip
    return json.dumps(data, ensure_ascii=False).encode()


def _label(head: bytes, path: Path) -> Label:
    """The errors name the place only: what json says would quote it."""
    try:
        data = json.loads(head)
        if data.pop("version") != VERSION:
            raise ValueError
        taken_at, password = datetime.fromisoformat(data.pop("taken_at")), Secret(data.pop("password"))
        return Label(taken_at=taken_at, password=password, **data)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise StateError(f"{path} is no backup of a camera, or of another version of iccc") from None
