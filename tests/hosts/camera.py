"""A stand-in for a camera: answers TCP on the usual ports with a line, and sends every datagram back.

``python -m tests.hosts.camera ADDRESS``. ICMP is the kernel's.
"""

from __future__ import annotations

import asyncio
import sys
from typing import cast

TCP_PORTS = (80, 554)
ECHO_PORT = 9000
GREETING = b"camera\r\n"


class Echo(asyncio.DatagramProtocol):
    """Sends back what it gets."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self._transport.sendto(data, addr)


async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(GREETING)
    await writer.drain()
    writer.close()


async def serve(address: str) -> None:
    """Until it is killed."""
    for port in TCP_PORTS:
        await asyncio.start_server(greet, address, port)
    await asyncio.get_running_loop().create_datagram_endpoint(Echo, (address, ECHO_PORT))
    print("ready", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1]))
