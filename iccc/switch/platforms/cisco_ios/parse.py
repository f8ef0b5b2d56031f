"""``show running-config`` to state, and whether it is saved."""

from __future__ import annotations

import re
from collections.abc import Iterator

from iccc.switch.platforms.cisco_ios.facts import COMMENT, LAST_LINE, NO_STARTUP, VOLATILE
from iccc.switch.platforms.cisco_ios.interpreter import Model, PortModel
from iccc.switch.state import Port, SwitchState, Vlan
from iccc.switch.steps import Unparsable

_SVI = re.compile(r"interface Vlan(\d+)")
_BANNER = re.compile(r"banner \S+ (\^C|\S)(.*)")


def parse(running: str) -> SwitchState:
    """The state that a whole running configuration declares; :class:`Unparsable` when its end is missing.

    Only physical ports and port channels that carry VLANs. ``poe`` is True unless power is ``never``, also on ports
    that have none: the text does not tell. ``saved`` is None: it takes the startup configuration too.
    """
    lines = list(_outside_banners(running))
    if LAST_LINE not in (line.rstrip() for line in lines[-3:]):
        raise Unparsable(f"the configuration does not end with {LAST_LINE!r}")
    model = Model()
    for line in lines:
        model.line(line)
    return SwitchState(
        hostname=model.hostname,
        vlans={number: Vlan(name) for number, name in model.vlans.items()},
        ports={name: _port(port) for name, port in model.ports.items() if not port.routed},
        ntp_servers=frozenset(model.ntp_servers),
        syslog_hosts=frozenset(model.syslog_hosts),
    )


def is_saved(running: str, startup: str) -> bool:
    """Whether the startup configuration is the running one, volatile lines apart."""
    return not NO_STARTUP.search(startup) and _stable(running) == _stable(startup)


def management_vlan(running: str, address: str) -> int | None:
    """The VLAN whose interface bears ``address``, so over which the switch is really managed; None if none does."""
    vlan: int | None = None
    for line in _outside_banners(running):
        if not line.startswith(" "):
            found = _SVI.fullmatch(line)
            vlan = int(found[1]) if found else None
        elif vlan is not None and line.split()[:3] == ["ip", "address", address]:
            return vlan
    return None


def _port(port: PortModel) -> Port:
    return Port(port.description, port.mode, port.access_vlan, port.allowed_vlans, port.poe)


def _stable(text: str) -> list[str]:
    lines = (line.rstrip() for line in text.splitlines())
    return [line for line in lines if line and not VOLATILE.match(line)]


def _outside_banners(text: str) -> Iterator[str]:
    """The lines of a configuration without comments, blanks and the free text of banners."""
    closing: str | None = None
    for line in text.splitlines():
        if closing is not None:
            closing = None if closing in line else closing
            continue
        opened = _BANNER.match(line)
        if opened:
            closing = None if opened[1] in opened[2] else opened[1]
        elif line.strip() and not line.startswith(COMMENT):
            yield line.rstrip()
