"""What our reader makes of an agent: ``python -m tests.hosts.facts ADDRESS gufo|pysnmp``, in the agent's namespace.

Prints ``{port: {index, admin, oper, mac, neighbours: [[name, chassis, port]]}}`` and what was unread, as JSON.
"""

from __future__ import annotations

import asyncio
import json
import sys

from iccc.secrets import Secret, UsmUser
from iccc.sessions.snmp import SnmpSession
from iccc.settings import SnmpReader
from iccc.switch import snmp_reader
from iccc.switch.seen import SwitchFacts
from tests.support import MemoryCredentials, reach

USER = UsmUser("see", "sha256", Secret("watch over the roads"), "aes256", Secret("and tell nobody else"))


async def read(address: str, reader: str) -> SwitchFacts:
    to = reach(MemoryCredentials(communities={}, usm=USER), reader=SnmpReader(reader), snmp_s=2.0)

    def session(vlan: int | None) -> SnmpSession:
        return SnmpSession("sw", address, to, vlan=vlan)

    return await snmp_reader.read(session, lambda interface: interface.name, None, (), 20.0)


def shown(facts: SwitchFacts) -> dict[str, object]:
    """The parts that the kernel and lldpd know as well."""
    assert isinstance(facts.ports, dict), facts.ports
    return {
        "name": facts.sys_name,
        "unread": sorted(facts.unread),
        "ports": {
            name: {
                "index": port.index,
                "admin": port.admin_up,
                "oper": port.oper_up,
                "mac": port.mac,
                "neighbours": [[one.sys_name, one.chassis_id, one.port_id] for one in port.neighbours],
            }
            for name, port in facts.ports.items()
        },
    }


if __name__ == "__main__":
    print(json.dumps(shown(asyncio.run(read(*sys.argv[1:])))))
