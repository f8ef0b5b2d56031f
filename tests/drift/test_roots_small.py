"""Root causes in networks of a few switches: what is proof, what refutes, what was not looked at."""

from __future__ import annotations

from dataclasses import replace

from iccc.city.devices import City
from iccc.drift import reach
from iccc.drift.roots_beside import feeders, surroundings
from iccc.drift.roots_cabinets import ON_BATTERY
from iccc.finding import Class, Finding, Severity
from iccc.past import Past
from iccc.switch.seen import PortFacts
from tests.drift.networks import Builder, Network
from tests.support import NOW


def spur(*sizes: int) -> City:
    made = Builder()
    core = made.switch("core0", "core", "core")
    made.recorder(core)
    made.chain("spur", False, (core, core), list(sizes), ups=True)
    return made.city()


def found(network: Network, *more: Finding) -> list[Finding]:
    asked = [f for f in network.candidates if network.asked is None or f.device in network.asked]
    return reach.with_roots(network.view, reach.silent(network.view), [*asked, *more])


def hosts(city: City, switch: str) -> set[str]:
    return {one.name for one in city.inventory() if getattr(one, "switch", None) == switch}


def test_a_switch_on_the_only_way_to_one_that_answers_forwards() -> None:
    """Nothing on the switch itself answers; what lies beyond it does, so each host has a cause of its own."""
    city = spur(1, 1)
    near, far = "spur-s0-sw0", "spur-s1-sw0"
    dark = hosts(city, near)
    findings = {f.device: f for f in found(Network(city, mute=frozenset({near}), dark=frozenset(dark)))}
    assert findings.keys() == {near, *dark}
    assert "but forwards: switches answer to which no other way leads" in findings[near].text
    assert findings[near].severity is Severity.MAJOR
    assert far not in findings


def test_the_end_of_a_spur_is_one_finding_with_the_port_that_leads_there() -> None:
    city = spur(1, 2)
    cut = next(link for link in city.links if link.b == "spur-s1-sw0")
    (finding,) = found(Network(city, cuts=frozenset({cut})))
    beyond = {"spur-s1-sw0", "spur-s1-sw1"}
    assert {finding.device, *finding.behind} == beyond.union(*(hosts(city, one) for one in beyond))
    assert f"{cut.a} {cut.a_port} is down towards {cut.b}" in finding.text
    assert {f.path.rpartition(".")[2] for f in finding.under} == {"oper_up", "neighbour"}


def test_a_port_that_is_up_refutes_that_the_cabinet_has_no_mains() -> None:
    """The UPS was on battery and is gone, but the switch has power and a link."""
    city = spur(1)
    network = Network(city, mute=frozenset({"spur-s0-sw0"}), dark=frozenset(hosts(city, "spur-s0-sw0")))
    view = replace(network.view, past={"spur-s0-ups1": Past(NOW, on_battery=True)})
    (finding,) = reach.with_roots(view, network.silent, network.candidates)
    assert finding.device == "spur-s0-sw0"
    assert "core0 Gi1/2 is up towards spur-s0-sw0" in finding.text


def test_a_ups_that_answers_on_battery_has_the_silent_switches_of_its_cabinet_behind_it() -> None:
    city = spur(2)
    dark = "spur-s0-sw1"
    battery = Finding(
        "spur-s0-ups1", ON_BATTERY, Class.OPERATIONAL, Severity.MAJOR, "on battery (12 min left)", "x:1:1", "spur-s0"
    )
    network = Network(city, dark=frozenset({dark, *hosts(city, dark)}))
    (finding,) = found(network, battery)
    assert (finding.id, set(finding.behind)) == (battery.id, {dark} | hosts(city, dark))
    assert finding.severity is Severity.CRITICAL, "as severe as what it takes away"
    assert len(finding.under) == len(network.candidates)
    (alone,) = found(Network(city), battery)
    assert alone == battery


def test_a_silent_ups_alone_says_that_it_was_on_battery() -> None:
    city = spur(1)
    network = Network(city, dark=frozenset({"spur-s0-ups1"}))
    view = replace(network.view, past={"spur-s0-ups1": Past(NOW, on_battery=True)})
    (finding,) = reach.with_roots(view, network.silent, network.candidates)
    assert (finding.device, finding.behind) == ("spur-s0-ups1", ())
    assert "it was on battery when it was last read (2025-07-31 06:30+00:00)" in finding.text


def test_what_was_not_looked_at_is_said() -> None:
    city = spur(1, 1)
    cut = next(link for link in city.links if link.b == "spur-s1-sw0")
    (near,) = found(Network(city, cuts=frozenset({cut}), asked=frozenset({cut.a})))
    assert near.path == f"ports[{cut.a_port}].link" and f"{cut.b} was not looked at" in near.text
    (far,) = found(Network(city, cuts=frozenset({cut}), asked=frozenset({cut.b})))
    assert far.device == cut.b and f"not looked at: {cut.a}" in far.text
    assert far.next_step == f"Look at the neighbours, whose ports are not known: {cut.a}."


