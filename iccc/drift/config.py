"""Class config: the differences that the plan found."""

from __future__ import annotations

from collections.abc import Iterator

from iccc.city.devices import Switch
from iccc.compare import plain
from iccc.drift.view import View
from iccc.finding import Class, Finding, Severity


def findings(view: View) -> Iterator[Finding]:
    """One finding for every leaf that differs."""
    for plan in view.plan.devices.values():
        device = view.city.device(plan.device)
        for planned in plan.changes:
            change = planned.change
            yield Finding(
                device=device.name,
                path=change.path,
                class_=Class.CONFIG,
                severity=Severity.MAJOR if isinstance(device, Switch) else Severity.MINOR,
                text=f"{change.path} differs",
                where=planned.where,
                site=device.site,
                seen=plain(change.seen),
                wanted=plain(change.wanted),
            )
