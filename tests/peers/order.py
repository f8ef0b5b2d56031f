"""Steps the remediation of each tool over the semantic simulators, line by line, and counts the lines that do harm.

``python -m tests.peers.order`` prints the table for the pairs in ``tests/switch/pairs``. The peers get the two texts
and run as their own documentation says, with their default rules.
"""

from __future__ import annotations

import importlib
import os
import re
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from iccc.compare import ABSENT
from iccc.switch.changes import changes
from iccc.switch.platforms import PLATFORMS
from iccc.switch.steps import GuardRefusal, Keep, Unsayable
from tests import demo
from tests.peers.environments import HERE, environment
from tests.switch.sims.truth import PortTruth, Sim, Truth, broken, traffic

PAIRS = HERE.parent / "switch" / "pairs"
LONGEST_S = 60
LEAVES_MODE = frozenset({"exit", "quit", "end", "return"})
NAMED = ("vlans", "interfaces", "communities", "users", "snmp_views")  # sections where nothing said is left alone
SEPARATORS = frozenset({"", "!", "#"})


class NotRun(Exception):
    """A peer that gave no remediation, and why."""


@dataclass(frozen=True)
class Pair:
    """A change of one switch, and what must hold meanwhile."""

    folder: str
    platform: str  # ours
    simulator: str  # module:class below tests.switch.sims
    mode: str  # of a port that nobody configured
    hier_config: str  # the peer's word for the platform
    annet: str
    uplink: str
    management: int = 99

    def path(self, which: str) -> Path:
        return PAIRS / self.folder / f"{which}.txt"

    def text(self, which: str) -> str:
        return self.path(which).read_text(encoding="utf-8")


ALL = (
    Pair("ios", "cisco_ios", "cisco_ios:IosSim", "dynamic", "CISCO_IOS", "Cisco.Catalyst", "GigabitEthernet1/9"),
    Pair("vrp", "huawei_vrp", "huawei_vrp:VrpSim", "access", "HUAWEI_VRP", "Huawei", "GigabitEthernet0/0/9"),
)


@dataclass(frozen=True)
class Verdict:
    """What became of a switch that got the lines. Lines that only leave a sub-mode are not counted."""

    lines: int
    unsafe: int  # lines after which something is broken or cut off that was not before the first one
    reached: bool  # the switch stands as intended after the last one
    broke: tuple[str, ...]  # what, in order of appearance
    refused: tuple[str, ...]  # lines that the switch did not take, with its answer


def judge(make: Callable[[], Sim], running: str, intended: str, lines: Iterable[str], rules: Pair) -> Verdict:
    """Type ``lines`` into a switch with the running configuration, and look at it after each."""
    sim, unknown = _loaded(make, running)
    target, more = _loaded(make, intended)
    unknown |= more
    before, after = traffic(sim.truth), traffic(target.truth)
    kept = {port: before[port] & after[port] for port in before}
    uninvolved = {port for port in before if before[port] and before[port] == after[port]}
    uplinks = {rules.uplink}
    known = broken(sim.truth, rules.management, uplinks)
    typed = unsafe = 0
    broke: dict[str, None] = {}
    refused = []
    for line in lines:
        answer = sim.type(line)
        word = line.strip()
        if answer and word not in LEAVES_MODE | unknown:
            refused.append(f"{word}: {' '.join(answer.split())}")
        typed += word not in LEAVES_MODE
        now = traffic(sim.truth)
        wrong = broken(sim.truth, rules.management, uplinks) - known
        for port, vlans in kept.items():
            wrong |= {f"{port} does not pass VLAN {vlan}" for vlan, _tagged in vlans - now[port]}
        wrong |= {f"the link of {port} went down" for port in sim.flapped & uninvolved}
        unsafe += bool(wrong) and word not in LEAVES_MODE
        broke |= dict.fromkeys(sorted(wrong))
    sim.commit()
    return Verdict(typed, unsafe, sim.truth == target.truth, tuple(broke), tuple(refused))


def ours(pair: Pair) -> list[str]:
    """The lines of our own plan. What only the running configuration has is wanted away: so the peers read it too."""
    platform = PLATFORMS.get(pair.platform)
    if platform is None:
        raise NotRun(f"no planner for {pair.platform}")
    others = [""] * (len(platform.shows) - 1)
    model = platform.read(pair.text("running"), *others)
    seen, wanted = model.state(), platform.read(pair.text("intended"), *others).state()
    whole = {section: _whole(getattr(seen, section), getattr(wanted, section)) for section in NAMED}
    keep = Keep(pair.management, frozenset({pair.uplink}))
    try:
        steps = changes(platform, model, replace(wanted, **whole), keep, demo.ROOT / "templates")
    except (GuardRefusal, Unsayable) as refusal:
        raise NotRun(f"refused: {refusal}") from None
    return [line for step in steps for line in step.lines]


