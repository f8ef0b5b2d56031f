"""Ways out of the lab: ``python attempts.py`` tries each with the guard and prints a line of JSON about it.

The addresses are from 192.0.2.0/24, which nobody has (RFC 5737). Where the system allows it, the process moves into
a network namespace without any interface first, so that even a hole in the guard lets no packet out.
"""

from __future__ import annotations

import asyncio
import ctypes
import fcntl
import json
import os
import socket
import struct
import sys
import urllib.request
from collections.abc import Callable
from typing import Any

OUTSIDE = "192.0.2.7"
MAPPED = f"::ffff:{OUTSIDE}"
OUTSIDE6 = "2001:db8::7"
NAME = "camera.example"
PORT = 9

ATTEMPTS: dict[str, Callable[[], object]] = {}


def attempt(action: Callable[[], object]) -> Callable[[], object]:
    ATTEMPTS[action.__name__] = action
    return action


def tcp(family: int = socket.AF_INET) -> socket.socket:
    return socket.socket(family, socket.SOCK_STREAM)


def udp(family: int = socket.AF_INET) -> socket.socket:
    return socket.socket(family, socket.SOCK_DGRAM)


@attempt
def connect() -> object:
    return tcp().connect((OUTSIDE, PORT))


@attempt
def connect_bytes() -> object:
    return tcp().connect((OUTSIDE.encode(), PORT))


@attempt
def connect_bytearray() -> object:
    return tcp().connect((bytearray(OUTSIDE, "ascii"), PORT))


@attempt
def connect_by_name() -> object:
    return tcp().connect((NAME, PORT))


@attempt
def connect_by_odd_literal() -> object:
    return tcp().connect(("192.0.519", PORT))


@attempt
def connect_udp() -> object:
    return udp().connect((OUTSIDE, PORT))


@attempt
def connect_to_the_wildcard() -> object:
    return tcp().connect(("0.0.0.0", PORT))


@attempt
def connect_ex() -> object:
    return tcp().connect_ex((OUTSIDE, PORT))


@attempt
def create_connection() -> object:
    return socket.create_connection((OUTSIDE, PORT), timeout=1)


@attempt
def connect_of_the_c_type() -> object:
    import _socket

    return _socket.socket(socket.AF_INET, socket.SOCK_STREAM).connect((OUTSIDE, PORT))


@attempt
def connect_ipv6() -> object:
    return tcp(socket.AF_INET6).connect((OUTSIDE6, PORT))


@attempt
def connect_ipv6_scoped() -> object:
    return tcp(socket.AF_INET6).connect(("fe80::1%lo", PORT, 0, 1))


@attempt
def connect_ipv4_mapped() -> object:
    return tcp(socket.AF_INET6).connect((MAPPED, PORT))


@attempt
def sendto() -> object:
    return udp().sendto(b"x", (OUTSIDE, PORT))


@attempt
def sendto_with_flags() -> object:
    return udp().sendto(b"x", socket.MSG_DONTWAIT, (OUTSIDE, PORT))


@attempt
def sendto_by_name() -> object:
    return udp().sendto(b"x", (NAME, PORT))


@attempt
def sendto_broadcast() -> object:
    sender = udp()
    sender.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
    return sender.sendto(b"x", ("<broadcast>", PORT))


@attempt
def sendto_multicast() -> object:
    return udp().sendto(b"x", ("239.255.255.250", 3702))


@attempt
def sendto_ipv4_mapped() -> object:
    return udp(socket.AF_INET6).sendto(b"x", (MAPPED, PORT))


@attempt
def sendmsg() -> object:
    return udp().sendmsg([b"x"], [], 0, (OUTSIDE, PORT))


@attempt
def sendmsg_bytes() -> object:
    return udp().sendmsg([b"x"], [], 0, (OUTSIDE.encode(), PORT))


@attempt
def bind_by_name() -> object:
    return udp().bind((NAME, 0))


@attempt
def packet_socket() -> object:
    return socket.socket(socket.AF_PACKET, socket.SOCK_RAW)


