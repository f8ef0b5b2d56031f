"""How a trunk comes from one set of VLANs to another without losing what it keeps."""

from __future__ import annotations

from dataclasses import dataclass

from iccc.switch.platforms.alliedware_plus.ports import NONE, PortModel
from iccc.switch.state import ALL_VLANS, PortMode, Switching
from iccc.switch.steps import Unsayable


@dataclass(frozen=True)
class TrunkEdit:
    """The lines of a trunk, in this order. None: not said; ``native`` 0 is ``none``.

    ``barred``: the list after ``except``; () for ``all``. The whole list is replaced by that one line, where ``add``
    and ``remove`` are refused; ``allowed vlan none`` is never said, because it cuts the trunk until it is filled again.
    """

    barred: frozenset[int] | None
    add: frozenset[int]
    native: int | None
    add_former: frozenset[int]
    remove: frozenset[int]


def edit(key: str, model: PortModel | None, before: Switching, after: Switching) -> TrunkEdit:
    """From ``before`` to ``after``, a trunk; a port that becomes one begins with VLAN 1 untagged.

    :class:`~iccc.switch.steps.Unsayable` for a native VLAN that is not allowed: here it would simply not be native.
    """
    turned = before.mode is not PortMode.TRUNK
    tagged, native = (NONE, 1) if turned else members(before)
    wish, new = members(after)
    if new is None and after.native_vlan not in (0, 1) and (turned or after.native_vlan != before.native_vlan):
        raise Unsayable(f"{key}: native VLAN {after.native_vlan} is not among the allowed ones")
    allowed = wish | ({new} if new else NONE)
    said = None if new == native else new or 0
    was_barred = model is not None and (model.barred_once if turned else model.barred is not None)
    if allowed == ALL_VLANS or was_barred:
        same = not turned and allowed == tagged | ({native} if native else NONE)
        return TrunkEdit(None if same else ALL_VLANS - allowed, NONE, said, NONE, NONE)
    former = frozenset({native}) & wish if native else NONE
    return TrunkEdit(None, wish - tagged - former, said, former, tagged - wish - ({new} if new else NONE))


def members(switching: Switching) -> tuple[frozenset[int], int | None]:
    """The VLANs that a trunk carries tagged, and its native one, None if that is not allowed."""
    allowed = switching.allowed_vlans if switching.allowed_vlans is not None else ALL_VLANS
    native = switching.native_vlan if switching.native_vlan in allowed else None
    return allowed - {native}, native
