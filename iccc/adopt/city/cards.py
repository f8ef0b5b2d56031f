"""UPS cards: the network that they have of their own, and the cabinet, site and port of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network

from iccc.adopt.city.drawn import DrawnUps, Frame
from iccc.adopt.city.hosts import Homeless
from iccc.adopt.city.known import Known
from iccc.adopt.city.names import most, said
from iccc.adopt.city.plan import Plan, Seen, plan_of
from iccc.city.model.catalogue import Kind
from iccc.discover.found import Found, FoundUps
from iccc.discover.hanging import Place

Numbers = Mapping[str, tuple[int, int]]  # site and number of each switch of the field, by its name


@dataclass(frozen=True)
class FieldPlan:
    """``network.field``: as counted from the cards. ``why``: why there is none, and the cards are left to a person."""

    plan: Plan | None = None
    first_vlan: int | None = None
    why: str = ""


def field_plan(found: Found, frame: Frame, numbers: Numbers, ranges: list[IPv4Network]) -> FieldPlan:
    """A network of their own, with a VLAN for each site: that is what a declaration has for them."""
    places = {card.address: at for card in found.ups if (at := place_of(found, card)) is not None and at[0] in numbers}
    sites = {address: numbers[at[0]][0] for address, at in places.items()}
    told = {card.address: one for card in found.ups if (one := said(card.facts.sys_name or card.name)) is not None}
    seen = [
        Seen(address, None, None, site, told[address].number if address in told else None)
        for address, site in sites.items()
    ]
    plan = plan_of(seen, ranges)
    if plan is None:
        return FieldPlan(why="no switch of a site has learned it")
    for name, other in (("management", frame.management), ("cameras", frame.video), ("recorders", frame.recording)):
        if other is not None and other.prefix.overlaps(plan.prefix):
            return FieldPlan(why=f"UPS cards are in the network of {name}, and city.yaml has one of their own for them")
    vlans = most(
        pvid - site for address, site in sites.items() if (pvid := found.ports[places[address]].pvid) is not None
    )
    if vlans is None or vlans[0] < 1 or 2 * vlans[1] <= vlans[2] or vlans[0] == frame.first_vlan:
        return FieldPlan(why="UPS cards have no VLAN of their own for each site, as city.yaml has it")
    return FieldPlan(plan, vlans[0])


def place_of(found: Found, card: FoundUps) -> Place | None:
    """Where it hangs: by ARP and the tables of learned addresses, else as LLDP hears it."""
    return found.place_of(found.arp.get(card.address)) or found.heard.get(card.address)


def drawn_card(found: Found, card: FoundUps, field: FieldPlan, numbers: Numbers, known: Known) -> tuple[int, DrawnUps]:
    """The site, and the card on it. Raises Homeless."""
    if field.plan is None:
        raise Homeless(field.why)
    place = place_of(found, card)
    if place is None or place[0] not in numbers:
        raise Homeless("it hangs at no port of a site's switch that has learned it alone")
    site, switch = numbers[place[0]]
    number = field.plan.item(card.address)
    if field.plan.site(card.address) != site or not 1 <= number <= 10:
        raise Homeless(f"{card.address} is no UPS of site {site} in {field.plan.prefix}")
    type_ = known.types.other(Kind.UPS, card.facts.model) or known.type(card.address)
    if type_ is None:
        model = card.facts.model or "not told"
        raise Homeless(f"no device type of the catalogue is its model {model}: say --type '{model}=TYPE'")
    return site, DrawnUps(number, type_, switch, place[1], found.arp.get(card.address), card)