def _whole(seen: object, wanted: object) -> Any:
    """``wanted`` with what only ``seen`` has declared not to exist."""
    if not isinstance(seen, Mapping) or not isinstance(wanted, Mapping):
        return wanted
    return {**dict.fromkeys(seen.keys() - wanted.keys(), ABSENT), **wanted}


def by_hier_config(pair: Pair) -> list[str]:
    peer = environment("hier_config")
    script = HERE / "remediate_hier_config.py"
    return _lines(peer.reason, [peer.python, script, pair.hier_config, pair.path("running"), pair.path("intended")])


def by_annet(pair: Pair) -> list[str]:
    """Its own command for two files, ``annet file-patch``: no inventory, no device."""
    peer = environment("annet")
    command: list[str | Path] = [
        peer.folder / "bin" / "annet",
        "file-patch",
        "--hw",
        pair.annet,
        "--no-label",
        "--no-color",
    ]
    return _lines(peer.reason, [*command, pair.path("running"), pair.path("intended")])


TOOLS: dict[str, Callable[[Pair], list[str]]] = {"iccc": ours, "hier_config": by_hier_config, "annet": by_annet}


def measure(pairs: Sequence[Pair] = ALL) -> dict[str, dict[str, Any]]:
    """For "platform: tool": the figures of :class:`Verdict`, or ``{"reason"}`` when there are none."""
    figures: dict[str, dict[str, Any]] = {}
    for pair in pairs:
        for tool, remediate in TOOLS.items():
            try:
                verdict = judge(maker(pair), pair.text("running"), pair.text("intended"), remediate(pair), pair)
            except NotRun as error:
                figures[f"{pair.platform}: {tool}"] = {"reason": str(error)}
            else:
                figures[f"{pair.platform}: {tool}"] = vars(verdict)
    return figures


def table(figures: dict[str, dict[str, Any]]) -> str:
    """As ``make bench`` prints it."""
    lines = [" unsafe  lines  target   remediation of one switch, from a running and an intended configuration"]
    for row, found in figures.items():
        if "reason" in found:
            lines.append(f"      -      -  -        {row}: {found['reason']}")
        else:
            reached = "reached" if found["reached"] else "missed"
            lines.append(f"{found['unsafe']:>7} {found['lines']:>6}  {reached:<8} {row}")
    return "\n".join(lines)


def maker(pair: Pair) -> Callable[[], Sim]:
    """Makes switches fresh from the factory, with the ports that the pair names. Raises NotRun without a simulator."""
    module, _, name = pair.simulator.partition(":")
    try:
        kind = getattr(importlib.import_module(f"tests.switch.sims.{module}"), name)
    except ImportError as error:
        raise NotRun(f"no simulator: {error}") from None
    named = re.findall(r"(?m)^interface (\S+)", pair.text("running") + pair.text("intended"))
    ports = [port for port in dict.fromkeys(named) if not port.lower().startswith("vlan")]
    return lambda: kind(Truth(ports={port: PortTruth(mode=pair.mode) for port in ports}))


def _loaded(make: Callable[[], Sim], text: str) -> tuple[Sim, set[str]]:
    """A factory switch that a configuration was typed into, and the lines that its simulator does not know."""
    sim = make()
    typed = [line for line in text.splitlines() if line.strip() not in SEPARATORS | LEAVES_MODE]
    unknown = {line.strip() for line in typed if sim.type(line)}
    sim.commit()
    return sim, unknown


def _lines(reason: str, command: Sequence[str | Path]) -> list[str]:
    """What the peer's program prints. Its home is an empty folder: no settings of the user, nothing left behind."""
    if reason:
        raise NotRun(reason)
    with tempfile.TemporaryDirectory() as home:
        try:
            done = subprocess.run(
                command, capture_output=True, text=True, check=False, timeout=LONGEST_S,
                env={**os.environ, "HOME": home},
            )  # fmt: skip
        except (OSError, subprocess.TimeoutExpired) as error:
            raise NotRun(str(error)) from None
    if done.returncode:
        said = done.stderr.strip().splitlines()
        raise NotRun(said[-1] if said else f"exit code {done.returncode}")
    return [line for line in done.stdout.splitlines() if line.strip()]


if __name__ == "__main__":
    found = measure()
    print(table(found))
    for row, figures in found.items():
        for what in figures.get("broke", ()):
            print(f"{row}: {what}")
        for what in figures.get("refused", ()):
            print(f"{row}: not taken: {what}")
