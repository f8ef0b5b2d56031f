"""Sends a trap or an inform, as a device would."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from pysnmp.hlapi.v3arch.asyncio import (
    ContextData,
    NotificationType,
    ObjectIdentity,
    OctetString,
    SnmpEngine,
    UdpTransportTarget,
    send_notification,
)

from iccc.secrets import SnmpLogin
from iccc.sessions.snmp_pysnmp import security

LINK_DOWN = "1.3.6.1.6.3.1.1.5.3"  # IF-MIB linkDown


def notify(
    to: tuple[str, int], kind: str, login: SnmpLogin, source: str, texts: Mapping[str, bytes] | None = None
) -> Any:
    """A linkDown from ``source``, as ``trap`` or ``inform``.

    Gives what is wrong with the acknowledgement; None when it came, or when none is due.
    """

    async def work() -> Any:
        engine = SnmpEngine()
        target = await UdpTransportTarget.create(to, timeout=1.0, retries=0)
        target.set_local_address((source, 0))
        said = NotificationType(ObjectIdentity(LINK_DOWN))
        said.add_varbinds(*((oid, OctetString(text)) for oid, text in (texts or {}).items()))
        trouble, *_ = await send_notification(engine, security(login), target, ContextData(), kind, said)
        await asyncio.sleep(0.1)
        engine.close_dispatcher()
        return trouble

    return asyncio.run(work())
