"""Makes the virtual environments of the peers under ``.venv-peers/``, from pinned files with hashes.

``python -m tests.peers.environments`` makes all of them. ``NAME.in`` says what a peer needs, ``NAME.lock`` is made
from it: ``uv pip compile --universal --python-version 3.11 --generate-hashes --no-header NAME.in -o NAME.lock``.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
PLACE = HERE.parents[1] / ".venv-peers"
NAMES = ("hier_config", "annet", "nornir", "ansible", "onvif_zeep_async")
INSTALL_S = 900  # the package "ansible" has 50 MB and 30,000 files


@dataclass(frozen=True)
class Environment:
    """Where a peer's programs are; with a ``reason``, it could not be made and nothing can be run."""

    name: str
    folder: Path
    reason: str = ""

    @property
    def python(self) -> Path:
        return self.folder / "bin" / "python"


def environment(name: str) -> Environment:
    """The peer's environment. Never raises for a peer."""
    return made_from(HERE / f"{name}.lock", PLACE / name)


def made_from(lock: Path, folder: Path) -> Environment:
    """The environment of a lock file in ``folder``, made when it is not there or the lock file has changed."""
    name = lock.stem
    ready = folder / ".ready"
    wanted = f"{sys.version}\n{hashlib.sha256(lock.read_bytes()).hexdigest()}\n"
    if ready.exists() and ready.read_text(encoding="utf-8") == wanted:
        return Environment(name, folder)
    shutil.rmtree(folder, ignore_errors=True)
    made = Environment(name, folder)
    pip = [sys.executable, "-m", "pip", "--python", str(made.python), "--disable-pip-version-check", "--quiet"]
    reason = _run([sys.executable, "-m", "venv", "--without-pip", str(folder)]) or _run(
        [*pip, "install", "--require-hashes", "--requirement", str(lock)]
    )
    if reason:
        return Environment(name, folder, f"not installed: {reason}")
    ready.write_text(wanted, encoding="utf-8")
    return made


def _run(command: Sequence[str]) -> str:
    """Why the command failed, its last line; "" when it did not."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=INSTALL_S)
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    said = (done.stderr or done.stdout).strip().splitlines()
    return "" if done.returncode == 0 else (said[-1] if said else f"exit code {done.returncode}")


if __name__ == "__main__":
    for made in map(environment, NAMES):
        print(f"{made.name}: {made.reason or made.folder}", flush=True)
