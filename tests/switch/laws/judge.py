"""Carries out a plan on a simulator, line by line, and holds every one against what may never break."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field, replace
from itertools import groupby
from pathlib import Path
from typing import Any

from iccc.compare import ABSENT, Unread
from iccc.secrets import Secret
from iccc.switch.changes import changes, with_passwords
from iccc.switch.state import PortMode, SwitchState
from iccc.switch.steps import WIDENING, GuardRefusal, Keep, Phase, Step, Unsayable
from tests.switch.laws.pairs import MANAGEMENT, NEXT
from tests.switch.laws.subjects import Subject
from tests.switch.sims.truth import Sim, Truth, broken, traffic

TEMPLATES = Path(__file__).resolve().parents[3] / "templates"
PASSWORDS = {"iccc": Secret("Passw0rd-of-iccc"), "watch": Secret("Passw0rd-of-watch")}

# What no phase may break, of the texts of :func:`~tests.switch.sims.truth.broken`.
ALWAYS = ("is open to all VLANs", "is in a VLAN that does not exist", "no local user with all rights")


@dataclass
class Verdict:
    """``lines`` that were typed; ``refused`` says why nothing was, "" otherwise."""

    lines: int = 0
    refused: str = ""
    broken: str = ""  # the law that was broken, where that is counted instead of raised


class Unsafe(AssertionError):
    """A line that cuts the operator off or interrupts what it has no business with."""


def judge(subject: Subject, truth: Truth, wanted: SwitchState) -> Verdict:
    """All laws on one pair. Raises AssertionError with the line that breaks one."""
    sim = subject.sim(deepcopy(truth))
    platform = subject.platform
    keep = _keep(subject, wanted)
    model = platform.read(*subject.shows(sim))
    try:
        steps = changes(platform, model, with_passwords(wanted, PASSWORDS), keep, TEMPLATES, saved=True)
    except GuardRefusal as refusal:
        return Verdict(refused=str(refusal.invariant))
    except Unsayable as refusal:
        return Verdict(refused=f"cannot be said: {refusal}")
    steps = tuple(step for step in steps if step.phase is not Phase.SAVE)
    assert [step.phase for step in steps] == sorted(step.phase for step in steps)
    final = subject.sim(deepcopy(truth))
    for step in steps:
        _carry_out(final, step)
    final.commit()
    lines = _stepped(subject, truth, steps, keep, final.truth)
    _reached(subject, wanted, final)
    _taken_back(subject, truth, steps)
    return Verdict(lines)


def _keep(subject: Subject, wanted: SwitchState) -> Keep:
    moves = isinstance(wanted.interfaces, Mapping) and NEXT in wanted.interfaces
    return Keep(MANAGEMENT, subject.uplinks, NEXT if moves else None)


Traffic = Mapping[str, frozenset[tuple[int, bool]]]


@dataclass
class _Watch:
    """What is held against every line: ``through`` is carried before and after, ``wrong`` was so already."""

    subject: Subject
    before: Traffic
    through: Traffic
    settings: Mapping[str, Any]
    final: Truth
    management: int = 0
    wrong: set[str] = field(default_factory=set)
    tree: str = ""  # the mode of spanning tree before the line


def _stepped(subject: Subject, truth: Truth, steps: tuple[Step, ...], keep: Keep, final: Truth) -> int:
    """Every line (every commit) keeps what has to be kept; the number of lines."""
    sim = subject.sim(deepcopy(truth))
    before, after = traffic(truth), traffic(final)
    through = {name: before[name] & after.get(name, frozenset()) for name in before}
    watch = _Watch(subject, before, through, {name: replace(port) for name, port in truth.ports.items()}, final)
    typed = 0
    for phase, group in groupby(steps, key=lambda step: step.phase):
        watch.management = keep.after().management_vlan if phase is Phase.RETIRE else keep.management_vlan
        watch.wrong = broken(sim.truth, watch.management, subject.uplinks)
        for step in group:
            for line in step.lines:
                typed += 1
                watch.tree = sim.truth.stp_mode
                said = sim.type(line)
                assert not said or _harmless(said), f"{line!r} is answered with {said!r}"
                if not subject.platform.candidate:
                    _check(watch, sim, phase, line)
            if step.snmp_set:
                _set_poe(sim, step)
        if subject.platform.candidate:
            watch.tree = sim.truth.stp_mode
            said = sim.commit()
            assert not said, f"the commit of {phase.name} is answered with {said!r}"
            _check(watch, sim, phase, phase.name)
    return typed


def _check(watch: _Watch, sim: Sim, phase: Phase, line: str) -> None:
    uplinks = watch.subject.uplinks
    now = broken(sim.truth, watch.management, uplinks)
    new, watch.wrong = now - watch.wrong, now
    if phase is Phase.MANAGEMENT:  # the way in is on the move, and nothing else
        new = {one for one in new if one.endswith(ALWAYS)}
    if new:
        raise Unsafe(f"after {line!r}: {', '.join(sorted(new))}")
    carried = traffic(sim.truth)
    for name, carries in carried.items():
        if not watch.through[name] <= carries:
            raise Unsafe(f"after {line!r}: {name} no longer carries {sorted(watch.through[name] - carries)}")
    for name in uplinks if phase in WIDENING else ():
        gone = {vlan for vlan, tagged in watch.before[name] if tagged} - {vlan for vlan, _ in carried[name]}
        if gone:
            raise Unsafe(f"after {line!r}: {name} has lost {sorted(gone)} before everybody was widened")
    for name in sim.flapped if sim.truth.stp_mode == watch.tree else ():  # another mode stops all ports for a while
        if watch.settings[name] == watch.final.ports[name]:
            raise Unsafe(f"after {line!r}: the link of {name} went down, and nothing was to change there")


def _reached(subject: Subject, wanted: SwitchState, sim: Sim) -> None:
    """What is in force is what was wanted, as the simulator has it and as the product reads it."""
    seen = subject.platform.read(*subject.shows(sim)).state()
    for part, found in differences(wanted, sim.truth, seen):
        raise AssertionError(f"{part} is not as wanted: {found}")


def _taken_back(subject: Subject, truth: Truth, steps: tuple[Step, ...]) -> None:
    """The inverse of every step, the last one first, leads back to the very state before."""
    sim = subject.sim(deepcopy(truth))
    before = _in_force(sim)
    for step in steps:
        _carry_out(sim, step)
    sim.commit()
    for step in reversed(steps):
        for line in step.undoes:
            said = sim.type(line)
            assert not said or _harmless(said), f"taking back, {line!r} is answered with {said!r}"
        if step.snmp_set:
            _set_poe(sim, replace(step, snmp_set=replace(step.snmp_set, value=step.snmp_set.before)))
    assert not sim.commit()
    after = _in_force(sim)
    found = {part: (before[part], there) for part, there in after.items() if before[part] != there}
    assert not found, f"taken back, it differs: {found}"


def _in_force(sim: Sim) -> dict[str, object]:
    """All that is in force, as the simulator has it."""
    return vars(deepcopy(sim.truth))


def _carry_out(sim: Sim, step: Step) -> None:
    for line in step.lines:
        sim.type(line)
    if step.snmp_set:
        _set_poe(sim, step)


def _set_poe(sim: Sim, step: Step) -> None:
    assert step.snmp_set is not None
    number = step.snmp_set.oid.rpartition(".")[2]
    (name,) = (name for name in sim.truth.ports if name.rpartition("/")[2] == number)
    sim.truth.ports[name].poe = step.snmp_set.value == 1


def _harmless(said: str) -> bool:
    return "Creating vlan" in said or said.lower().startswith(("%warning", "warning", "info"))


def differences(wanted: SwitchState, truth: Truth, seen: SwitchState) -> list[tuple[str, str]]:
    """What is declared and otherwise in force. Parts that the platform does not show are not asked for."""
    found: list[tuple[str, object, object]] = []
    for number, vlan in (wanted.vlans or {}).items():  # type: ignore[union-attr]
        if vlan is ABSENT:
            found.append((f"VLAN {number}", None, truth.vlans.get(number)))
        else:
            found.append((f"VLAN {number}", True, number in truth.vlans))
            if vlan.name is not None:
                found.append((f"name of VLAN {number}", vlan.name, truth.vlans.get(number)))
    for name, port in (wanted.ports or {}).items():  # type: ignore[union-attr]
        found += _of_port(name, port, truth, seen)
    simple = {
        "hostname": (wanted.hostname, truth.hostname),
        "gateway": (wanted.gateway, truth.gateway),
        "access_from": (wanted.access_from, truth.access_from),
        "ntp_servers": (wanted.ntp_servers, frozenset(truth.ntp)),
        "syslog_hosts": (wanted.syslog_hosts, frozenset(truth.syslog)),
        "lldp": (wanted.lldp, truth.lldp),
        "logins": (wanted.logins, truth.logins),
    }
    for section, (wish, there) in simple.items():
        if wish is not None and not isinstance(getattr(seen, section), Unread):
            found.append((section, wish, there))
    for vlan, svi in (wanted.interfaces or {}).items():  # type: ignore[union-attr]
        there = truth.interfaces.get(vlan)
        found.append((f"interface {vlan}", None if svi is ABSENT else svi.address, there.address if there else None))
    if not isinstance(seen.communities, Unread):
        for secret, rights in (wanted.communities or {}).items():  # type: ignore[union-attr]
            found.append(("community", None if rights is ABSENT else rights, truth.communities.get(secret.reveal())))
    if not isinstance(seen.users, Unread):
        for name, user in (wanted.users or {}).items():  # type: ignore[union-attr]
            found.append((f"user {name}", None if user is ABSENT else user.level, truth.users.get(name)))
    return [(part, f"{there!r} and not {wish!r}") for part, wish, there in found if wish != there]


def _of_port(name: str, port: Any, truth: Truth, seen: SwitchState) -> list[tuple[str, object, object]]:
    there = truth.ports[name]
    assert isinstance(seen.ports, Mapping)
    shown = seen.ports.get(name)
    found: list[tuple[str, object, object]] = [(f"mode of {name}", str(port.mode), there.mode)] if port.mode else []
    if port.mode is PortMode.ACCESS:
        found.append((f"VLAN of {name}", port.access_vlan, there.access))
    if port.mode is PortMode.TRUNK:
        found += [(f"VLANs of {name}", port.allowed_vlans, there.allowed)] if port.allowed_vlans is not None else []
        found += [(f"native VLAN of {name}", port.native_vlan, there.native)] if port.native_vlan is not None else []
    for setting in ("description", "shutdown", "poe", "speed", "max_macs", "storm_pct", "edge", "bpdu_guard"):
        wish = getattr(port, setting)
        if wish is not None and not isinstance(getattr(shown, setting, None), Unread):
            found.append((f"{setting} of {name}", wish, getattr(there, setting)))
    return found
