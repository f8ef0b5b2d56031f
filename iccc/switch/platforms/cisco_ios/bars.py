"""Edits that must not be made although the lines for them are there: what hangs on them iccc does not manage.

Source: Cisco IE 2000 Switch Software Configuration Guide, "Configuring EtherChannels" (ports of one channel have the
same VLANs, native VLAN and speed, or they do not form it), "Configuring Resilient Ethernet Protocol" (the ports of a
segment are trunks).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from iccc.switch.platforms.cisco_ios.names import poe_index
from iccc.switch.steps import Edit

if TYPE_CHECKING:
    from iccc.switch.platforms.cisco_ios.model import IosModel

TOGETHER = frozenset({"switching", "shutdown", "speed", "duplex"})  # what has to be the same on ports of a bundle
ODD = "has settings that iccc does not know and could not bring back: change it by hand"


def bars(model: IosModel, edit: Edit) -> str:
    """Why ``edit`` must not be made on the switch as ``model`` stands; "" when nothing speaks against it."""
    if edit.section == "ports":
        return _port(model, edit)
    if (edit.section, edit.field) == ("spanning_tree", "mode") and model.tree.in_mode(edit.after or "") is None:
        return "its VLANs have spanning-tree priorities of their own, which would count in the new mode"
    if edit.section == "users" and edit.before is not None:
        return _user(model, edit)
    if edit.section == "interfaces" and edit.before is not None:
        return _interface(model, edit)
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
    if edit.field == "poe":
        index = poe_index(edit.key)
        twins = sorted(name for name in model.ports if name != edit.key and _has_poe_index(name, index))
        if twins:
            return (
                f"{edit.key} and {', '.join(twins)} have one PoE index, {index[0]}.{index[1]}: iccc cannot tell whose"
            )
    return ""


def _has_poe_index(name: str, index: tuple[int, int]) -> bool:
    return not name.startswith("Port-channel") and poe_index(name) == index


def _interface(model: IosModel, edit: Edit) -> str:
    stays = edit.after is not None and edit.after.address == edit.before.address
    return f"interface Vlan{edit.key} {ODD}" if edit.key in model.odd_svis and not stays else ""


def _user(model: IosModel, edit: Edit) -> str:
    if edit.key in model.odd_users:
        return f"user {edit.key} {ODD}"
    if edit.after is not None and edit.after.password is not None and model.user_words.get(edit.key) == "password":
        return f"user {edit.key} has a password: IOS takes no secret beside it, type 'no username {edit.key}' first"
    return ""


def _deleted(model: IosModel, vlan: int) -> str:
    if vlan in model.odd_vlans:
        return f"VLAN {vlan} {ODD}"
    ports = sorted(name for name, port in model.ports.items() if port.voice_vlan == vlan)
    return f"VLAN {vlan} is the voice VLAN of {', '.join(ports)}" if ports else ""
