"""What readers of SNMP take of the processor for 700 switches of ten tables, 946 OIDs each.

CPU seconds are those of the reading process alone, user and system; for the C tool those of its processes. The agents
are other processes. Ours reads the tables as the product does; raw gufo walks the same tables whole, without a guard;
``snmpbulkwalk`` takes one OID, so ten tables are ten processes. *Of all* is two an agent, which walk everything below
1.0 and 1.3: here that is no more than the ten tables, on a switch it is many times as much.
"""

from __future__ import annotations

import asyncio
import json
import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Awaitable, Callable, Coroutine, Sequence

from iccc.mib.values import Table
from iccc.sessions.snmp import SnmpSession
from iccc.settings import SnmpReader
from tests.peers.snmp_agents import COMMUNITY, OIDS, PORT, SHAPES, declared, served
from tests.support import reach

AGENTS = 700
IN_FLIGHT = 200
SAMPLE = 70  # agents that the slow ones are measured on; their time is scaled up
TABLES: tuple[Table, ...] = tuple(shape.table() for shape in SHAPES)
MOST_OF_GUFO = 2.0
LEAST_BELOW_C = 5.0


async def ours(address: str, reader: SnmpReader = SnmpReader.GUFO) -> int:
    session = SnmpSession("sw", declared(address), reach(snmp_s=10.0, reader=reader))
    rows = 0
    for table in TABLES:
        rows += sum(len(column) for column in (await session.table(table)).values())
    return rows


async def pysnmp(address: str) -> int:
    return await ours(address, SnmpReader.PYSNMP)


async def raw_gufo(address: str) -> int:
    from gufo.snmp.aio import SnmpSession as Raw

    session = Raw(address, PORT, community=COMMUNITY, timeout=10.0, max_repetitions=40)
    rows = 0
    for shape in SHAPES:
        async for _ in session.getbulk(shape.entry):
            rows += 1
    return rows


async def snmpbulkwalk(address: str) -> int:
    return await _c_tool(address, [shape.entry for shape in SHAPES])


async def whole_by_c(address: str) -> int:
    return await _c_tool(address, ["1.0", "1.3"])


async def _c_tool(address: str, subtrees: Sequence[str]) -> int:
    rows = 0
    for subtree in subtrees:
        command = ("snmpbulkwalk", "-v2c", "-c", COMMUNITY, "-On", "-Cr40", f"{address}:{PORT}", subtree)
        child = await asyncio.create_subprocess_exec(*command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        output, _ = await child.communicate()
        rows += output.count(b"\n") - output.count(b"No more variables")
    return rows


READERS: dict[str, Callable[[str], Coroutine[None, None, int]]] = {
    "ours": ours,
    "raw gufo": raw_gufo,
    "pysnmp": pysnmp,
    "snmpbulkwalk": snmpbulkwalk,
    "snmpbulkwalk of all": whole_by_c,
}
C_TOOL = ("snmpbulkwalk", "snmpbulkwalk of all")
SLOW = ("pysnmp", *C_TOOL)


async def _all(read: Callable[[str], Awaitable[int]], addresses: Sequence[str], in_flight: int) -> None:
    free = asyncio.Semaphore(in_flight)

    async def one(address: str) -> None:
        async with free:
            rows = await read(address)
        if rows != OIDS:
            raise RuntimeError(f"{address}: {rows} rows, not {OIDS}")

    await asyncio.gather(*map(one, addresses))


def cpu_s(name: str, addresses: Sequence[str]) -> float:
    """CPU seconds for all the agents, in a fresh process that has read one of them before."""
    command = [sys.executable, "-m", "tests.peers.snmp", name, *addresses]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=True)
    return float(json.loads(done.stdout))


def measure(agents: int = AGENTS) -> dict[str, float]:
    """CPU seconds of each reader, of those that are installed."""
    seconds: dict[str, float] = {}
    with served(agents) as addresses:
        for name in READERS:
            if name in C_TOOL and not shutil.which("snmpbulkwalk"):
                continue
            few = addresses[:SAMPLE] if name in SLOW else addresses
            seconds[name] = cpu_s(name, few) * len(addresses) / len(few)
    return seconds


def table(seconds: dict[str, float]) -> str:
    """What was measured, for people, and whether the gates are passed."""
    ours = seconds["ours"]
    lines = [f"    CPU s    ratio  for {AGENTS} switches of ten SNMP tables, {OIDS} OIDs each"]
    for name, took in seconds.items():
        said = f"{name} (measured on {SAMPLE})" if name in SLOW else name
        lines.append(f"{took:>9.1f} {took / ours:>8.2f}  {said}")
    gates = [("at most twice raw gufo", ours <= MOST_OF_GUFO * seconds["raw gufo"])]
    if "snmpbulkwalk" in seconds:
        gates.append(("at most a fifth of snmpbulkwalk", ours * LEAST_BELOW_C <= seconds["snmpbulkwalk"]))
    else:
        lines.append("          snmpbulkwalk is not installed: apt install snmp")
    lines += [f"          {'passed' if passed else 'MISSED'}: {gate}" for gate, passed in gates]
    return "\n".join(lines)


def _child(name: str, addresses: Sequence[str]) -> None:
    whose = resource.RUSAGE_CHILDREN if name in C_TOOL else resource.RUSAGE_SELF
    in_flight = (os.cpu_count() or 1) if name in C_TOOL else IN_FLIGHT
    asyncio.run(_all(READERS[name], addresses[:1], 1))
    before = resource.getrusage(whose)
    asyncio.run(_all(READERS[name], addresses, in_flight))
    after = resource.getrusage(whose)
    print(json.dumps(after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime))


if __name__ == "__main__":
    _child(sys.argv[1], sys.argv[2:])
