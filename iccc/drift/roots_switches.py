"""Silent switches: dead ones, cut segments, and those whose management alone is silent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from iccc.drift.roots import Case, End, Root, Stand, evidence, silence, some, told
from iccc.drift.roots_links import open_rings
from iccc.finding import Class, Evidence, Finding, Severity


def mute_switches(case: Case, left: frozenset[str]) -> Iterator[Root]:
    """One finding for each switch that forwards, while its management is silent.

    Reasoning: a camera that answers through a switch proves its power, its links and its VLANs; what is wrong is the
    management alone (address, VLAN, access list, processor), which takes no camera away.
    Limits: nothing behind it is explained by this, so whatever else is silent there has a cause of its own and is told
    by itself; the switch's ports could not be looked at, which those findings say.
    """
    for name in case.city.switches:
        if name not in left or name not in case.mute:
            continue
        switch = case.city.switches[name]
        text = f"switch {name} ({switch.address}) does not answer, but forwards: {_proof(case, name)}"
        yield Root(
            Finding(
                device=name,
                path="",
                class_=Class.REACH,
                severity=Severity.MAJOR,
                text="; ".join([text, *_border_texts(case, case.borders([name]))]),
                where=str(switch.where),
                site=switch.site,
                evidence=(*silence(case, name), *_border_evidence(case, case.borders([name]))),
                next_step=f"Look at its management from the neighbour: address, VLAN {switch.management_vlan}, access "
                "list, SNMP and SSH; no camera is lost.",
            )
        )


def dead_segments(case: Case, left: frozenset[str]) -> Iterator[Root]:
    """One finding for each group of neighbouring switches that are silent and do not forward.

    Reasoning: what lies between the links that lead into the group cannot be seen from here, so the group is one
    finding, and the ports towards it tell what sort: all down is no power or a cut way (for one switch with several
    links the switch; for several places the ways on both sides); one up means that the switch there has power and a
    link. What the near ends say of these ports, and the open ring, is under it. Two cuts of a ring isolate the nodes
    between them, and are this.
    Limits: whether a port is dark because of the fibre or of the switch behind it cannot be told from one end, so the
    text names no cause. Two faults inside a group are one finding until one of them is repaired, so its next step
    names all places at which neighbours have lost it, the most central one first.
    """
    for group in case.segments(name for name in left if name in case.city.switches and name not in case.mute):
        yield _segment(case, group)


def _segment(case: Case, group: Sequence[str]) -> Root:
    head, *others = group
    switch = case.city.switches[head]
    borders = case.borders(group)
    text = f"switch {head} ({switch.address}) does not answer"
    if others:
        text = f"{len(group)} neighbouring switches do not answer: {some(group)}"
    hosts = [host for name in group for host in case.hosts.get(name, ())]
    stands = [case.stand(end.switch, end.port) for end in borders]
    lonely = Stand.UP in stands and not any(host in case.silent for host in hosts)
    under = [id_ for end in borders for id_ in case.symptoms.get((end.switch, end.port), ())]
    chains = {end.chain for name in group for end in case.links.get(name, ()) if end.chain}
    finding = Finding(
        device=head,
        path="",
        class_=Class.REACH,
        severity=Severity.MAJOR if lonely else Severity.CRITICAL,
        text="; ".join([text, *_border_texts(case, borders)]),
        where=str(switch.where),
        site=switch.site,
        evidence=(*silence(case, head), *_border_evidence(case, borders)),
        next_step=_next_step(case, group, borders, stands),
    )
    return Root(finding, tuple(others), (*under, *open_rings(case, chains)))


def _proof(case: Case, name: str) -> str:
    hosts = case.hosts.get(name, ())
    answering = [host for host in hosts if case.answers(host)]
    if answering:
        return f"{len(answering)} of {len(hosts)} devices on it answer"
    return "switches answer to which no other way leads"


def _border_texts(case: Case, borders: Sequence[End]) -> list[str]:
    """What is known of the links that lead in: each port that was read, and who was not looked at."""
    known = [end for end in borders if case.stand(end.switch, end.port) is not Stand.UNKNOWN]
    said = [f"{told(case, end.switch, end.port)} towards {end.far}" for end in known]
    unseen = sorted({end.switch for end in borders if not case.looked_at(end.switch)})
    blind = sorted({end.switch for end in borders if end not in known and end.switch not in unseen})
    if unseen:
        said.append(f"not looked at: {some(unseen)}")
    if blind:
        said.append(f"ports towards it were not read on {some(blind)}")
    return said


def _border_evidence(case: Case, borders: Sequence[End]) -> Iterator[Evidence]:
    for end in borders:
        yield from evidence(case, end.switch, end.port)


def _next_step(case: Case, group: Sequence[str], borders: Sequence[End], stands: Sequence[Stand]) -> str:
    """What is most central first: power and fibres, then ports that somebody has shut, then what has power."""
    at = list(zip(borders, stands, strict=True))
    live = next((end for end, stand in at if stand is Stand.UP), None)
    powered = {end.far for end, stand in at if stand is Stand.UP}
    dark = [end for end, stand in at if stand is Stand.DOWN and end.far not in powered]
    shut = [f"{end.switch} {end.port}" for end, stand in at if stand is Stand.SHUT]
    steps = [_power_step(case, group, dark, many=len(borders) > 1)] if dark else []
    if shut:
        steps.append(f"Ask who has shut {some(shut)}, and open it.")
    if live is not None and not shut:
        steps.append(
            f"Look at {live.far}: it has power and a link to {live.switch}, and its management does not answer."
        )
    if not steps:
        near = sorted({end.switch for end in borders}) or [group[0]]
        steps.append(f"Look at the neighbours, whose ports are not known: {some(near)}.")
    return " Then: ".join([steps[0], *(step[0].lower() + step[1:] for step in steps[1:])])


def _power_step(case: Case, group: Sequence[str], dark: Sequence[End], *, many: bool) -> str:
    """Where neighbours that answer have lost their links into the group."""
    head = group[0]
    towards = [f"{end.switch} {end.port}" for end in dark]
    sites = list(dict.fromkeys(case.city.switches[name].site for name in group))
    if len(sites) == 1:
        if many or len(group) > 1:
            return f"Look at the power at {sites[0]}; then at {head} itself and the fibres at {some(towards)}."
        return f"Measure the fibre at {towards[0]}, and look at the power of {head}."
    hops = case.hops
    far = [end.far for end in dark]
    first, *rest = sorted(dict.fromkeys(far), key=lambda name: hops.get(name, len(hops)))
    if far.count(first) == 1:
        return f"Measure the fibres at {some(towards)}; if they are whole, look at the power of {some(sites)}."
    near = [f"{end.switch} {end.port}" for end in dark if end.far == first]
    text = f"Look at the power of {first}, towards which {some(near)} are down"
    return f"{text}; then at the power of {some(rest)} and the fibres to them." if rest else f"{text}."
