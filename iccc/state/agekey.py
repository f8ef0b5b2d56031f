"""The age key (X25519) that opens a city's secrets.

It comes from ``ICCC_AGE_KEY`` (the key itself), else the file that ``ICCC_AGE_KEY_FILE`` names, else ``age.key`` in
the city's state folder. The files may hold comments, as ``age-keygen`` writes them.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pyrage
from pyrage.x25519 import Identity

from iccc.errors import StateError
from iccc.state.files import create_durably, make_folder

KEY_FILE = "age.key"
ENV_KEY = "ICCC_AGE_KEY"
ENV_KEY_FILE = "ICCC_AGE_KEY_FILE"


def load_key(folder: Path, environment: Mapping[str, str]) -> Identity:
    """The key of the city whose state is in ``folder``; StateError if there is none, or it is open to others."""
    if text := environment.get(ENV_KEY):
        return _parse(text, ENV_KEY)
    if given := environment.get(ENV_KEY_FILE):
        return _parse(_text(Path(given)), given)
    path = folder / KEY_FILE
    if not path.exists():
        live = " --live" if folder.parent.name == "live" else ""
        raise StateError(
            f"no key for the secrets of {folder.name}: set {ENV_KEY} or {ENV_KEY_FILE},"
            f" or make one with `iccc secret {folder.name} init{live}`"
        )
    if path.stat().st_mode & 0o077:
        raise StateError(f"{path} can be read by others: chmod 600 it")
    return _parse(_text(path), str(path))


def key_from_environment(environment: Mapping[str, str]) -> bool:
    """Whether the key is given by the environment."""
    return bool(environment.get(ENV_KEY) or environment.get(ENV_KEY_FILE))


def create_key(folder: Path) -> str:
    """Make ``age.key`` in ``folder`` (`iccc secret CITY init`); its public half. StateError if there is one already."""
    key = Identity.generate()
    try:
        create_durably(make_folder(folder) / KEY_FILE, key_text(key))
    except FileExistsError:
        raise StateError(f"{folder / KEY_FILE} exists: a new key could not open what is stored") from None
    return str(key.to_public())


def key_text(key: Identity) -> bytes:
    """The content of a key file, as ``age-keygen`` writes it."""
    return f"# public key: {key.to_public()}\n{key}\n".encode()


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as error:
        raise StateError(f"{path}: {type(error).__name__}: cannot be read as a key") from None


def _parse(text: str, where: str) -> Identity:
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    if len(lines) == 1:
        try:
            return Identity.from_str(lines[0])
        except pyrage.IdentityError:
            pass
    raise StateError(f"{where} is not an age key like AGE-SECRET-KEY-1…")
