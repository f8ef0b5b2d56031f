"""Cables between switches that are plugged otherwise than core.yaml says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from iccc.adopt.case import Adoption, Case, Refused, Step
from iccc.city.declared import Declared
from iccc.city.devices import City
from iccc.explain import Key
from iccc.yamledit import put

End = tuple[tuple[Key, ...], str]  # the way to it, and "switch port"


def neighbour(case: Case, found: Sequence[str]) -> Adoption:
    """The end of a link, ring or spur that is on another port of its switch. Another switch is another link."""
    finding, core = case.finding, case.city.declared.core
    here, seen, wanted = f"{finding.device} {found[0]}", str(finding.seen), str(finding.wanted)
    old, new = (wanted, seen) if _switch(seen) == _switch(wanted) else (_near(case.city, here, seen), here)
    ends = [path for path, end in _ends(case.city.declared) if end == old]
    if not seen or len(ends) != 1:
        raise Refused(finding.where, f"no end of a link of core.yaml says this: {finding.next_step}")
    touches = {_switch(old), _switch(new), finding.device, *_far(case.city, old)}

    def holds(city: City) -> bool:
        far = {(one.a, one.a_port): (one.b, one.b_port) for one in city.links}
        far |= {there: near for near, there in far.items()}
        return far.get((finding.device, found[0])) == tuple(seen.split(" "))

    return Adoption((Step(core.document.file, put(ends[0], new)),), frozenset(touches), holds)


def _ends(declared: Declared) -> Iterator[End]:
    file = declared.core.file
    for index, link in enumerate(file.links):
        yield from ((("links", index, "a"), link.a), (("links", index, "b"), link.b))
    for index, ring in enumerate(file.rings):
        yield from ((("rings", index, "a"), ring.a), (("rings", index, "b"), ring.b))
    for index, spur in enumerate(file.spurs):
        yield ("spurs", index, "a"), spur.a


def _switch(end: str) -> str:
    return end.partition(" ")[0]


def _near(city: City, here: str, seen: str) -> str:
    """The declared port, on the switch of ``here``, of the cable whose far end is ``seen``; "" for none."""
    return next((end for end in _far_ends(city, seen) if _switch(end) == _switch(here)), "")


def _far(city: City, end: str) -> set[str]:
    return {_switch(one) for one in _far_ends(city, end)}


def _far_ends(city: City, end: str) -> Iterator[str]:
    for link in city.links:
        a, b = f"{link.a} {link.a_port}", f"{link.b} {link.b_port}"
        if end in (a, b):
            yield b if end == a else a
