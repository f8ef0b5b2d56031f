"""The commands of a plan, for people and as JSON. Secrets in them are ``***``."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from iccc.report.table import one_line
from iccc.report.values import counted
from iccc.switch.platform import Level
from iccc.switch.preview import REFUSED, Preview
from iccc.switch.steps import ARMED, Phase, Step

TITLES = {
    Phase.ADD_VLANS: "add VLANs",
    Phase.WIDEN_TRUNKS: "widen trunks",
    Phase.MOVE_ACCESS_PORTS: "move access ports",
    Phase.PORT_ATTRIBUTES: "port settings",
    Phase.GLOBALS: "settings of the switch",
    Phase.NARROW_TRUNKS: "narrow trunks",
    Phase.DELETE_VLANS: "delete VLANs",
    Phase.MANAGEMENT: "management",
    Phase.RETIRE: "take the old management away",
    Phase.SAVE: "save, and prove it by reading the startup configuration",
}


def commands_text(previews: Sequence[Preview]) -> str:
    """Each switch with its commands by phase, in the order in which they would be sent."""
    lines: list[str] = []
    for preview in previews:
        shown_only = "" if preview.level is Level.DEPLOY else f"; level {preview.level}: shown, never sent"
        lines += ["", f"{preview.switch} ({preview.platform}{shown_only})"]
        if preview.problem:
            lines.append(f"  {one_line(preview.problem)}")
        if preview.prepares:
            lines.append("  == for the revert of the switch itself; stays")
            lines += [f"  {line}" for line in preview.prepares]
        for phase, steps in groupby(preview.steps, key=lambda step: step.phase):
            lines.append(f"  == {TITLES[phase]}{_armed(phase)}")
            lines += [f"  {line}" for step in steps for line in _lines(step)]
        lines += [f"  {name}: {one_line(why)}" for name, why in preview.spared.items()]
    if refused := sum(preview.problem.startswith(REFUSED) for preview in previews):
        lines += ["", f"{counted(refused, 'device')} would be refused as things stand."]
    return "\n".join(lines) + "\n"


def commands_json(previews: Sequence[Preview]) -> dict[str, Any]:
    """By switch: ``problem`` or the steps with phase, lines and the lines that take them back; ports not shut."""
    return {
        preview.switch: {
            "platform": preview.platform,
            "level": str(preview.level),
            "problem": preview.problem,
            "spared": dict(preview.spared),
            "prepares": list(preview.prepares),
            "steps": [
                {
                    "phase": step.phase.name.lower(),
                    "armed": step.phase in ARMED,
                    "lines": _lines(step),
                    "undo": list(step.shown_undoes()),
                }
                for step in preview.steps
            ],
        }
        for preview in previews
    }


def _armed(phase: Phase) -> str:
    return " (only under a revert of the switch itself, confirmed by a new login)" if phase in ARMED else ""


def _lines(step: Step) -> list[str]:
    if step.snmp_set:
        return [f"SNMP SET {step.snmp_set.oid} = {step.snmp_set.value} (was {step.snmp_set.before})"]
    return list(step.shown())
