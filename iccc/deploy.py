"""Carrying out a plan: stage by stage, wave by wave, each wave a fresh engine process, outcomes as they come."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from iccc.city.devices import City, Kind, host_of
from iccc.compare import section_of
from iccc.effects import not_allowed
from iccc.engine.paths import hops
from iccc.engine.run_file import VARIABLE, RunFile
from iccc.observed import Status
from iccc.plan import Held
from iccc.settings import Settings
from iccc.state.lock import FileLock
from iccc.switch.parking import NOT_SHUT


@dataclass(frozen=True)
class Stage:
    """One deploy file for all devices of a kind."""

    kind: Kind
    deploy_file: str
    leaves_first: bool = False  # of switches: those farthest from the core begin
    again: bool = (
        False  # an earlier stage has held them against the plan; since then they, or their cameras, are written
    )

    def devices(self, city: City) -> list[str]:
        """The devices of the stage in the order of their waves: nobody's way to the core is in a later wave."""
        if self.kind is not Kind.SWITCH:
            return [device.name for device in city.devices() if device.kind is self.kind]
        away = hops(city)
        return sorted(city.switches, key=lambda name: away[name], reverse=self.leaves_first)


# What the others hang on comes first.
STAGES = (
    Stage(Kind.SWITCH, "deploys/switches-widen.py"),
    Stage(Kind.SWITCH, "deploys/switches-narrow.py", leaves_first=True),
    # Time and logs before those that take them from there.
    Stage(Kind.SERVER, "deploys/servers.py"),
    Stage(Kind.RECORDER, "deploys/recorders.py"),
    Stage(Kind.CAMERA, "deploys/cameras.py"),
    # With the user that cameras have by then: a recorder that tries before is locked out by them.
    Stage(Kind.RECORDER, "deploys/recorder-channels.py", again=True),
)


POLL_S = 0.1  # how often outcomes of a running wave are looked for


@dataclass(frozen=True)
class Row:
    """What became of one change on one device."""

    device: str
    path: str
    status: Status
    text: str

    @property
    def refuses_the_rest(self) -> bool:
        """Whether a guard stood in the way of more than an unused port that is left as it is."""
        return self.status is Status.REFUSED and not self.text.startswith(NOT_SHUT)


@dataclass(frozen=True)
class Deployed:
    """All rows of a deploy. ``stopped`` says why it ended early; devices that were never reached are ``missed``."""

    rows: Sequence[Row]
    missed: Sequence[str]
    stopped: str = ""

    @property
    def bad(self) -> list[Row]:
        return [row for row in self.rows if row.status is not Status.APPLIED]

    @property
    def clean(self) -> bool:
        return not self.bad and not self.missed and not self.stopped


def deploy(
    city: City,
    settings: Settings,
    run: str,
    state_hashes: Mapping[str, str],
    progress: Callable[[Row], None],
    retry: bool = False,
    lock: FileLock | None = None,
    max_fail: int | None = None,
    anytime: bool = False,
    allow_network: bool = False,
) -> Deployed:
    """Deploy to the devices in ``state_hashes``, each only if its managed state still has that hash.

    ``lock`` is the city's, which engine and worker share; without one the worker takes it. ``max_fail`` is in place
    of the failure budget of pyinfra.cfg; ``anytime`` goes around maintenance windows and freezes;
    ``allow_network`` lets addresses of cameras be written.
    """
    budget = max_fail or settings.limits.failure_budget
    standing = _Standing(dict(state_hashes))
    descriptor = lock.fileno() if lock else None
    rows: list[Row] = []
    told: set[tuple[str, str, Status]] = set()  # a later stage may say the same again of a device: once is enough
    for stage in STAGES:
        names = [name for name in stage.devices(city) if name in standing.hashes]
        for start in range(0, len(names), settings.limits.wave):
            wave = names[start : start + settings.limits.wave]
            failed = {row.device for row in rows if row.status is Status.FAILED}
            # What a switch was not given first must not be missing when the next stage takes something away.
            halted = failed | {row.device for row in rows if row.refuses_the_rest}
            # A server that lacks one thing is given everything else.
            wave = [name for name in wave if name not in halted or _is_server(city, name)]
            if not wave:
                continue
            hashes = {} if stage.again else {name: standing.hashes[name] for name in wave}
            run_file = RunFile(
                run, tuple(wave), hashes, "", len(failed), retry, max_fail, allow_network, anytime, descriptor
            )
            try:
                for row in _wave(city, settings, run_file, stage.deploy_file, standing):
                    if (row.device, row.path, row.status) not in told:
                        told.add((row.device, row.path, row.status))
                        rows.append(row)
                        progress(row)
            except _EngineDied as death:
                return Deployed(rows, _missed(state_hashes, rows), str(death))
            failed |= {row.device for row in rows if row.status is Status.FAILED}
            if len(failed) >= budget:
                reason = f"{len(failed)} devices failed: the failure budget ({budget}) is used up"
                return Deployed(rows, _missed(state_hashes, rows), reason)
    return Deployed(rows, _missed(state_hashes, rows))