@attempt
def vsock() -> object:
    return socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM)


@attempt
def getaddrinfo() -> object:
    return socket.getaddrinfo(NAME, PORT)


@attempt
def getaddrinfo_bytes() -> object:
    return socket.getaddrinfo(NAME.encode(), PORT)


@attempt
def gethostbyname() -> object:
    return socket.gethostbyname(NAME)


@attempt
def gethostbyname_ex() -> object:
    return socket.gethostbyname_ex(NAME)


@attempt
def gethostbyaddr() -> object:
    return socket.gethostbyaddr("127.77.5.1")


@attempt
def getnameinfo() -> object:
    return socket.getnameinfo((OUTSIDE, PORT), 0)


@attempt
def urllib_http() -> object:
    return urllib.request.urlopen(f"http://{OUTSIDE}:{PORT}/", timeout=1)


@attempt
def requests_http() -> object:
    import requests

    return requests.get(f"http://{OUTSIDE}:{PORT}/", timeout=1)


@attempt
def requests_through_a_proxy() -> object:
    import requests

    return requests.get("http://127.77.5.1:9/", proxies={"http": f"http://{OUTSIDE}:{PORT}"}, timeout=1)


@attempt
def zeep_transport() -> object:
    import zeep.transports

    return zeep.transports.Transport(timeout=1).load(f"http://{OUTSIDE}:{PORT}/device.wsdl")


@attempt
def paramiko_ssh() -> object:
    import paramiko

    return paramiko.SSHClient().connect(OUTSIDE, PORT, "u", "p", timeout=1)


@attempt
def netmiko_ssh() -> object:
    import netmiko

    return netmiko.ConnectHandler(
        device_type="cisco_ios", host=OUTSIDE, port=PORT, username="u", password="p", conn_timeout=1
    )


@attempt
def netmiko_telnet() -> object:
    import netmiko

    return netmiko.ConnectHandler(
        device_type="cisco_ios_telnet", host=OUTSIDE, port=PORT, username="u", password="p", conn_timeout=1
    )


@attempt
def asyncssh_ssh() -> object:
    import asyncssh

    return asyncio.run(asyncio.wait_for(_await(asyncssh.connect(OUTSIDE, PORT, config=None)), 2))


@attempt
def asyncio_tcp() -> object:
    return asyncio.run(asyncio.wait_for(asyncio.open_connection(OUTSIDE, PORT), 2))


@attempt
def asyncio_tcp_by_name() -> object:
    return asyncio.run(asyncio.wait_for(asyncio.open_connection(NAME, PORT), 2))


@attempt
def asyncio_udp() -> object:
    async def send() -> object:
        return await asyncio.get_running_loop().create_datagram_endpoint(
            asyncio.DatagramProtocol, remote_addr=(OUTSIDE, PORT)
        )

    return asyncio.run(asyncio.wait_for(send(), 2))


@attempt
def asyncio_udp_sendto() -> object:
    errors: list[Exception] = []

    class Listener(asyncio.DatagramProtocol):
        def error_received(self, exc: Exception) -> None:
            errors.append(exc)

    async def send() -> None:
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_datagram_endpoint(Listener, local_addr=("127.77.5.9", 0))
        transport.sendto(b"x", (OUTSIDE, PORT))
        await asyncio.sleep(0.05)
        transport.close()

    asyncio.run(asyncio.wait_for(send(), 2))
    raise errors[0]


@attempt
def pysnmp_get() -> object:
    from pysnmp.hlapi.v3arch import asyncio as snmp

    async def get() -> Any:
        target = await snmp.UdpTransportTarget.create((OUTSIDE, 161), timeout=0.2, retries=0)
        return await snmp.get_cmd(
            snmp.SnmpEngine(),
            snmp.CommunityData("public"),
            target,
            snmp.ContextData(),
            snmp.ObjectType(snmp.ObjectIdentity("1.3.6.1.2.1.1.1.0")),
        )

    return asyncio.run(asyncio.wait_for(get(), 3))


