"""Names of ports as different agents and command lines write them: ``Gi1/0/2`` is ``GigabitEthernet1/0/2``.

Sources: the short names of Cisco IOS (``show interfaces status``), Comware and VRP (``display interface brief``) and
Junos, as IF-MIB's ifName has them, beside the full names of ifDescr.
"""

from __future__ import annotations

import re
from functools import lru_cache

_KINDS = {
    "fastethernet": ("fa", "fas", "fe"),
    "gigabitethernet": ("gi", "gig", "ge", "gige", "gigabit"),
    "twogigabitethernet": ("tw", "two"),
    "fivegigabitethernet": ("fi",),
    "tengigabitethernet": ("te", "ten", "tengig", "tengige", "xge", "xgigabitethernet", "xgei", "xe", "10ge"),
    "twentyfivegige": ("twe", "25ge", "twentyfivegigabitethernet"),
    "fortygigabitethernet": ("fo", "fortygige", "fge", "40ge"),
    "hundredgige": ("hu", "hundredgigabitethernet", "100ge"),
    "ethernet": ("et", "eth"),
    "portchannel": ("po",),
    "bridgeaggregation": ("bagg",),
    "aggregateport": ("ag",),
    "vlan": ("vl",),
    "loopback": ("lo",),
}
_FULL = {short: full for full, shorts in _KINDS.items() for short in (*shorts, full)}
_NAME = re.compile(r"((?:10|25|40|100)ge|[a-z][a-z _-]*?|)[ _-]?(\d{1,5}(?:[/.:]\d{1,5})*)", re.ASCII)

# As IOS, Comware, Ruijie, VRP, AOS-CX, Junos, AlliedWare Plus (static), ProCurve and Linux call them.
_AGGREGATES = frozenset(
    {"portchannel", "bridgeaggregation", "aggregateport", "ethtrunk", "lag", "ae", "sa", "trk", "bond"}
)

Parts = tuple[str, tuple[int, ...]]


def same_port(one: str, other: str) -> bool | None:
    """Whether two names are of one port; None when one of them is no port's name, so that nothing follows.

    Names of different kinds are comparable (``Gi1/1`` is not ``Te1/1``), and so is one without a kind: ``1/0/2`` is
    ``Gi1/0/2``.
    """
    if one.strip().lower() == other.strip().lower():
        return True
    left, right = parts(one), parts(other)
    if left is None or right is None:
        return None
    if left[1] != right[1]:
        return False if len(left[1]) == len(right[1]) else None
    return left[0] == right[0] or not (left[0] and right[0])


def is_aggregate(name: str) -> bool:
    """Whether a name is that of a link aggregation (IEEE 802.1AX): several ports that are one to what learns there."""
    found = parts(name)
    return found is not None and found[0] in _AGGREGATES


@lru_cache(maxsize=16_384)
def parts(name: str) -> Parts | None:
    """The kind in full and lower case, and the numbers; None for what is no port's name.

    ``("gigabitethernet", (1, 0, 2))`` of ``Gi1/0/2``; the unit 0 of Junos' ``ge-0/0/2.0`` does not count.
    """
    match = _NAME.fullmatch(name.strip().lower())
    if match is None:
        return None
    kind = re.sub(r"[ _-]", "", match[1])
    numbers = match[2].removesuffix(".0") if "/" in match[2] else match[2]
    return _FULL.get(kind, kind), tuple(map(int, re.split(r"[/.:]", numbers)))
