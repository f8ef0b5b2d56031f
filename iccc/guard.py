"""The network guard: with ``ICCC_LOOPBACK_ONLY=1`` no packet leaves 127.0.0.0/8 and the lab's own namespaces.

An audit hook sees every connect, sendto and name look-up that Python code makes, in any library.
Sockets of native code (gufo-snmp) escape it: their wrapper calls :func:`check` itself.
"""

from __future__ import annotations

import ipaddress
import sys
from collections.abc import Sequence

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

LOOPBACK: tuple[Network, ...] = (ipaddress.ip_network("127.0.0.0/8"), ipaddress.ip_network("::1/128"))
LOCAL_NAMES = frozenset({"localhost", ""})

_allowed: tuple[Network, ...] | None = None


class OutsideLab(PermissionError):
    """A packet was about to leave the addresses that this process may reach."""


def install(lab_nets: str = "") -> None:
    """Refuse from now on, in this process, everything outside loopback and ``lab_nets`` (comma-separated CIDRs).

    It can be widened by no later call: the first one decides.
    """
    global _allowed
    if _allowed is not None:
        return
    extra = tuple(ipaddress.ip_network(net.strip()) for net in lab_nets.split(",") if net.strip())
    _allowed = LOOPBACK + extra
    sys.addaudithook(_audit)


def installed() -> bool:
    """Whether the guard stands in this process."""
    return _allowed is not None


def check(address: str) -> None:
    """Raise :class:`OutsideLab` if ``address`` (a literal) may not be reached. Without a guard it does nothing."""
    if _allowed is None or address in LOCAL_NAMES:
        return
    try:
        ip = ipaddress.ip_address(address.split("%")[0])
    except ValueError:
        raise OutsideLab(f"{address!r} is a name; with ICCC_LOOPBACK_ONLY only addresses are dialled") from None
    mapped = ip.ipv4_mapped if isinstance(ip, ipaddress.IPv6Address) else None
    ip = mapped or ip
    if not any(ip in net for net in _allowed):
        raise OutsideLab(f"{address} is outside {', '.join(map(str, _allowed))} (ICCC_LOOPBACK_ONLY)")


def _audit(event: str, args: Sequence[object]) -> None:
    if event == "socket.connect" or event == "socket.sendto" or event == "socket.sendmsg":
        target = args[1]
        if isinstance(target, tuple) and target and isinstance(target[0], str):
            check(target[0])
    elif event == "socket.getaddrinfo" or event == "socket.gethostbyname":
        host = args[0]
        if isinstance(host, bytes):
            host = host.decode("ascii", "replace")
        # A look-up sends packets to a name server, so only literals and local names pass.
        if isinstance(host, str) and not _bindable(host):
            check(host)


def _bindable(host: str) -> bool:
    return host in ("0.0.0.0", "::")  # noqa: S104  resolved for bind(); connect() to them is local
