"""``show running-config`` to a model, whether it is saved, and what of it changes by itself."""

from __future__ import annotations

from iccc.switch.platforms.aruba_aoscx.facts import REMINDER, SECRET_VALUE, VOLATILE
from iccc.switch.platforms.aruba_aoscx.model import AoscxModel
from iccc.switch.platforms.aruba_aoscx.vlans import read as read_vlans
from iccc.switch.steps import Unparsable


def read(*texts: str) -> AoscxModel:
    """The model of a whole running configuration.

    A configuration of AOS-CX has no last line of its own: that it is whole follows from the prompt behind it. It has
    to have VLAN 1 at least, which every switch has; :class:`~iccc.switch.steps.Unparsable` if not. ``poe`` is True
    unless power is off, also on ports that have none: the text does not tell.
    """
    lines = _lasting("\n".join(texts))
    if not any(_has_vlan_1(line) for line in lines):
        raise Unparsable("the configuration does not show VLAN 1, which every switch has")
    model = AoscxModel()
    # The mode is taken only while spanning tree is off, so it comes first wherever it is printed.
    for line in sorted(lines, key=lambda one: not one.startswith("spanning-tree mode ")):
        model.line(line)
    return model


def is_saved(running: str, startup: str) -> bool:
    """Whether the startup configuration is the running one, volatile lines apart."""
    return _lasting(running) == _lasting(startup)


def stable(text: str) -> str:
    """The configuration without volatile lines, its secrets masked: what a backup keeps."""
    return "\n".join(SECRET_VALUE.sub(r"\1***", line) for line in _lasting(text)) + "\n"


def _lasting(text: str) -> list[str]:
    lines = (line.rstrip() for line in text.splitlines())
    return [line for line in lines if line and not VOLATILE.match(line) and not REMINDER.search(line)]


def _has_vlan_1(line: str) -> bool:
    word, _, numbers = line.partition(" ")
    try:
        return word == "vlan" and 1 in read_vlans(numbers)
    except ValueError:
        return False
