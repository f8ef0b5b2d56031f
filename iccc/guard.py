"""The network guard: with ``ICCC_LOOPBACK_ONLY=1`` no packet leaves 127.0.0.0/8 and the lab's own namespaces.

An audit hook sees every connect, send and name look-up that Python code makes, in any library. CPython resolves
a *name* given to ``connect``, ``sendto`` or ``bind`` before it tells the hook, so the address methods of every class
of sockets are wrapped as well. What escapes: sockets of native code (the gufo-snmp wrapper calls :func:`check`
itself) and programs that are run as child processes.
"""

from __future__ import annotations

import errno
import functools
import ipaddress
import sys
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

LOOPBACK: tuple[Network, ...] = (ipaddress.ip_network("127.0.0.0/8"), ipaddress.ip_network("::1/128"))
LOCAL_NAMES = frozenset({"localhost", ""})

# By number, so that this module imports no socket: unspecified (a descriptor is adopted), unix, inet, inet6, netlink.
_ANY, _UNIX, _INET, _INET6, _NETLINK = -1, 1, 2, 10, 16
_WILDCARDS = frozenset({"0.0.0.0", "::"})  # noqa: S104  resolved for a bind(); to connect to them is refused
# The system's own hosts file answers these; the name of any other address is asked of a name server.
_KNOWN_TO_HOSTS = frozenset({"127.0.0.1", "::1", "localhost"})
_NATIVE_RESOLVERS = frozenset({"gevent.resolver.cares", "pycares"})

_allowed: tuple[Network, ...] | None = None
_wrapped: set[type] = set()


class OutsideLab(PermissionError):
    """A packet was about to leave the addresses that this process may reach."""


def install(lab_nets: str = "") -> None:
    """Refuse from now on, in this process, everything outside loopback and ``lab_nets`` (comma-separated CIDRs).

    It can be widened by no later call: the first one decides. ValueError if ``lab_nets`` is not understood.
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
    if objection := _objection(address):
        _refuse(objection)


@functools.lru_cache(maxsize=16_384)  # the lab and the sweeps send to the same addresses again and again
def _objection(address: str) -> str:
    """Why ``address`` may not be reached; empty if it may. Only asked once the guard stands."""
    allowed = _allowed or LOOPBACK
    try:
        ip = ipaddress.ip_address(address.split("%")[0])
    except ValueError:
        return f"{address!r} is a name; with ICCC_LOOPBACK_ONLY only addresses are dialled"
    mapped = ip.ipv4_mapped if isinstance(ip, ipaddress.IPv6Address) else None
    ip = mapped or ip
    if any(ip in net for net in allowed):
        return ""
    return f"{address} is outside {', '.join(map(str, allowed))} (ICCC_LOOPBACK_ONLY)"


def _refuse(text: str) -> NoReturn:
    raise OutsideLab(errno.EACCES, text)


def _audit(event: str, args: Sequence[Any]) -> None:
    watch = _WATCHES.get(event)
    if watch is not None:
        watch(args)


def _sending(args: Sequence[Any]) -> None:
    _check_target(args[0].family, args[1])


def _looking_up(args: Sequence[Any]) -> None:
    """A look-up sends packets to a name server, so only literals and local names pass."""
    if args[0] is not None and _text(args[0]) not in _WILDCARDS:
        check(_text(args[0]))


def _looking_up_backwards(args: Sequence[Any]) -> None:
    host = _text(args[0][0] if isinstance(args[0], tuple) else args[0])
    if host not in _KNOWN_TO_HOSTS:
        _refuse(f"the name of {host} would be asked of a name server (ICCC_LOOPBACK_ONLY)")


def _making_a_socket(args: Sequence[Any]) -> None:
    if args[1] not in (_ANY, _UNIX, _INET, _INET6, _NETLINK):
        _refuse(f"sockets of family {args[1]} reach past the guard (ICCC_LOOPBACK_ONLY)")
    _wrap(type(args[0]))


def _importing(args: Sequence[Any]) -> None:
    if args[0] in _NATIVE_RESOLVERS:
        _refuse(f"{args[0]} sends packets from native code (ICCC_LOOPBACK_ONLY)")


_WATCHES: dict[str, Callable[[Sequence[Any]], None]] = {
    "socket.connect": _sending,
    "socket.sendto": _sending,
    "socket.sendmsg": _sending,
    "socket.getaddrinfo": _looking_up,
    "socket.gethostbyname": _looking_up,
    "socket.gethostbyaddr": _looking_up_backwards,
    "socket.getnameinfo": _looking_up_backwards,
    "socket.__new__": _making_a_socket,
    "import": _importing,
}


def _check_target(family: int, target: object) -> None:
    """Check the address argument of a connect or send; None is a socket that was connected before."""
    if target is None or family in (_UNIX, _NETLINK):
        return
    if family not in (_INET, _INET6) or not isinstance(target, tuple) or not target:
        _refuse(f"{target!r} is no address of a kind that the guard knows (ICCC_LOOPBACK_ONLY)")
    check(_text(target[0]))


def _text(host: object) -> str:
    """A host as text: CPython takes str, bytes and bytearray."""
    return host.decode("ascii", "replace") if isinstance(host, bytes | bytearray) else str(host)


def _wrap(kind: type) -> None:
    """Make the methods of this class of sockets check their address before CPython resolves it.

    The bare C type cannot be changed; nothing but its subclasses is used as a socket.
    """
    if kind in _wrapped or kind.__flags__ & (1 << 8):  # Py_TPFLAGS_IMMUTABLETYPE
        return
    _wrapped.add(kind)
    for name, before in (
        ("connect", _before_send),
        ("connect_ex", _before_send),
        ("sendto", _before_send),
        ("sendmsg", _before_sendmsg),
        ("bind", _before_bind),
    ):
        setattr(kind, name, _checked(getattr(kind, name), before))


def _checked(method: Callable[..., Any], before: Callable[..., None]) -> Callable[..., Any]:
    @functools.wraps(method)
    def call(self: Any, *args: Any) -> Any:
        before(self.family, *args)
        return method(self, *args)

    return call


def _before_send(family: int, *args: object) -> None:
    if args:
        _check_target(family, args[-1])


def _before_sendmsg(family: int, *args: object) -> None:
    if len(args) > 3:
        _check_target(family, args[3])


def _before_bind(family: int, *args: object) -> None:
    """Any literal may be bound, for nothing is sent by it; a name would be looked up."""
    target = args[0] if args else None
    if family not in (_INET, _INET6) or not isinstance(target, tuple) or not target:
        return
    host = _text(target[0])
    try:
        ipaddress.ip_address(host.split("%")[0])
    except ValueError:
        if host not in LOCAL_NAMES:
            _refuse(f"{host!r} is a name; with ICCC_LOOPBACK_ONLY only addresses are bound")
