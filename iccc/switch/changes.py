"""The ordered steps of a change, said in a platform's lines and passed by the guard."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from iccc.compare import Unread
from iccc.secrets import Secret
from iccc.switch import guard
from iccc.switch.edits import edits
from iccc.switch.lines import Lines
from iccc.switch.platform import Model, Platform
from iccc.switch.state import SnmpUser, SwitchState, User
from iccc.switch.steps import Edit, Keep, Phase, Step, Unsayable

DOWNS = frozenset({("ports", "shutdown", True), ("ports", "poe", False)})  # edits after which a link is down on purpose


def changes(
    platform: Platform, model: Model, wanted: SwitchState, keep: Keep, templates: Path, saved: bool | None = None
) -> tuple[Step, ...]:
    """The steps that bring the switch that ``model`` was read from to ``wanted``, in order of their phase.

    ``saved``: whether the running configuration is the startup configuration; False adds a save. Raises
    :class:`~iccc.switch.steps.GuardRefusal`, and :class:`~iccc.switch.steps.Unsayable` for a value that the
    command line cannot take.
    """
    lines = Lines(platform, templates)
    steps: list[Step] = []
    now = model.copy()
    for phase, edit in edits(model.state(), wanted, keep, platform.blank, platform.order):
        step = _step(platform, lines, now, phase, edit)
        for line in step.lines:
            now.line(line)
        steps.append(step)
    if steps and isinstance(vlans := model.state().vlans, Unread):
        raise Unsayable(vlans.text)  # the guard cannot tell what a port carries
    guard.check(platform, model, steps, keep)
    if wanted.saved and (steps or saved is False):
        steps.append(Step(Phase.SAVE))
    return tuple(steps)


def one_step(
    platform: Platform, model: Model, phase: Phase, edit: Edit, keep: Keep, templates: Path
) -> tuple[Step, ...]:
    """A single edit and the save after it, for what :func:`changes` does not see: a password cannot be compared.

    Raises as that does.
    """
    step = _step(platform, Lines(platform, templates), model.copy(), phase, edit)
    guard.check(platform, model, [step], keep)
    return step, Step(Phase.SAVE)


def _step(platform: Platform, lines: Lines, now: Model, phase: Phase, edit: Edit) -> Step:
    downs = edit.key if (edit.section, edit.field, edit.after) in DOWNS else ""
    if why := now.bars(edit):
        raise Unsayable(why)
    if (snmp_set := platform.snmp_set(edit)) is not None:
        return Step(phase, snmp_set=snmp_set, downs=downs)
    if edit.section == "snmp_users" and edit.before is not None:
        raise Unsayable(f"SNMP user {edit.key}: its keys cannot be read, so what changes it could not be taken back")
    said = lines(edit, now)
    after = now.copy()
    for line in said:
        after.line(line)
    return Step(
        phase, said, undoes=lines(edit.reversed(), after), hidden=(*_secrets(edit), *_hashes(edit, said)), downs=downs
    )


def _secrets(edit: Edit) -> tuple[str, ...]:
    """What of an edit may be shown nowhere."""
    values: list[object] = [edit.key]
    for side in (edit.before, edit.after):
        values += [side.password, side.digest] if isinstance(side, User) else []
        values += [side.password] if isinstance(side, SnmpUser) else []
    return tuple(value.reveal() for value in values if isinstance(value, Secret))


def _hashes(edit: Edit, said: tuple[str, ...]) -> tuple[str, ...]:
    """Hashes of passwords that a platform makes itself: ``$6$salt$…``."""
    words = (word.strip('"') for line in said for word in line.split()) if edit.section == "users" else ()
    return tuple(word for word in words if word.startswith("$"))


def with_passwords(wanted: SwitchState, passwords: dict[str, Secret]) -> SwitchState:
    """``wanted`` with the passwords of its users, which only the moment of writing needs."""

    def filled(table: object) -> object:
        if not isinstance(table, dict):
            return table
        return {
            name: replace(user, password=passwords.get(name)) if isinstance(user, User | SnmpUser) else user
            for name, user in table.items()
        }

    return replace(wanted, users=filled(wanted.users), snmp_users=filled(wanted.snmp_users))  # type: ignore[arg-type]