def _is_server(city: City, name: str) -> bool:
    return host_of(city.device(name)) is not None


def held(refused: Mapping[str, Held]) -> Deployed:
    """What evidence holds forbid, as rows."""
    rows = [Row(name, path, Status.REFUSED, one.hold) for name, one in refused.items() for path in one.paths]
    return Deployed(rows, [])


def shut_out(city: City, changing: Mapping[str, Sequence[str]], why: str, allow_network: bool) -> Deployed:
    """The rows of a deploy at a time when nothing may be changed; ``changing``: paths of changes by device.

    The same that the worker would give: a switch has one for its first stage, the others one for each section.
    """
    rows = []
    for name, paths in changing.items():
        kind = city.device(name).kind
        sections = dict.fromkeys(section_of(path) for path in paths)
        for section in ["widen"] if kind is Kind.SWITCH else sections:
            rows.append(Row(name, section, Status.REFUSED, not_allowed(kind, section, allow_network) or why))
    return Deployed(rows, [])


def joined(first: Deployed, then: Deployed) -> Deployed:
    """Two rounds of one deploy."""
    return Deployed([*first.rows, *then.rows], [*first.missed, *then.missed], first.stopped or then.stopped)


def _missed(state_hashes: Mapping[str, str], rows: Sequence[Row]) -> list[str]:
    done = {row.device for row in rows}
    return [name for name in state_hashes if name not in done]


@dataclass
class _Standing:
    """How devices stand that a later stage goes on with: the hash of their managed state."""

    hashes: dict[str, str]

    def now(self, device: str, state_hash: str, left: bool) -> None:
        """A stage has made this of it; without anything left it is done."""
        if left:
            self.hashes[device] = state_hash
        else:
            self.hashes.pop(device, None)


class _EngineDied(Exception):  # noqa: N818
    """The engine ended before its wave was done: of devices that have rows, some sections may have none."""


def _wave(city: City, settings: Settings, run_file: RunFile, deploy_file: str, standing: _Standing) -> Iterator[Row]:
    """Run one engine process and yield its rows while it runs; it ends when this process does.

    ``standing`` is kept up to date with what the wave made of its devices.

    Raises :class:`_EngineDied` after the last row if it did not come to its own end.
    """
    with tempfile.TemporaryDirectory(prefix="iccc-") as folder:
        report = Path(folder) / "report.jsonl"
        report.touch()
        file = Path(folder) / "run.json"
        replace(run_file, report=str(report)).write(file)
        engine = subprocess.Popen(  # noqa: S603  our own interpreter and module
            [sys.executable, "-m", "iccc.engine.run", city.key, deploy_file],
            cwd=settings.root,
            env={**os.environ, VARIABLE: str(file), "ICCC_TARGET": str(settings.target)},
            pass_fds=[run_file.lock] if run_file.lock is not None else [],
            stdin=subprocess.PIPE,  # the engine ends when it is closed
            start_new_session=True,  # Ctrl-C is for this process, which then ends the engine
        )
        try:
            with report.open(encoding="utf-8") as lines:
                ended, part = False, ""
                while not ended:
                    ended = engine.poll() is not None
                    for text in lines:
                        line, part = part + text, ""
                        if not line.endswith("\n"):  # still being written
                            part = line
                            break
                        data = json.loads(line)
                        if "state_hash" in data:
                            standing.now(data["device"], data["state_hash"], data["left"])
                        else:
                            yield Row(data["device"], data["path"], Status(data["status"]), data["text"])
                    time.sleep(0 if ended else POLL_S)
        finally:
            assert engine.stdin is not None
            engine.stdin.close()
            engine.wait()
        if engine.returncode:
            raise _EngineDied(f"the engine ended with code {engine.returncode} before it was done")