def live_reach() -> Any:
    """What a session needs to dial declared addresses themselves; refused before credentials are asked for."""
    from iccc.clock import SystemClock
    from iccc.sessions.dial import Dial, Target
    from iccc.sessions.reach import Reach
    from iccc.settings import Limits, Timeouts

    nothing: Any = None
    return Reach(Dial(Target.LIVE), Timeouts(), Limits(), SystemClock(), nothing, nothing, nothing)


@attempt
def gufo_snmp_session() -> object:
    from iccc.sessions.snmp import SnmpSession

    return asyncio.run(SnmpSession("sw", OUTSIDE, live_reach()).get("1.3.6.1.2.1.1.1.0"))


@attempt
def gufo_snmp_session_to_a_name() -> object:
    from iccc.sessions.snmp import SnmpSession

    return asyncio.run(SnmpSession("sw", NAME, live_reach()).get("1.3.6.1.2.1.1.1.0"))


@attempt
def pysnmp_set() -> object:
    from iccc.sessions.snmp_set import set_value

    return asyncio.run(set_value("sw", OUTSIDE, live_reach(), "1.3.6.1.2.1.1.1.0", 1))


@attempt
def gevent_connect() -> object:
    from gevent import socket as cooperative

    return cooperative.socket().connect((OUTSIDE, PORT))


@attempt
def gevent_sendto_by_name() -> object:
    from gevent import socket as cooperative

    return cooperative.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", (NAME, PORT))


@attempt
def gevent_look_up() -> object:
    from gevent import socket as cooperative

    return cooperative.gethostbyname(NAME)


@attempt
def gevent_native_resolver() -> object:
    import gevent.resolver.cares as native

    return native


@attempt
def forked_child() -> object:
    read, write = os.pipe()
    if os.fork() == 0:
        try:
            tcp().connect((OUTSIDE, PORT))
        except OSError as error:
            os.write(write, type(error).__name__.encode())
        os._exit(0)
    os.wait()
    raise type(os.read(read, 99).decode(), (Exception,), {})


@attempt
def widened_later() -> object:
    from iccc import guard

    guard.install("0.0.0.0/0")
    return tcp().connect((OUTSIDE, PORT))


async def _await(thing: Any) -> Any:
    return await thing


def leave_the_network() -> bool:
    """Whether this process now stands in a network namespace that has loopback and nothing else."""
    new_user, new_net, set_flags, up = 0x1000_0000, 0x4000_0000, 0x8914, 0x1
    if ctypes.CDLL(None).unshare(new_user | new_net) != 0:
        return False
    with udp() as control:
        fcntl.ioctl(control, set_flags, struct.pack("16sH22x", b"lo", up))
    return True


def causes(error: BaseException | None) -> list[str]:
    """The types of this exception and of all that stand behind it."""
    names: list[str] = []
    while error is not None:
        names.append(type(error).__name__)
        inner = next((arg for arg in error.args if isinstance(arg, BaseException)), None)
        error = error.__cause__ or error.__context__ or inner
    return names


def main() -> None:
    from iccc import guard

    assert guard.installed(), "nothing is tried without the guard"
    isolated = leave_the_network()
    passed: list[str] = []

    def record(event: str, args: tuple[object, ...]) -> None:
        """Hooks run in order: what arrives here, the guard has let through."""
        if event.startswith("socket.") and any(outside in str(args) for outside in (OUTSIDE, OUTSIDE6, NAME)):
            passed.append(f"{event} {args}")

    sys.addaudithook(record)
    for name, action in ATTEMPTS.items():
        found: list[str] = []
        passed.clear()
        try:
            returned = repr(action())
        except Exception as error:  # noqa: BLE001  whatever a library makes of the refusal is what is looked at
            returned, found = "", causes(error)
        print(json.dumps({"name": name, "causes": found, "returned": returned, "passed": passed, "isolated": isolated}))


if __name__ == "__main__":
    main()
