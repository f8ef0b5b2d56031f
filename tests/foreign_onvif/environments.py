"""Makes the environments of the foreign clients and of the foreign server, from pinned files with hashes.

``python -m tests.foreign_onvif.environments`` makes all of them, under ``.venv-foreign/``. Of PyPI's, ``NAME.in`` says
what is needed and ``NAME.lock`` is made from it by ``make lock``; npm's are ``npm/package.json`` and its lock file.
onvif-zeep-async is a peer of the bench too, and has the environment that it has there.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.peers import environments as peers
from tests.peers.environments import Environment, made_from

HERE = Path(__file__).parent
PLACE = HERE.parents[1] / ".venv-foreign"
PYPI = ("onveef", "onvif_python", "onvif_zeep_async")
CLIENTS = (*PYPI, "npm_onvif")
SERVER = "ipycam"
INSTALL_S = 120


def environment(name: str) -> Environment:
    """One of :data:`CLIENTS`, or :data:`SERVER`. Never raises; what could not be installed has a ``reason``."""
    if name in peers.NAMES:
        return peers.environment(name)
    return _npm(name) if name == "npm_onvif" else made_from(HERE / f"{name}.lock", PLACE / name)


def _npm(name: str) -> Environment:
    folder = PLACE / name
    files = [HERE / "npm" / file for file in ("package.json", "package-lock.json")]
    ready = folder / ".ready"
    wanted = "".join(hashlib.sha256(file.read_bytes()).hexdigest() + "\n" for file in files)
    if ready.exists() and ready.read_text(encoding="utf-8") == wanted:
        return Environment(name, folder)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for file in files:
        shutil.copy(file, folder)
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=INSTALL_S)
    except (OSError, subprocess.TimeoutExpired) as error:
        return Environment(name, folder, f"not installed: {error}")
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines()
        return Environment(name, folder, f"not installed: {said[-1] if said else f'exit code {done.returncode}'}")
    ready.write_text(wanted, encoding="utf-8")
    return Environment(name, folder)


def main() -> int:
    """1 when one of them could not be made, each with its reason."""
    with ThreadPoolExecutor() as pool:
        made = list(pool.map(environment, (*CLIENTS, SERVER)))
    for one in made:
        print(f"{one.name}: {one.reason or one.folder}", flush=True)
    return 1 if any(one.reason for one in made) else 0


if __name__ == "__main__":
    sys.exit(main())
