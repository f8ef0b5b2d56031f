"""Interface types of NetBox: which are Ethernet ports, which are something else, and which are a slip of the pen.

Source: the choices of NetBox 4.5 (InterfaceTypeChoices) and the schema of its device-type library. NetBox adds optics
with every release, so types are known by how they are made up, ``<speed>base-<medium>``, and not by a list.
"""

from __future__ import annotations

import re

from iccc.explain import did_you_mean

_SPEED = "10|100|1000|2.5g|5g|10g|25g|40g|50g|100g|200g|400g|800g|1.6t"
_COPPER = "t|tx|t1|t1l|t1s|cx|cx4|cu|kx|kx4"
_OPTICS = "fx|lfx|sx|lx|lx4|lx10|lsx|ex|zx|bx10-d|bx10-u|br-d|br-u|cwdm|dwdm"
_LANES = "(sr|lr|lrm|er|zr|fr|dr|vr|cr|kr|kp|cwdm)[0-9]{0,2}([._-][0-9])?"  # 10gbase-sr, 400gbase-dr4, 100gbase-kp4
_CAGES = (
    "gbic|sfp|sfpp|sfpdd|sfp28|sfp56|sfp112|dsfp|xfp|xenpak|x2|qsfpp|qsfp28|qsfp56|qsfp112|qsfpdd|qsfpdd1600"
    "|osfp|osfp-rhs|osfp1600|osfp1600-rhs|cfp|cfp2|cfp4|cfp8|cpak|cxp|cdfp"
)
_ETHERNET = re.compile(rf"({_SPEED.replace('.', '[.]')})base-((?P<copper>{_COPPER})|{_OPTICS}|{_LANES}|x-({_CAGES}))")
_NOT_ETHERNET = re.compile(
    r"virtual|bridge|lag|other|ieee802\.(11(a|g|n|ac|ad|ax|ay|be|bn)|15\.[0-9])|other-wireless|gsm|cdma|lte|4g|5g"
    r"|sonet-oc[0-9]+|[0-9]+gfc-q?sfp(p|dd|28)?|infiniband-([sdqefhnx]dr|fdr10)|[te][13]|xdsl|docsis|moca"
    r"|[bge]pon|10g-epon|xgs?-pon|ng-pon2|(25|50)g-pon"
    r"|(cisco-(stackwise|flexstack)|extreme-summitstack)(-plus|-[0-9]+t?)?|juniper-vcp"
)
_WIRELESS = re.compile(r"ieee802\..*|other-wireless|gsm|cdma|lte|4g|5g")


def objection(type_: str) -> str | None:
    """Why ``type_`` is no interface type of NetBox, as it follows the value; None when it is one."""
    if _ETHERNET.fullmatch(type_) or _NOT_ETHERNET.fullmatch(type_):
        return None
    media = f"{_COPPER}|{_OPTICS}|sr|lr|x-{_CAGES.replace('|', '|x-')}".split("|")
    known = [f"{speed}base-{medium}" for speed in _SPEED.split("|") for medium in media]
    return f"is no interface type of NetBox{did_you_mean(type_, [*known, 'virtual', 'bridge', 'other'])}"


def is_ethernet(type_: str) -> bool:
    """Whether a cable of a network goes in: neither virtual nor wireless nor for a stack of switches."""
    return _ETHERNET.fullmatch(type_) is not None


def is_wireless(type_: str) -> bool:
    return _WIRELESS.fullmatch(type_) is not None


def is_copper(type_: str) -> bool:
    match = _ETHERNET.fullmatch(type_)
    return match is not None and match["copper"] is not None
