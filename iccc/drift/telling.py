"""How findings on devices and their ports are put: path, line of the declaration, evidence with its index and time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from iccc.drift.view import View
from iccc.finding import Class, Evidence, Finding, Severity

Said = Mapping[str, object]
"""What an agent said: a name of a MIB or a protocol, and its raw value. None and "" are left out."""


def command(view: View, verb: str, *words: str) -> str:
    """A command that does what it says when it is copied: for this city, on the network that was read."""
    return " ".join(("iccc", verb, view.city.key, *words, *(("--live",) if view.plan.target == "live" else ())))


def on_device(
    view: View,
    device: str,
    path: str,
    class_: Class,
    severity: Severity,
    text: str,
    *,
    seen: Any = None,
    wanted: Any = None,
    said: Said | None = None,
    by: str | None = None,
    step: str = "",
    where: object = None,
    event: bool = False,
) -> Finding:
    """A finding on a device. ``by`` is the device that said it, where it is another one."""
    declared = view.city.device(device)
    source = by or device
    observed = view.observed.get(source)
    at = observed.read_at if observed is not None else view.now
    prefix = f"{by} " if by else ""
    return Finding(
        device=device,
        path=path,
        class_=class_,
        severity=severity,
        text=text,
        where=str(where or declared.where),
        site=declared.site,
        seen=seen,
        wanted=wanted,
        evidence=tuple(Evidence(prefix + k, str(v), at) for k, v in (said or {}).items() if v is not None and v != ""),
        next_step=step,
        event=event,
    )


def on_port(
    view: View,
    switch: str,
    port: str,
    part: str,
    class_: Class,
    severity: Severity,
    text: str,
    *,
    seen: Any = None,
    wanted: Any = None,
    said: Said | None = None,
    by: tuple[str, str] | None = None,
    step: str = "",
) -> Finding:
    """A finding on a port of a switch: ``ports[Gi1/3].full_duplex``. The objects of ``said`` get the port's ifIndex.

    ``by`` is the switch and the port that said it, where it is another one.
    """
    declared = view.city.switches[switch].ports.get(port)
    facts = view.port(*(by or (switch, port)))
    index = "" if facts is None or facts.index is None else f".{facts.index}"
    return on_device(
        view,
        switch,
        f"ports[{port}].{part}",
        class_,
        severity,
        text,
        seen=seen,
        wanted=wanted,
        said={f"{name}{index}": value for name, value in (said or {}).items()},
        by=by[0] if by is not None else None,
        step=step,
        where=declared.where if declared is not None else None,
    )
