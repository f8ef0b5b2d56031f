"""Class operational of cameras and recorders: a certificate for HTTPS that has expired, or will before long.

iccc itself goes by the pin, to which that is all the same; browsers, recorders and video management do not.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from iccc.drift.telling import command, on_device
from iccc.drift.view import View
from iccc.finding import Class, Finding, Severity
from iccc.localtime import local

SOON = timedelta(days=30)


def findings(view: View) -> Iterator[Finding]:
    """Of those that were reached over HTTPS: the others have shown none."""
    for name, seen in view.observed.items():
        identity = getattr(seen.facts, "identity", None)
        ends = getattr(identity, "certificate_ends", None)
        if ends is None or ends > view.now + SOON:
            continue
        days = abs(ends - view.now).days
        expired = ends <= view.now
        told = "1 day" if days == 1 else f"{days} days"
        when = f"has expired {told} ago" if expired else f"expires in {told}"
        yield on_device(
            view, name, "certificate", Class.OPERATIONAL, Severity.MAJOR if expired else Severity.MINOR,
            f"the certificate for HTTPS of {name} {when}, at {local(ends, view.city)}",
            seen=f"{ends:%Y-%m-%d}",
            said={"X.509 notAfter": f"{ends:%Y-%m-%d %H:%M} UTC"},
            step=f"Have {name} make another one on its own page, then: "
                 + command(view, "enrol", "--limit", name, "--replace"),
        )  # fmt: skip