def test_one_silent_place_is_not_everything() -> None:
    city = spur(1, 1)
    place = frozenset({"spur-s1-sw0", *hosts(city, "spur-s1-sw0")})
    (finding,) = found(Network(city, dark=place, asked=place))
    assert finding.device == "spur-s1-sw0"
    (finding,) = found(Network(city, dark=frozenset({"core0"})))
    assert (finding.device, finding.path, len(finding.behind)) == ("core0", "way_in", len(list(city.inventory())) - 1)


def test_a_dead_core_switch_with_its_recorder_tells_the_cameras_that_are_not_recorded() -> None:
    made = Builder()
    cores = (made.switch("core0", "core", "core"), made.switch("core1", "core", "core"))
    made.link(*cores, None)
    for core in cores:
        made.recorder(core)
    made.chain("r0", True, cores, [1, 1], ups=False)
    city = made.city()
    (finding,) = found(Network(city, dark=frozenset({"core1"})))
    assert (finding.device, finding.behind) == ("core1", ("rec1",))
    assert set(finding.affected) == {c.name for c in city.cameras.values() if c.recorder == "rec1"}


def test_what_is_read_beside_is_what_tells_of_the_silence() -> None:
    city = spur(1, 1)
    switch = "spur-s1-sw0"
    camera = sorted(hosts(city, switch) & city.cameras.keys())[0]
    place = frozenset({switch, *hosts(city, switch)})
    network = Network(city, dark=place, asked=frozenset({camera}))
    first = dict(network.view.observed)
    assert [device.name for device in feeders(city, first)] == [switch]
    assert surroundings(city, first) == []
    second = first | {switch: replace(network, asked=None).view.observed[switch]}
    assert feeders(city, second) == []
    assert [device.name for device in surroundings(city, second)] == ["spur-s0-sw0", "spur-s1-ups1"]
    healthy = dict(Network(city).view.observed)
    assert feeders(city, healthy) == surroundings(city, healthy) == []


def two_spurs() -> City:
    """core0, an aggregation switch, and two spurs of two places on it; a ring between it and the core."""
    made = Builder()
    core = made.switch("core0", "core", "core")
    other = made.switch("core1", "core", "core")
    made.link(core, other, None)
    made.recorder(core)
    agg = made.switch("agg0", "core", "aggregation")
    made.link(core, agg, None)
    made.link(other, agg, None)
    for number in range(2):
        made.chain(f"r{number}", True, (agg, core), [1, 1, 1], ups=False)
    return made.city()


def test_the_next_step_names_the_most_central_place_first_and_a_shut_port_last() -> None:
    """An aggregation switch without power, a switch of one ring too, and a port of the other ring shut by hand."""
    city = two_spurs()
    shut = next(link for link in city.links if link.a == "r1-s1-sw0" and link.b == "r1-s2-sw0")
    network = Network(city, dark=frozenset({"agg0", "r0-s1-sw0"}), cuts=frozenset({shut}))
    view = network.view
    far = view.observed[shut.b]
    ports = {**far.facts.ports, shut.b_port: PortFacts(admin_up=False, oper_up=False)}
    view = replace(view, observed={**view.observed, shut.b: replace(far, facts=replace(far.facts, ports=ports))})
    (finding,) = [f for f in reach.with_roots(view, reach.silent(view), network.candidates) if f.class_ is Class.REACH]
    near = next(link for link in city.links if link.a == "core0" and link.b == "agg0")
    also = next(link for link in city.links if link.a == "core1" and link.b == "agg0")
    assert finding.device == "agg0"
    assert finding.next_step == (
        f"Look at the power of agg0, towards which core0 {near.a_port}, core1 {also.a_port} are down; "
        "then at the power of r0-s1-sw0 and the fibres to them. "
        f"Then: ask who has shut {shut.b} {shut.b_port}, and open it."
    )


def test_silent_switches_with_none_silent_between_are_findings_of_their_own() -> None:
    city = two_spurs()
    findings = found(Network(city, dark=frozenset({"r0-s0-sw0", "r1-s1-sw0", "r1-s2-sw0"})))
    assert [f.device for f in findings] == ["r0-s0-sw0", "r1-s1-sw0"]


def test_two_cuts_of_a_ring_are_measured_first() -> None:
    city = two_spurs()
    first, second = [link for link in city.links if link.chain == "r0"][::3]
    (finding,) = found(Network(city, cuts=frozenset({first, second})))
    assert finding.next_step.startswith(f"Measure the fibres at {first.a} {first.a_port}, {second.b} {second.b_port};")


def test_a_link_that_is_shut_against_the_declaration_is_told_by_that_difference() -> None:
    """With the line that says so, and a deploy as the next step; the far end and the other shut end are under it."""
    made = Builder()
    core = made.switch("core0", "core", "core")
    made.recorder(core)
    made.chain("r", True, (core, core), [1, 1, 1], ups=False)
    city = made.city()
    link = next(link for link in city.links if link.a == "r-s0-sw0" and link.b == "r-s1-sw0")
    shut = [
        Finding(one, f"ports[{port}].shutdown", Class.CONFIG, Severity.CRITICAL, "differs", "x:1:1", "s", True, False)
        for one, port in ((link.a, link.a_port), (link.b, link.b_port))
    ]
    (finding,) = found(Network(city, cuts=frozenset({link})), *shut)
    assert finding.id == shut[0].id
    assert shut[1].id in {one.id for one in finding.under}
