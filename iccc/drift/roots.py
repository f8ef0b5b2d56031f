"""What the rules of root cause share: a case, how each port stands, what still forwards, and what a rule gives.

A rule is a function of a case and of the devices that no rule before it has explained. It gives :class:`Root` values.
A root is claimed only where something was observed that fits; what was not looked at is said, never assumed.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from iccc.city.devices import City
from iccc.compare import Unread
from iccc.drift.places import place_of
from iccc.drift.view import View
from iccc.errors import Reason
from iccc.finding import Class, Evidence, Finding
from iccc.switch.seen import PortFacts, SwitchFacts

SILENT = frozenset({Reason.NO_ANSWER, Reason.REFUSED})
UNTRIED = frozenset({Reason.BACK_OFF, Reason.NOT_TRIED})  # nothing was sent: no proof of silence, nor of life


class Stand(StrEnum):
    """How a port stands by IF-MIB."""

    UP = "up"
    DOWN = "down"
    SHUT = "shut"  # somebody has shut it: ifAdminStatus down(2)
    UNKNOWN = "not known"


@dataclass(frozen=True)
class End:
    """A link from one side."""

    switch: str
    port: str
    far: str
    far_port: str
    chain: str | None


@dataclass(frozen=True)
class Root:
    """A cause: its finding (a new one, or one of the candidates), what is unknown because of it, what it explains."""

    finding: Finding
    behind: tuple[str, ...] = ()
    under: tuple[str, ...] = ()  # ids of candidates


Rule = Callable[["Case", frozenset[str]], Iterator[Root]]


@dataclass(frozen=True)
class Case:
    """One reading, the devices that were silent in it, and what the finders have found."""

    view: View
    silent: frozenset[str]
    candidates: Sequence[Finding]

    @property
    def city(self) -> City:
        return self.view.city

    @cached_property
    def links(self) -> Mapping[str, tuple[End, ...]]:
        """The declared links of each switch."""
        found: dict[str, list[End]] = defaultdict(list)
        for link in self.city.links:
            found[link.a].append(End(link.a, link.a_port, link.b, link.b_port, link.chain))
            found[link.b].append(End(link.b, link.b_port, link.a, link.a_port, link.chain))
        return {name: tuple(ends) for name, ends in found.items()}

    @cached_property
    def hops(self) -> Mapping[str, int]:
        """How many declared links each switch is from the nearest core switch; none for what is joined to no core."""
        found = {name: 0 for name, switch in self.city.switches.items() if switch.role == "core"}
        queue = deque(found)
        while queue:
            name = queue.popleft()
            for end in self.links.get(name, ()):
                if end.far not in found:
                    found[end.far] = found[name] + 1
                    queue.append(end.far)
        return found

    @cached_property
    def hosts(self) -> Mapping[str, tuple[str, ...]]:
        """What was looked at and hangs on each switch: cameras, recorders, other equipment."""
        found: dict[str, list[str]] = defaultdict(list)
        for name in self.view.observed:
            if (place := place_of(self.city.find(name))) is not None:
                found[place[0]].append(name)
        return {name: tuple(hosts) for name, hosts in found.items()}

    @cached_property
    def symptoms(self) -> Mapping[tuple[str, str], tuple[str, ...]]:
        """By switch and port: ids of candidates that tell of a port that it does not do its work.

        Operational ones all count; of topology only what is missing, since another neighbour or an unknown hardware
        address in its place is a fact of its own.
        """
        found: dict[tuple[str, str], list[str]] = defaultdict(list)
        for finding in self.candidates:
            if (port := port_of(finding)) is not None and is_symptom(finding):
                found[finding.device, port].append(finding.id)
        return {place: tuple(ids) for place, ids in found.items()}

    def looked_at(self, switch: str) -> bool:
        return switch in self.view.observed

    @cached_property
    def untried(self) -> frozenset[str]:
        """Cameras, recorders and other equipment that were not tried: nobody knows whether they would answer."""
        return frozenset(
            name
            for name, seen in self.view.observed.items()
            if name not in self.silent and place_of(self.city.find(name)) is not None
            if isinstance(seen.state, Unread) and seen.state.reason in UNTRIED
        )

    def answers(self, device: str) -> bool:
        return device in self.view.observed and device not in self.silent and device not in self.untried

    def facts(self, switch: str, port: str) -> PortFacts | None:
        return self.view.port(switch, port) if switch not in self.silent else None

    def stand(self, switch: str, port: str) -> Stand:
        """How a port stands, by the switch that it is of."""
        facts = self.facts(switch, port)
        if facts is None or (facts.oper_up is None and facts.admin_up is not False):
            return Stand.UNKNOWN
        if facts.admin_up is False:
            return Stand.SHUT
        return Stand.UP if facts.oper_up else Stand.DOWN

    def borders(self, segment: Iterable[str]) -> list[End]:
        """The links that lead into these switches, each from outside, of neighbours that should be there."""
        inside = set(segment)
        return [
            End(end.far, end.far_port, name, end.port, end.chain)
            for name in self.city.switches
            if name in inside
            for end in self.links.get(name, ())
            if end.far not in inside and (self.looked_at(end.far) or self.city.switches[end.far].on_the_wire)
        ]

    @cached_property
    def mute(self) -> frozenset[str]:
        """Switches whose management is silent while they forward: something answers that is reached through them.

        A host on the switch proves it, unless all of its neighbours answer and have their ports towards it down: then
        it died between two readings. So does a switch to which no other way leads. With no core switch answering the
        second proof is not tried, since nothing is known of the way that the answers took.
        """
        dumb = {name for name in self.silent if name in self.city.switches}
        by_host = {
            name for name in dumb if any(map(self.answers, self.hosts.get(name, ()))) and not self._unplugged(name)
        }
        return frozenset(by_host | self._passed(dumb - by_host))

    def _unplugged(self, switch: str) -> bool:
        stands = [self.stand(end.far, end.far_port) for end in self.links.get(switch, ())]
        return bool(stands) and all(stand in (Stand.DOWN, Stand.SHUT) for stand in stands)

    def _passed(self, dumb: set[str]) -> set[str]:
        """Silent switches that are on the only way to one that answers."""
        starts = [name for name, switch in self.city.switches.items() if switch.role == "core" and name not in dumb]
        starts = [name for name in starts if self.looked_at(name)]
        if not starts:
            return set()
        passed: set[str] = set()
        known = reached(starts, lambda name: [e.far for e in self.links.get(name, ()) if e.far not in dumb])
        for name in self.city.switches:
            if name in known or not self.answers(name):
                continue
            way = self._way(name, known, dumb)
            passed |= dumb & set(way)
            known |= reached(way, lambda name: [e.far for e in self.links.get(name, ()) if e.far not in dumb])
        return passed

    def _way(self, start: str, known: set[str], dumb: set[str]) -> list[str]:
        """The way from a switch to those that are reached, over silent ones; [] if it is not the only one."""
        beyond = reached([start], lambda name: [e.far for e in self.links.get(name, ()) if e.far not in dumb])
        entries = {e.far for name in beyond for e in self.links.get(name, ()) if e.far in dumb}
        ways = [way for entry in sorted(entries) if (way := self._through(entry, known, dumb))]
        return ways[0] if len(entries) == 1 and ways else []

    def _through(self, entry: str, known: set[str], dumb: set[str]) -> list[str]:
        way = [entry]
        while not any(e.far in known for e in self.links[way[-1]]):
            further = [e.far for e in self.links[way[-1]] if e.far in dumb and e.far not in way]
            if len(further) != 1:
                return []
            way.append(further[0])
        return way

    def segments(self, switches: Iterable[str]) -> list[list[str]]:
        """These switches, as groups of neighbours, each in declared order: the same group has always the same head."""
        left = set(switches)
        order = list(self.city.switches)
        result: list[list[str]] = []
        for start in order:
            if start not in left:
                continue
            inside = frozenset(left)
            group = reached(
                [start],
                lambda name, inside=inside: [  # type: ignore[misc]
                    e.far for e in self.links.get(name, ()) if e.far in inside
                ],
            )
            left -= group
            result.append(sorted(group, key=order.index))
        return result


def reached(starts: Iterable[str], onward: Callable[[str], Iterable[str]]) -> set[str]:
    """Everything that is got to."""
    found = set(starts)
    queue = deque(found)
    while queue:
        for name in onward(queue.popleft()):
            if name not in found:
                found.add(name)
                queue.append(name)
    return found


def port_of(finding: Finding) -> str | None:
    """The port that a finding is about: ``ports[Gi1/3].duplex`` gives ``Gi1/3``."""
    head, _, tail = finding.path.partition("[")
    return tail.partition("]")[0] if head == "ports" and "]" in tail else None


def part_of(finding: Finding) -> str:
    """The last word of a path: ``duplex`` of ``ports[Gi1/3].duplex``, "" of ``ports[Gi1/3]``."""
    return finding.path.rpartition("].")[2] if "]." in finding.path else ""


def is_symptom(finding: Finding) -> bool:
    if finding.class_ is Class.TOPOLOGY:
        return not finding.seen
    return finding.class_ is Class.OPERATIONAL


def told(case: Case, switch: str, port: str) -> str:
    """A port in words, with its light: ``bsp-agg1 GigabitEthernet1/0/1 is down (receives -38.2 dBm)``."""
    text = f"{switch} {port} is {case.stand(switch, port)}"
    facts = case.facts(switch, port)
    return text if facts is None or facts.rx_dbm is None else f"{text} (receives {facts.rx_dbm:.1f} dBm)"


def evidence(case: Case, switch: str, port: str) -> tuple[Evidence, ...]:
    """What the agent said of the port, as it said it."""
    facts = case.facts(switch, port)
    if facts is None:
        return ()
    at = case.view.observed[switch].read_at
    index = "" if facts.index is None else f".{facts.index}"
    said: list[tuple[str, str | None]] = [
        (f"ifAdminStatus{index}", {True: "up(1)", False: "down(2)", None: None}[facts.admin_up]),
        (f"ifOperStatus{index}", {True: "up(1)", False: "down(2)", None: None}[facts.oper_up]),
        ("received light", None if facts.rx_dbm is None else f"{facts.rx_dbm:.1f} dBm"),
    ]
    return tuple(Evidence(f"{switch} {port} {what}", value, at) for what, value in said if value is not None)


def silence(case: Case, device: str) -> tuple[Evidence, ...]:
    """What became of the attempts to read a silent device: of a switch without a try at its command line, by SNMP."""
    seen = case.view.observed[device]
    if not isinstance(seen.state, Unread):
        return ()
    said = [seen.state.text]
    if seen.state.reason in UNTRIED and isinstance(seen.facts, SwitchFacts) and isinstance(seen.facts.ports, Unread):
        said.insert(0, seen.facts.ports.text)
    return tuple(Evidence(device, text, seen.read_at) for text in said)


def some(names: Sequence[str], most: int = 6) -> str:
    """A list for a sentence that stays readable."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
