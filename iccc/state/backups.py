"""Configurations as they were before a change: ``backups/<device>/<time>.cfg`` in the state folder, secrets masked."""

from __future__ import annotations

import hashlib
from pathlib import Path

from iccc.clock import Clock
from iccc.state.files import make_folder, write_durably


class Backups:
    """The backups of a city. A configuration that is the newest one already is not written again."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._folder = folder / "backups"
        self._clock = clock

    def keep(self, device: str, text: str) -> None:
        """Keep ``text``, durably, before anything is sent to the device. StateError when it cannot be kept."""
        folder = make_folder(self._folder / device)
        newest = max(folder.glob("*.cfg"), default=None)
        if newest is not None and _digest(newest.read_bytes()) == _digest(text.encode()):
            return
        at = self._clock.now().strftime("%Y%m%dT%H%M%S.%fZ")
        write_durably(folder / f"{at}.cfg", text.encode())


def _digest(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()
