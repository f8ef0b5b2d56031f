"""Links that are down while the switches at both ends answer, or forward."""

from __future__ import annotations

from collections.abc import Iterator

from iccc.city.devices import Link
from iccc.drift.roots import Case, Root, Stand, evidence, told
from iccc.finding import Class, Finding, Severity
from iccc.switch.identity import is_device

DARK_DBM = -35.0  # below what any transceiver of a ring receives; DDM tells "no light" as -40 dBm or less
BROKEN = (Stand.DOWN, Stand.SHUT)


def links_down(case: Case, _left: frozenset[str]) -> Iterator[Root]:
    """One finding for each link that is broken between two switches that are both there.

    Reasoning: a port goes down when no light or no carrier comes from the far end. When both switches answer (or
    forward), what is between them is broken: fibre, cable, patch, transceiver. Everything that either end says of the
    port is the same fact, and so is the open ring.
    Limits: a converter between can keep a port up; then only LLDP tells, and it is believed when *both* ends miss the
    other, since one end alone may have LLDP switched off. A port on which another neighbour, or another port of the
    right one, is heard is misplugged, not cut: that finding is the root of what its other end misses. A port that the
    declaration wants open and somebody shut is told by that difference. A far end that was not looked at is named as
    such.
    """
    opened: set[str] = set()
    for link in case.city.links:
        if not _both_there(case, link):
            continue
        ends = ((link.a, link.a_port), (link.b, link.b_port))
        symptoms = [id_ for end in ends for id_ in case.symptoms.get(end, ())]
        elsewhere = next((found for end in ends if (found := _plugged_elsewhere(case, end))), None)
        if elsewhere is not None:
            yield Root(elsewhere, (), (*symptoms, *open_rings(case, {link.chain} if link.chain else set())))
            continue
        if _misplugged(case, link):
            continue
        broken = any(case.stand(*end) in BROKEN for end in ends)
        if not broken and not all(_misses_neighbour(case, end) for end in ends):
            continue
        if link.chain is not None and link.chain not in opened:
            symptoms += open_rings(case, {link.chain})
            opened.add(link.chain)
        by_setting = _shut_by_setting(case, ends)
        root = by_setting[0] if by_setting else _finding(case, link, broken)
        yield Root(root, (), (*symptoms, *(found.id for found in by_setting[1:])))


def open_rings(case: Case, chains: set[str]) -> list[str]:
    """Ids of the candidates that say of these rings that they are open."""
    paths = {f"chains[{chain}]" for chain in chains}
    return [f.id for f in case.candidates if f.class_ is Class.TOPOLOGY and f.path.partition(".")[0] in paths]


def _both_there(case: Case, link: Link) -> bool:
    """Whether one end can be asked about the link, and the other is not known to be dead."""
    there = [case.answers(name) or name in case.mute for name in (link.a, link.b)]
    if all(there):
        return True
    other = link.b if there[0] else link.a
    return any(there) and not case.looked_at(other) and case.city.switches[other].on_the_wire


def _plugged_elsewhere(case: Case, end: tuple[str, str]) -> Finding | None:
    """The finding that the cable at this port leads elsewhere."""
    switch, port = end
    return next(
        (f for f in case.candidates if f.class_ is Class.TOPOLOGY and f.seen and f.device == switch
         and f.path == f"ports[{port}].neighbour"),
        None,
    )  # fmt: skip


def _shut_by_setting(case: Case, ends: tuple[tuple[str, str], ...]) -> list[Finding]:
    """The differences that ports of the link are shut: each has its line, and a deploy puts it right."""
    shut = {(switch, f"ports[{port}].shutdown") for switch, port in ends}
    return [f for f in case.candidates if f.class_ is Class.CONFIG and (f.device, f.path) in shut]


def _misplugged(case: Case, link: Link) -> bool:
    for switch, port, far in ((link.a, link.a_port, link.b), (link.b, link.b_port, link.a)):
        facts = case.facts(switch, port)
        if facts is None or facts.oper_up is False:
            continue
        device = case.city.switches[far]
        verdicts = [is_device(heard, far, device.mac, device.address) for heard in facts.neighbours]
        if verdicts and all(verdict is False for verdict in verdicts):
            return True
    return False


def _misses_neighbour(case: Case, end: tuple[str, str]) -> bool:
    """Whether the finders miss the neighbour on this port."""
    ids = set(case.symptoms.get(end, ()))
    return bool(ids) and any(f.id in ids for f in case.candidates if f.class_ is Class.TOPOLOGY)


def _finding(case: Case, link: Link, broken: bool) -> Finding:
    ends = ((link.a, link.a_port), (link.b, link.b_port))
    chain = case.city.chains[link.chain] if link.chain else None
    what = "fibre or cable" if chain is None or "fibre" in chain.medium else chain.medium.replace("_", " ")
    between = f"{link.a} {link.a_port} and {link.b} {link.b_port}"
    shut = [switch for switch, port in ends if case.stand(switch, port) is Stand.SHUT]
    if shut:
        text = f"link between {between} is shut on {' and on '.join(shut)}"
    elif broken:
        text = f"{what} between {between} is down"
    else:
        text = f"{what} between {between}: both ports are up and neither hears the other"
    stands = [told(case, *end) for end in ends if case.stand(*end) is not Stand.UNKNOWN]
    text += f": {', '.join(stands)}" if broken else ""
    dark = [switch for switch, port in ends if _is_dark(case, switch, port)]
    if dark:
        text += f"; no light arrives at {' nor at '.join(dark)}"
    for name, _ in ends:
        if not case.looked_at(name):
            text += f"; {name} was not looked at"
        elif name in case.silent:
            text += f"; the management of {name} is silent"
    if chain is not None and chain.ring:
        text += f"; ring {chain.name} is open"
    switch = case.city.switches[link.a]
    if shut:
        step = f"Ask who has shut {' and '.join(shut)}, and open the port unless it keeps a loop away."
    elif len(dark) == 1:
        step = f"Measure the fibre towards {dark[0]}, and the transceiver that sends into it."
    else:
        step = f"Measure the fibre between {link.a} and {link.b} from both ends; look at patches and transceivers."
    return Finding(
        device=link.a,
        path=f"ports[{link.a_port}].link",
        class_=Class.TOPOLOGY,
        severity=Severity.MAJOR,
        text=text,
        where=str(switch.ports[link.a_port].where if link.a_port in switch.ports else switch.where),
        site=switch.site,
        seen="down" if broken else "no neighbour",
        wanted="up",
        evidence=(*evidence(case, *ends[0]), *evidence(case, *ends[1])),
        next_step=step,
    )


def _is_dark(case: Case, switch: str, port: str) -> bool:
    facts = case.facts(switch, port)
    if facts is None or facts.rx_dbm is None:
        return False
    return facts.rx_dbm <= DARK_DBM or (facts.rx_low_dbm is not None and facts.rx_dbm < facts.rx_low_dbm)
