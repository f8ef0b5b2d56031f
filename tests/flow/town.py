"""A small Bilaspur in a folder of its own: 3 junctions, 24 cameras, 10 switches, 3 recorders, and a lab that plays it.

It has other addresses than the real one, and than any other that is played now on this machine.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from iccc.city.devices import City
from iccc.city.load import load_city
from iccc.clock import SystemClock
from iccc.secrets import Secret, device_secret
from iccc.sessions.dial import Target
from iccc.state.findings import Findings
from iccc.state.secretfile import SecretFile
from iccc.state.store import open_store
from tests.flow.declaration import BLOCK, CITY, HERE, declare, found
from tests.flow.done import Done
from tests.flow.hand import Hand
from tests.flow.started import Started

ICCC = (sys.executable, "-c", "from iccc.cli.main import main; main()")
PYINFRA = (sys.executable, "-m", "pyinfra")
CLAIM_PORT = 19_999  # below the lab's
KEPT = frozenset({"lab.sock", "commissioning.json"})  # the lab's, not the product's


@dataclass
class Town:
    """The folder, the commands in it, and what can be done to its devices behind the product's back."""

    root: Path
    block: int  # of addresses
    hand: Hand
    said: list[Done] = field(default_factory=list)
    passwords: set[str] = field(default_factory=set)  # every one that was ever managed here
    is_deployed: bool = False
    sets: int = 0  # that a deploy from factory state takes, once it was counted
    timeout_s: float = 400  # of one command: only what hangs takes as long, however busy the machine is
    started: list[Started] = field(default_factory=list)

    @property
    def state(self) -> Path:
        return self.root / "state" / "lab" / CITY

    @property
    def cities(self) -> Path:
        return self.root / "cities" / CITY

    @property
    def city(self) -> City:
        return load_city(self.root, CITY)

    def junction(self, number: int) -> Path:
        return self.cities / "junctions" / f"j{number:02d}.yaml"

    # Commands

    def iccc(self, command: str, *arguments: str, code: int | None = None) -> Done:
        """Run ``iccc COMMAND CITY …``. Whatever happens, nothing on stderr may look like a crash."""
        return self.run(*ICCC, command, CITY, *arguments, code=code)

    def pyinfra(self, deploy_file: str, *arguments: str, code: int | None = None) -> Done:
        """Run ``pyinfra inventory/CITY.py DEPLOY_FILE …``."""
        return self.run(*PYINFRA, f"inventory/{CITY}.py", deploy_file, *arguments, code=code)

    def run(self, *arguments: str, code: int | None = None) -> Done:
        ended = subprocess.run(
            arguments,
            cwd=self.root,
            env=environment(),
            capture_output=True,
            text=True,
            check=False,
            timeout=self.timeout_s,
        )
        return self.judged(Done(arguments[len(ICCC) :], ended.returncode, ended.stdout, ended.stderr), code)

    def judged(self, done: Done, code: int | None) -> Done:
        """Note what was said; it must be no traceback, and the exit code the expected one."""
        self.said.append(done)
        assert "Traceback" not in done.err + done.out, done
        assert code is None or done.code == code, done
        return done

    def start(self, command: str, *arguments: str) -> Started:
        """Start ``iccc COMMAND CITY …`` as the leader of a process group, as a shell does."""
        process = subprocess.Popen(
            (*ICCC, command, CITY, *arguments),
            cwd=self.root, env=environment(), start_new_session=True, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        self.started.append(Started(process, self.root, lambda done: self.judged(done, None)))
        return self.started[-1]

    def deploy(self, *arguments: str, code: int | None = 0) -> Done:
        return self.iccc("deploy", "--yes", *arguments, code=code)

    def drift(self, *arguments: str, code: int | None = 2) -> list[dict[str, Any]]:
        """The findings, as JSON has them."""
        findings: list[dict[str, Any]] = self.iccc("drift", "--format", "json", *arguments, code=code).json["findings"]
        return findings

    # Secrets

    def secret_file(self) -> SecretFile:
        return SecretFile(self.state, Target.LAB, SystemClock(), environment={})

    def password(self, device: str, user: str) -> str:
        """A managed password."""
        return _revealed(self.secret_file(), device_secret(device, user))

    def managed(self) -> dict[tuple[str, str], str]:
        """All managed passwords, by device and user."""
        file = self.secret_file()
        names = [name for name in file.names() if name.startswith("device/")]
        found = {tuple(name.split("/")[1:3]): _revealed(file, name) for name in names}
        self.passwords |= set(found.values())
        return {(device, user): text for (device, user), text in found.items()}

    @property
    def sheet(self) -> dict[str, Any]:
        """What technicians wrote down: logins, communities, host keys."""
        return dict(json.loads((self.state / "commissioning.json").read_text(encoding="utf-8")))

    # Conditions

    def to_factory(self) -> None:
        """Every device as a technician leaves it, and no state but the commissioning sheet's."""
        self.end_started()
        self.is_deployed = False
        self.managed()
        self.hand.lab.reset()
        self._empty_state()
        self.iccc("enrol", "--sheet", str(self.state / "commissioning.json"), code=0)
        self.hand.begin()

    def to_deployed(self) -> None:
        """Every device as declared."""
        if not self.is_deployed:
            self.to_factory()
            self.deploy()
            self.keep_as_deployed()
        self.hand.begin()

    def keep_as_deployed(self) -> None:
        """The devices were just deployed from factory state: remember the state that goes with it."""
        self.sets = sum(self.hand.written().values())
        self.managed()
        self._keep()
        self.is_deployed = True

    def keep_passwords(self) -> None:
        """Devices have other passwords than before, and the store has them: so the next test shall find both."""
        self._keep()

    def _keep(self) -> None:
        shutil.rmtree(self._kept, ignore_errors=True)
        shutil.copytree(self.state, self._kept, ignore=shutil.ignore_patterns(*KEPT))

    def put_back(self) -> None:
        """Heal what was done to the devices, restore files and state, and deploy if anything may have been changed."""
        self.end_started()
        declare(self.root, self.block)
        self.hand.heal()
        self._empty_state()
        shutil.copytree(self._kept, self.state, dirs_exist_ok=True)
        if self.hand.touched():
            self.is_deployed = self.deploy(code=None).code == 0
            self._forget_events()
            self._keep()  # what was typed by hand is known now, and no news to the next test

    def end_started(self) -> None:
        """End the commands that a failed test has left running."""
        while self.started:
            self.started.pop().end()

    def _forget_events(self) -> None:
        """What happened in a test is told to no other one."""
        with closing(open_store(self.state)) as store:
            findings = Findings(store)
            findings.told(findings.waiting().values(), SystemClock().now())

    @property
    def _kept(self) -> Path:
        return self.root / "deployed-state"

    def _empty_state(self) -> None:
        for path in self.state.iterdir():
            if path.name not in KEPT:
                shutil.rmtree(path) if path.is_dir() else path.unlink()


def environment() -> dict[str, str]:
    """What child processes get: nothing of pytest's."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "ICCC_"))}
    return {**kept, "ICCC_LOOPBACK_ONLY": "1", "PYTHONPATH": str(HERE)}


def _revealed(file: SecretFile, name: str) -> str:
    entry = file.get(name)
    value = entry.value if entry else Secret("")
    assert value.reveal(), f"no secret {name}"
    return value.reveal()


@contextmanager
def played(root: Path, otherwise: Callable[[Path], None] = lambda _root: None) -> Iterator[Town]:
    """The town in the empty folder ``root`` with its lab in a process of its own, at factory state.

    ``otherwise`` may change the declaration before the lab starts.
    """
    block, claim = _claim()
    found(root, block)
    otherwise(root)
    with claim, (root / "lab.log").open("w", encoding="utf-8") as log:
        lab = subprocess.Popen(
            (*ICCC, "lab", CITY), cwd=root, env=environment(), stdout=log, stderr=log,
            pass_fds=(claim.fileno(),),  # it keeps the claim as long as it lives, also when these tests are killed
        )  # fmt: skip
        try:
            hand = Hand(root / "state" / "lab" / CITY / "lab.sock")
            while not hand.is_there():
                assert lab.poll() is None, (root / "lab.log").read_text(encoding="utf-8")
            yield Town(root, block, hand)
        finally:
            lab.send_signal(signal.SIGINT)
            lab.wait(60)


def _claim() -> tuple[int, socket.socket]:
    """A block of addresses that no other run of these tests has: each holds a port in its own."""
    for block in range(BLOCK, 250, 3):
        claim = socket.socket()
        try:
            claim.bind((f"127.{block}.0.1", CLAIM_PORT))
        except OSError:
            claim.close()
        else:
            return block, claim
    raise AssertionError("every block of addresses is in use")
