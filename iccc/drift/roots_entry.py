"""The way in: nothing of what was asked answers."""

from __future__ import annotations

from collections.abc import Iterator

from iccc.drift.roots import Case, Root, silence
from iccc.finding import Class, Finding, Severity


def nothing_answers(case: Case, left: frozenset[str]) -> Iterator[Root]:
    """One finding when all devices that were asked are silent, and they are more than one place can explain.

    Reasoning: each single root leaves something that answers on the near side of it, so total silence is either the
    core itself or what stands before it: this host, its cable, its address, a firewall.
    Limits: which of these cannot be told from here, so none is named as the cause. One place alone, in which everything
    is silent, is that place's: its neighbours were read with it (survey), and if these are silent too it is two places.
    """
    asked = case.view.observed
    if not left or left != frozenset(asked) - case.untried or len({case.city.device(name).site for name in asked}) < 2:
        return
    cores = [name for name, switch in case.city.switches.items() if switch.role == "core"]
    head = next(name for name in (*cores, *case.city.switches, *asked) if name in asked)
    device = case.city.device(head)
    yield Root(
        Finding(
            device=head,
            path="way_in",
            class_=Class.REACH,
            severity=Severity.CRITICAL,
            text=f"nothing answers from here: {len(asked)} devices",
            where=str(device.where),
            site=device.site,
            evidence=silence(case, head),
            next_step=f"Look first at this host's own cable, address and route, then at {cores[0] if cores else head}.",
        ),
        tuple(sorted(left - {head})),
    )
