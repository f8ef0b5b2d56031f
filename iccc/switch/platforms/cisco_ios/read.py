"""``show running-config`` to a model, whether it is saved, and what of it changes by itself."""

from __future__ import annotations

import re
from collections.abc import Iterator

from iccc.switch.platforms.cisco_ios import vlans as vlan_list
from iccc.switch.platforms.cisco_ios.facts import COMMENT, HARMLESS, LAST_LINE, NO_STARTUP, NORMAL_VLANS, VOLATILE
from iccc.switch.platforms.cisco_ios.lines import odd_user
from iccc.switch.platforms.cisco_ios.masks import masked
from iccc.switch.platforms.cisco_ios.model import IosModel
from iccc.switch.steps import Unparsable

_BANNER = re.compile(r"banner \S+ (\^C|\S)(.*)")
_SNMP_USER = re.compile(r"^User name: (\S+)$.*?^Group-name: (\S+)$", re.MULTILINE | re.DOTALL)


def read(*texts: str) -> IosModel:
    """The model of a whole running configuration and of ``show snmp user``, which the former does not print.

    Raises :class:`~iccc.switch.steps.Unparsable` when its end is missing. Only physical ports and port channels that
    carry VLANs. ``poe`` is True unless power is ``never``, also on ports that have none: the text does not tell.
    """
    running, *more = texts
    lines = list(_outside_banners(running))
    if LAST_LINE not in (line.rstrip() for line in lines[-3:]):
        raise Unparsable(f"the configuration does not end with {LAST_LINE!r}")
    model = IosModel()
    header = ""
    for line in lines:
        header = header if line.startswith(" ") else line
        if model.line(line):
            continue
        if line.startswith("username "):
            odd_user(model, line)
        elif line.startswith(" ") and not HARMLESS.fullmatch(line.strip()):
            _odd(model, header)
    for vty in model.access.vty.values():
        vty.formerly = None
    if not model.vtp_mode and any(vlan in NORMAL_VLANS for vlan in model.vlans):
        model.vtp_mode = "transparent"  # or off: in no other mode does it show them
    model.snmp_users = dict(_SNMP_USER.findall("".join(more)))
    return model


def _odd(model: IosModel, header: str) -> None:
    """A line below ``header`` is one that the model does not hold."""
    kind, _, numbers = header.partition(" ")
    if kind == "vlan" and numbers[:1].isdigit():
        model.odd_vlans |= vlan_list.read(numbers)
    elif found := re.fullmatch(r"interface [Vv]lan ?(\d+)", header):
        model.odd_svis.add(int(found[1]))


def is_saved(running: str, startup: str) -> bool:
    """Whether the startup configuration is the running one, volatile lines apart."""
    return not NO_STARTUP.search(startup) and _lasting(running) == _lasting(startup)


def stable(text: str) -> str:
    """The configuration without volatile lines, its secrets masked: what a backup keeps."""
    return "\n".join(masked(line) for line in _lasting(text)) + "\n"


def _lasting(text: str) -> list[str]:
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
