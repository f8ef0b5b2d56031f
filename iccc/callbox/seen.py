"""What is observed of a call box and never declared: its answer to OPTIONS, and its last test calls."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from iccc.callbox.trial import Trial
from iccc.sessions.sip import Reply
from iccc.sessions.sip_messages import uri_in

_PRODUCT = re.compile(r"([^/]{1,80}?)[/ ]+[vV]?(\d[\w.+~-]{0,40})(?:[\s;(].*)?")
_METHODS = 32


@dataclass(frozen=True)
class CallBoxFacts:
    """Source: RFC 3261, 11.2. What a box does not tell is None, or empty."""

    status: int  # 200; 486 while it is in a call; 401 when it asks for a login and none is stored
    reason: str
    software: str | None = None  # Server, or User-Agent
    model: str | None = None  # of that, where it reads like ``model/version``
    firmware: str | None = None
    methods: tuple[str, ...] = ()  # Allow
    contact: str | None = None
    trials: Mapping[str, Trial] = field(default_factory=dict)  # by control room: the last test call

    @property
    def busy(self) -> bool:
        return self.status in (486, 600)


def facts_of(answer: Reply, trials: Mapping[str, Trial]) -> CallBoxFacts:
    """Of the answer to OPTIONS."""
    software = answer.header("server") or answer.header("user-agent")
    product = _PRODUCT.fullmatch(software[:160])
    methods = [method.upper() for method in answer.listed("allow") if re.fullmatch(r"[A-Za-z]{1,32}", method)]
    return CallBoxFacts(
        status=answer.status,
        reason=answer.reason[:80],
        software=software[:160] or None,
        model=product[1].strip() if product else None,
        firmware=product[2] if product else None,
        methods=tuple(dict.fromkeys(methods))[:_METHODS],
        contact=uri_in(next(iter(answer.listed("contact")), "")) or None,
        trials=trials,
    )
