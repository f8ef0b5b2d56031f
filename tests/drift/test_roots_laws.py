"""Laws of root cause over random networks with several faults at once, judged by a walk from the core."""

from __future__ import annotations

from collections.abc import Iterator

from hypothesis import given, settings
from hypothesis import strategies as st

from iccc.drift import reach
from iccc.finding import Class, Finding
from tests.drift.networks import Builder, Network, networks

LINK = ".link"  # path of the findings on links


def found(network: Network) -> list[Finding]:
    assert reach.silent(network.view) == network.silent
    return reach.with_roots(network.view, network.silent, network.candidates)


def every(findings: list[Finding]) -> Iterator[Finding]:
    for finding in findings:
        yield finding
        yield from every(list(finding.under))


def told(findings: list[Finding]) -> list[str]:
    reaching = [f.device for f in every(findings) if f.class_ is Class.REACH]
    return sorted([*reaching, *(name for f in every(findings) for name in f.behind)])


@settings(max_examples=120, deadline=None)
@given(networks())
def test_every_silent_device_is_told_once_and_no_other(network: Network) -> None:
    assert told(found(network)) == sorted(network.silent)


@settings(max_examples=120, deadline=None)
@given(networks())
def test_every_candidate_is_told_once(network: Network) -> None:
    ids = [f.id for f in every(found(network))]
    assert len(set(ids)) == len(ids)
    assert {f.id for f in network.candidates} <= set(ids)


@settings(max_examples=120, deadline=None)
@given(networks())
def test_what_has_a_cause_of_its_own_stands_by_itself(network: Network) -> None:
    """Half duplex of a camera that answers, and a silent camera on a switch that answers or forwards with proof."""
    findings = found(network)
    above = {f.id for f in findings}
    hosts = {**network.city.cameras, **network.city.recorders, **network.city.equipment}
    proved = {host.switch for name, host in hosts.items() if name not in network.silent}
    for candidate in network.candidates:
        if candidate.path.endswith("full_duplex"):
            assert candidate.id in above
    for name, host in {**network.city.cameras, **network.city.recorders}.items():
        if name in network.silent and (host.switch not in network.silent or host.switch in proved):
            (own,) = [f for f in findings if f.class_ is Class.REACH and f.device == name]
            at = (host.switch, f"ports[{host.port}].oper_up")
            assert list(own.under) == [f for f in network.candidates if (f.device, f.path) == at]


@settings(max_examples=120, deadline=None)
@given(networks())
def test_a_cut_between_two_switches_that_answer_is_one_finding(network: Network) -> None:
    findings = found(network)
    links = {(f.device, f.path) for f in findings if f.path.endswith(LINK)}
    both = {
        (k.a, f"ports[{k.a_port}]{LINK}")
        for k in network.city.links
        if not network.carries(k) and not {k.a, k.b} & network.silent
    }
    assert both <= links
    down = {(k.a, f"ports[{k.a_port}]{LINK}") for k in network.city.links if not network.carries(k)}
    assert links <= down
    top = [f for f in findings if f in network.candidates]
    assert not [f for f in top if f.path.endswith("oper_up")], "a port that is down is told by its cause"


@settings(max_examples=120, deadline=None)
@given(networks())
def test_a_root_explains_what_it_stands_before(network: Network) -> None:
    """Whatever is behind a switch or a UPS cannot be reached, and is joined to it without passing what answers."""
    for finding in found(network):
        if not finding.behind or finding.path == "way_in":
            continue
        head = network.city.device(finding.device)
        group = {name for name in (finding.device, *finding.behind) if name in network.city.switches}
        assert not group & network.joined - network.mute
        for name in finding.behind:
            host = network.city.find(name)
            assert name in network.city.switches or getattr(host, "switch", None) in group
        if head.name in network.city.equipment:
            assert head.site in network.mains, "mains are named only where a UPS was on battery"
            for name in group:
                ways = {k.a if k.b == name else k.b for k in network.city.links if name in (k.a, k.b)}
                home = network.city.switches[name].site in network.mains
                assert home or not ways & (network.joined - network.mute), f"{name} has a way of its own"


rings = st.lists(st.integers(1, 3), min_size=2, max_size=5)


def ring(sizes: list[int]) -> Builder:
    made = Builder()
    cores = (made.switch("core0", "core", "core"), made.switch("core1", "core", "core"))
    made.link(*cores, None)
    made.recorder("core0")
    made.chain("r0", True, cores, sizes, ups=True)
    return made


@settings(max_examples=40, deadline=None)
@given(rings, st.data())
def test_one_cut_on_a_ring_is_exactly_one_finding(sizes: list[int], data: st.DataObject) -> None:
    city = ring(sizes).city()
    cut = data.draw(st.sampled_from(city.links))
    (finding,) = found(Network(city, cuts=frozenset({cut})))
    assert (finding.device, finding.path, finding.behind) == (cut.a, f"ports[{cut.a_port}]{LINK}", ())
    assert ("ring r0 is open" in finding.text) == (cut.chain == "r0")


@settings(max_examples=40, deadline=None)
@given(rings, st.data())
def test_two_cuts_on_a_ring_isolate_exactly_the_nodes_between(sizes: list[int], data: st.DataObject) -> None:
    city = ring(sizes).city()
    links = [link for link in city.links if link.chain == "r0"]
    first, second = sorted(data.draw(st.lists(st.sampled_from(range(len(links))), min_size=2, max_size=2, unique=True)))
    network = Network(city, cuts=frozenset({links[first], links[second]}))
    between = set(city.chains["r0"].nodes[first:second])
    (finding,) = found(network)
    assert {n for n in (finding.device, *finding.behind) if n in city.switches} == between
    assert set(finding.behind) - between == {h.name for h in city.inventory() if getattr(h, "switch", "") in between}
    assert len(finding.under) == len(network.candidates)


@settings(max_examples=40, deadline=None)
@given(rings, st.data())
def test_a_cabinet_without_mains_is_one_finding_on_its_ups(sizes: list[int], data: st.DataObject) -> None:
    city = ring(sizes).city()
    site = data.draw(st.sampled_from(sorted(city.sites)))
    network = Network(city, mains=frozenset({site}))
    (finding,) = found(network)
    assert finding.device == f"{site}-ups1"
    assert {finding.device, *finding.behind} == {d.name for d in city.inventory() if d.site == site}
    assert "was on battery when it was last read" in finding.text
    forgotten = Network(city, dark=frozenset({finding.device, *finding.behind}))
    (finding,) = found(forgotten)
    assert finding.device in city.switches, "without a reading on battery the mains are not blamed"


@settings(max_examples=60, deadline=None)
@given(networks(), st.data())
def test_what_was_not_asked_is_never_told_as_down(network: Network, data: st.DataObject) -> None:
    names = [device.name for device in network.city.inventory()]
    asked = frozenset(data.draw(st.lists(st.sampled_from(names), min_size=1, unique=True)))
    part = Network(network.city, network.dark, network.cuts, network.mute, network.mains, network.slow, asked)
    silent = reach.silent(part.view)
    candidates = [f for f in network.candidates if f.device in asked]
    findings = reach.with_roots(part.view, silent, candidates)
    assert told(findings) == sorted(silent)
    assert {f.id for f in candidates} <= {f.id for f in every(findings)}
