"""Files that are there whole or not at all, whenever the process or the machine stops."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from iccc.errors import StateError

PRIVATE = 0o600
PRIVATE_FOLDER = 0o700


def make_folder(folder: Path) -> Path:
    """The folder, made if it was missing; only its owner may look into it."""
    try:
        folder.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
    except OSError as error:
        raise StateError(f"{folder}: {error.strerror}") from None
    return folder


def write_durably(path: Path, data: bytes) -> None:
    """Replace ``path`` in one step. When this returns, the new content survives a power cut; its mode is 0600."""
    temporary = _written(path, data)
    try:
        temporary.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise StateError(f"{path}: {error.strerror}") from None


def create_durably(path: Path, data: bytes) -> None:
    """Like :func:`write_durably`, but never over an existing file: then FileExistsError."""
    temporary = _written(path, data)
    try:
        os.link(temporary, path)
        _sync_folder(path.parent)
    finally:
        temporary.unlink(missing_ok=True)


def _written(path: Path, data: bytes) -> Path:
    """A file beside ``path`` that holds ``data``, on the disk."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise StateError(f"{path}: {error.strerror}") from None
    return temporary


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
