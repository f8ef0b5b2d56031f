"""SNMP v2c on the operator's side: ``python -m tests.hosts.snmp ADDRESS walk|set COMMUNITY OID [INTEGER]``.

Prints ``[[oid, value], …]``.
"""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any

from pysnmp.hlapi.v3arch.asyncio import (
    CommunityData,
    ContextData,
    ObjectIdentity,
    ObjectType,
    SnmpEngine,
    UdpTransportTarget,
    bulk_walk_cmd,
    set_cmd,
)
from pysnmp.proto.rfc1902 import Integer32


async def work(address: str, verb: str, community: str, oid: str, value: str = "") -> list[tuple[str, str]]:
    """RuntimeError when nothing answers or the agent reports an error."""
    target = await UdpTransportTarget.create((address, 161), timeout=1, retries=2)
    whom = SnmpEngine(), CommunityData(community, mpModel=1), target, ContextData()
    if verb == "set":
        asked = ObjectType(ObjectIdentity(oid), Integer32(int(value)))
        return _rows(address, oid, await set_cmd(*whom, asked, lookupMib=False))
    found: list[tuple[str, str]] = []
    asked = ObjectType(ObjectIdentity(oid))
    async for answer in bulk_walk_cmd(*whom, 0, 10, asked, lexicographicMode=False, lookupMib=False):
        found += _rows(address, oid, answer)
    return found


def _rows(address: str, oid: str, answer: Any) -> list[tuple[str, str]]:
    failure, status, _, varbinds = answer
    if failure or status:
        raise RuntimeError(f"{address} {oid}: {failure or status.prettyPrint()}")
    return [(str(name), value.prettyPrint()) for name, value in varbinds]


if __name__ == "__main__":
    print(json.dumps(asyncio.run(work(*sys.argv[1:]))))
