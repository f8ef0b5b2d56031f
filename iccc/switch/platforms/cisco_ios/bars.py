"""Edits that must not be made although the lines for them are there: what hangs on them iccc does not manage.

Source: Cisco IE 2000 Switch Software Configuration Guide, "Configuring EtherChannels" (ports of one channel have the
same VLANs, native VLAN and speed, or they do not form it), "Configuring Resilient Ethernet Protocol" (the ports of a
segment are trunks).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from iccc.switch.steps import Edit

if TYPE_CHECKING:
    from iccc.switch.platforms.cisco_ios.model import IosModel

TOGETHER = frozenset({"switching", "shutdown", "speed", "duplex"})  # what has to be the same on ports of a bundle


def bars(model: IosModel, edit: Edit) -> str:
    """Why ``edit`` must not be made on the switch as ``model`` stands; "" when nothing speaks against it."""
    if edit.section == "ports":
        return _port(model, edit)
    if edit.section == "vlans" and not edit.field and edit.after is None:
        return _deleted(model, edit.key)
    return ""


def _port(model: IosModel, edit: Edit) -> str:
    port = model.ports.get(edit.key)
    if port is not None and port.bundle and edit.field in TOGETHER:
        return (
            f"{edit.key} is in {port.bundle}: iccc changes no {edit.field} of ports that stand or fall together;"
            " change all of them by hand"
        )
    return ""


def _deleted(model: IosModel, vlan: int) -> str:
    ports = sorted(name for name, port in model.ports.items() if port.voice_vlan == vlan)
    return f"VLAN {vlan} is the voice VLAN of {', '.join(ports)}" if ports else ""
