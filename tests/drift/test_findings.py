"""Cases of the finders: bounds, what is left alone, and what two findings would say twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from iccc.city.devices import Camera, City
from iccc.city.model.common import Lifecycle
from iccc.compare import ABSENT, Unread
from iccc.drift import learning, operational
from iccc.drift.config import _severity
from iccc.drift.view import View
from iccc.errors import Reason
from iccc.finding import Class, Finding, Severity
from iccc.localtime import local
from iccc.observed import Observed
from iccc.past import WRAP_S, Past, PortPast, ran_through, rebooted, went_back
from iccc.plan import Plan
from iccc.state.journal import Journal
from iccc.state.past import Pasts
from iccc.state.store import open_store
from iccc.switch.seen import Neighbour
from iccc.switch.state import User, Vlan
from iccc.ups.seen import UpsFacts
from iccc.usual import Usual
from tests.drift.readings import DAY, NOW, Reading, after, changed, city, mac_of
from tests.drift.seeds import STRANGER, answer, cut_link, exchange, free_port

SITE = "bsp-j05"


def some(fits: Callable[[Camera], bool] = lambda _camera: True) -> Camera:
    return next(c for n in Reading(SITE).seen if (c := city().cameras.get(n)) is not None and fits(c))


CAMERA = some()


def alone(reading: Reading) -> Finding:
    (finding,) = reading.findings()
    return finding


def within(reading: Reading, changed: City) -> list[str]:
    """The paths that are found in another declaration."""
    view = reading.view
    return [f.path for f in operational.findings(View(changed, view.plan, view.observed, view.now, view.past))]


# Evidence


def test_a_finding_says_what_the_agent_said_with_its_index_and_time() -> None:
    reading = after(SITE)
    reading.tell_port(CAMERA.switch, CAMERA.port, full_duplex=False, index=10_103)
    finding = alone(reading)
    (evidence,) = finding.evidence
    assert evidence.source == "EtherLike-MIB dot3StatsDuplexStatus.10103"
    assert (evidence.value, evidence.at) == ("halfDuplex(2)", reading.at)
    assert finding.where == str(city().switches[CAMERA.switch].ports[CAMERA.port].where)
    assert CAMERA.name in finding.text and finding.next_step.endswith(".")


# Lifecycle


def test_what_is_not_on_the_wire_is_missed_by_nobody() -> None:
    reading = after(SITE)
    reading.forget(CAMERA.name)
    reading.tell_port(CAMERA.switch, CAMERA.port, oper_up=False, macs=frozenset(), poe_delivering=False, poe_w=0.0)
    assert [f.split(".")[-1] for f in within(reading, city())] == ["oper_up"]
    planned = replace(CAMERA, status=Lifecycle.PLANNED)
    assert within(reading, replace(city(), cameras={**city().cameras, CAMERA.name: planned})) == []


def test_a_third_party_s_device_is_looked_at_like_any_other() -> None:
    reading = after(SITE)
    reading.tell_port(CAMERA.switch, CAMERA.port, full_duplex=False)
    theirs = replace(CAMERA, owner="railway")
    assert len(within(reading, replace(city(), cameras={**city().cameras, CAMERA.name: theirs}))) == 1


# Parts that were not read


@pytest.mark.parametrize("part", ["fdb", "lldp"])
def test_nothing_is_missed_in_a_table_that_was_not_read(part: str) -> None:
    reading = after(SITE)
    facts = reading.facts(CAMERA.switch)
    for port in city().switches[CAMERA.switch].ports:
        reading.tell_port(CAMERA.switch, port, macs=frozenset(), neighbours=())
    reading.tell(CAMERA.switch, unread={**facts.unread, part: Unread(Reason.BAD_ANSWER, "cut")})
    if part == "fdb":  # the camera's address elsewhere proves no move
        at = free_port(SITE, Random(3), but=CAMERA.switch)
        reading.tell_port(*at, macs=frozenset({(CAMERA.vlan, mac_of(CAMERA.name))}))
    told = [key for key in reading.told() if not key[2].endswith(".neighbour")]
    assert told == [(CAMERA.switch, "observability", f"snmp.{part}")]


def test_what_came_too_late_is_one_finding_and_a_wrong_answer_another() -> None:
    reading = after(SITE)
    late, wrong = Unread(Reason.NO_ANSWER, "fdb: not read before the deadline"), Unread(Reason.BAD_ANSWER, "cut")
    untried = Unread(Reason.NOT_TRIED, "3 parts before it were not answered")
    reading.tell(CAMERA.switch, arp=untried, unread={"fdb": late, "poe": late, "lldp": wrong})
    told = {f.path: f.text for f in reading.findings() if f.device == CAMERA.switch}
    assert told.keys() == {"snmp", "snmp.lldp"}
    assert told["snmp"] == f"arp, fdb, poe; of the first: {untried.text}"


# Counters, power, light: the bounds


@pytest.mark.parametrize(
    ("errors", "packets", "severity"),
    [
        (9, 100, None), (10, 100, Severity.MAJOR), (10, 10_000, Severity.MINOR), (10, 10_001, None),
        (100, 9_900, Severity.MAJOR), (99, 9_901, Severity.MINOR), (10, 0, Severity.MAJOR),
        (-5, 100, None), (50, -1, None),
    ],
)  # fmt: skip
def test_errors_count_from_ten_and_from_one_in_a_thousand(errors: int, packets: int, severity: Severity | None) -> None:
    reading = after(SITE)
    reading.tell_port(CAMERA.switch, CAMERA.port, errors=17 + errors, packets=10**9 + packets)
    assert [f.severity for f in reading.findings()] == ([severity] if severity else [])


@pytest.mark.parametrize(
    ("low", "high", "days", "now", "found"),
    [
        (7.0, 7.0, 5, 9.0, False), (7.0, 7.0, 5, 9.2, True), (7.0, 7.0, 4, 19.0, False), (20.0, 20.0, 5, 25.9, False),
        (20.0, 20.0, 5, 26.1, True), (6.0, 10.5, 5, 13.6, False), (6.0, 10.5, 5, 13.7, True),
        (6.0, 10.5, 5, 4.1, False), (6.0, 10.5, 5, 3.9, True), (7.0, 7.0, 5, 0.0, False),
    ],
)  # fmt: skip
def test_power_is_unusual_far_outside_of_the_band_of_earlier_days(
    low: float, high: float, days: int, now: float, found: bool
) -> None:
    reading = _knowing(Usual(low, high, days))
    reading.tell_port(CAMERA.switch, CAMERA.port, poe_w=now)
    assert bool(reading.told()) is found


def test_infrared_that_stayed_dark_for_a_night_is_told_by_day_too() -> None:
    reading = _knowing(Usual(6.0, 10.5, 5, strange=1, topped=6.2))
    reading.tell_port(CAMERA.switch, CAMERA.port, poe_w=6.0)
    finding = alone(reading)
    assert finding.path == f"ports[{CAMERA.port}].poe_w"
    assert "delivered at most 6.2 W in a day, usual are 6.0 to 10.5 W" in finding.text
    reading.tell_port(CAMERA.switch, CAMERA.port, poe_w=10.0)
    assert reading.told() == []


def _knowing(usual: Usual) -> Reading:
    reading = after(SITE)
    past = reading.past[CAMERA.switch]
    port = replace(past.ports[CAMERA.port], power=usual)
    reading.past[CAMERA.switch] = replace(past, ports={**past.ports, CAMERA.port: port})
    return reading


def test_light_is_low_only_where_the_transceiver_has_a_limit() -> None:
    reading = after(SITE)
    link = next(link for link in city().links if {link.a, link.b} <= reading.seen.keys())
    reading.tell_port(link.a, link.a_port, rx_dbm=-30.0, rx_low_dbm=None)
    assert reading.told() == []
    reading.tell_port(link.a, link.a_port, rx_dbm=-19.0, rx_low_dbm=-19.0)
    assert reading.told() == []


def test_a_port_that_is_down_is_dark_without_saying_so() -> None:
    reading = after(SITE)
    key = cut_link(reading, SITE, Random(5))
    under = alone(reading).under
    assert {f.path.rpartition(".")[2] for f in under if f.path.startswith("ports")} == {"oper_up"}, key


# sysUpTime


@pytest.mark.parametrize(
    ("before", "now", "verdict"),
    [
        (500_000.0, 500_000.0 + 86_400, "ran through"),
        (500_000.0, 500_000.0 + 86_390, "ran through"),  # clocks drift
        (500_000.0, 3_600.0, "rebooted"),
        (500_000.0, 86_400.0, "rebooted"),  # right after the last reading
        (500_000.0, 300_000.0, "went back"),
        (500_000.0, 499_990.0, ""),
        (1_000.0, 900.0, "rebooted"),
        (WRAP_S - 400, 86_000.0, "ran through"),
        (WRAP_S - 86_400, 5.0, "ran through"),
        (WRAP_S - 86_400, WRAP_S - 5.0, "ran through"),
        (WRAP_S - 400, 100.0, "rebooted"),
        (WRAP_S - 400, 40_000.0, "rebooted"),
        (7_200.0, 10_800.0, "rebooted"),  # two power cuts, one each night
        (7_200.0, 86_400.0, "rebooted"),  # right after the last reading
        (7_200.0, 93_600.0, "ran through"),
        (7_200.0, 93_500.0, "ran through"),  # the clock of the switch is slow by 0.1 %
        (20.0, 86_340.0, "ran through"),
        (500_000.0, 700_000.0, ""),
    ],
)
def test_an_uptime_goes_on_or_is_a_restart_or_a_lie(before: float, now: float, verdict: str) -> None:
    past, at = Past(NOW, before), NOW + DAY
    verdicts = {"ran through": ran_through, "rebooted": rebooted, "went back": went_back}
    assert [name for name, holds in verdicts.items() if holds(past, now, at)] == ([verdict] if verdict else [])


def test_a_switch_that_is_up_for_longer_than_last_time_may_have_restarted() -> None:
    reading = after(SITE)
    past = reading.past[CAMERA.switch]
    port = replace(past.ports[CAMERA.port], errors=5, packets=1000)
    reading.past[CAMERA.switch] = replace(past, uptime_s=7_200.0, ports={**past.ports, CAMERA.port: port})
    reading.tell(CAMERA.switch, uptime_s=10_800.0, history=None)
    reading.tell_port(CAMERA.switch, CAMERA.port, errors=40, packets=9000)  # both since the restart
    finding = alone(reading)
    assert (finding.path, finding.class_, finding.event) == ("uptime_s", Class.OPERATIONAL, True)
    assert f"restarted at {reading.at - timedelta(hours=3):%Y-%m-%d %H:%M} UTC" in finding.text


@pytest.mark.parametrize(("hours", "told"), [(5, []), (2, ["uptime_s"])])
def test_a_restart_that_ends_a_known_outage_is_no_news(hours: int, told: list[str]) -> None:
    """It restarted three hours ago. A silence that was found only after that is another matter."""
    reading = after(SITE)
    reading.past[CAMERA.switch] = replace(reading.past[CAMERA.switch], uptime_s=7_200.0)
    reading.tell(CAMERA.switch, uptime_s=10_800.0, history=None)
    view = replace(reading.view, silent_since={CAMERA.switch: reading.at - timedelta(hours=hours)})
    assert [finding.path for finding in operational.findings(view)] == told


def test_a_reading_that_took_long_restarts_nothing() -> None:
    """The uptime was read at once, the rest of the switch ten minutes later."""
    reading = after(SITE)
    began = reading.past[CAMERA.switch].read_at + timedelta(minutes=15)
    reading.past[CAMERA.switch] = replace(reading.past[CAMERA.switch], uptime_s=30.0)
    reading.tell(CAMERA.switch, uptime_s=930.0, told_at=began, history=None)
    assert reading.told() == []
    assert learning.learned(reading.view)[CAMERA.switch].read_at == began


# Inventory


@pytest.mark.parametrize(
    ("allowed", "seen", "found"),
    [
        ((), "V5.7.3 build 220112", False), (("V5.7.3",), "V5.7.3 build 220112", False), (("V5.7",), "V5.7.3", True),
        (("v5.7.3 build 220112",), "V5.7.3 build 220112", False), (("V5.7.3",), "V5.7.31", True),
        (("V5.7.2", "V5.7.3"), "V5.7.3", False),
    ],
)  # fmt: skip
def test_firmware_is_held_against_the_list_of_its_type(allowed: tuple[str, ...], seen: str, found: bool) -> None:
    assert ("firmware" in _inventory(seen=seen, firmware=allowed)) is found


@pytest.mark.parametrize(
    ("part_number", "generic", "found"),
    [
        ("DS-2CD2T47G2-L", False, False), ("DS 2CD2T47G2", False, False), ("DS-2CD2T47G2-L 4mm", False, False),
        ("DS-2CD2T86G2", False, True), ("DS-2CD2T86G2", True, False), (None, False, False),
    ],
)  # fmt: skip
def test_a_model_is_held_against_the_part_number(part_number: str | None, generic: bool, found: bool) -> None:
    assert ("model" in _inventory(model="DS-2CD2T47G2-L", part_number=part_number, generic=generic)) is found


def _inventory(*, seen: str = "V5.7.3 build 220112", model: str = "Model", **type_: object) -> list[str]:
    from iccc.drift import inventory

    reading = Reading(SITE)
    identity = reading.seen[CAMERA.name].facts.identity
    reading.tell(CAMERA.name, identity=replace(identity, firmware=seen, model=model))
    known = city().catalogue[CAMERA.device_type].model_copy(update=type_)
    catalogue = {**city().catalogue, CAMERA.device_type: known}
    view = reading.view
    view = View(replace(city(), catalogue=catalogue), view.plan, view.observed, view.now)
    return [finding.path for finding in inventory.findings(view) if finding.device == CAMERA.name]


# Hardware addresses


def test_a_camera_that_is_known_by_its_name_alone_is_told_by_the_port_on_which_it_is_heard() -> None:
    reading = after(SITE)
    camera = some(lambda camera: camera.mac is None)
    reading.forget(camera.name)
    reading.past.pop(camera.name)
    at = free_port(SITE, Random(6))
    said = (Neighbour(camera.name, STRANGER, "eth0", None, False, camera.address),)
    reading.tell_port(*at, neighbours=said, macs=frozenset({(camera.vlan, STRANGER)}), oper_up=True)
    assert reading.told() == [(at[0], "topology", f"ports[{at[1]}].neighbour")]


def test_an_address_on_both_ports_has_moved_just_now_or_not_at_all() -> None:
    reading = after(SITE)
    at = free_port(SITE, Random(4))
    reading.tell_port(*at, macs=frozenset({(CAMERA.vlan, mac_of(CAMERA.name))}), oper_up=True)
    assert reading.told() == []


def test_an_address_that_arp_remembers_and_nobody_has_is_no_duplicate() -> None:
    reading = after(SITE)
    answer(reading, CAMERA.address, STRANGER)
    assert reading.told() == []


def test_a_camera_that_tells_the_address_of_another_interface_is_no_stranger_on_its_port() -> None:
    camera = some(lambda camera: camera.mac is None)
    reading = after(SITE)
    used = "02:77:00:00:00:01"
    exchange(reading, camera, used)
    assert reading.told() == [], "the one that it told is on no port"


def test_a_recorder_has_several_addresses_of_one_maker() -> None:
    reading = after(SITE)
    recorder = next(r for n in reading.seen if (r := city().recorders.get(n)) is not None)
    second = mac_of(recorder.name)[:9] + "00:00:07"
    macs = reading.port(recorder.switch, recorder.port).macs
    reading.tell_port(recorder.switch, recorder.port, macs=macs | {(300, second)})
    assert reading.told() == []


def test_gateways_and_declared_hosts_are_known_addresses() -> None:
    reading = after(SITE)
    subnet = CAMERA.address.rpartition(".")[0]
    for address in (f"{subnet}.1", f"{subnet}.255", "10.80.0.10", "192.0.2.77"):
        answer(reading, address, STRANGER)
    assert reading.told() == []


# Config


def test_the_change_by_iccc_itself_is_nobody_s_from_outside() -> None:
    bootstrap = "admin from 10.80.0.10 (virtual terminal)"
    for by, wrote, found in (
        ("iccc from 10.80.0.10 (virtual terminal)", None, False),
        (bootstrap, (-60, 0), False),  # the bootstrap login, in a deploy
        (bootstrap, (-10_900, -10_800), True),
        (bootstrap, (100, 200), True),  # somebody was there before iccc
        ("somebody from 10.80.0.10 (SNMP)", None, False),
        ("somebody (console)", None, True),
        (None, None, False),
    ):
        reading = after(SITE)
        uptime = _uptime(reading)
        reading.tell(CAMERA.switch, history=changed((uptime - 600, by)))
        at = reading.at - timedelta(seconds=600)
        if wrote is not None:
            began, ended = (at + timedelta(seconds=seconds) for seconds in wrote)
            reading.past[CAMERA.switch] = replace(reading.past[CAMERA.switch], written=((began, ended),))
        assert bool(reading.told()) is found, (by, wrote)


def test_every_change_since_the_last_reading_is_told_whoever_came_after() -> None:
    reading = after(SITE)
    uptime = _uptime(reading)
    ours = "iccc from 10.80.0.10 (virtual terminal)"
    ravi, mallory = (f"{name} from 10.80.0.66 (virtual terminal)" for name in ("ravi", "mallory"))
    reading.tell(
        CAMERA.switch,
        history=changed(
            (uptime - 90_000, "old (console)"), (uptime - 9000, mallory), (uptime - 8000, ravi), (uptime - 60, ours)
        ),
    )
    finding = alone(reading)
    at = reading.at - timedelta(seconds=8000)
    assert finding.text.endswith(f"was changed at {local(at, city())} by {ravi}, and 1 more before, by {mallory}")
    assert [evidence.value.partition("UTC, ")[2] for evidence in finding.evidence] == [ravi, mallory]
    reading.past = reading.learn()
    assert reading.told() == []


def test_a_change_is_told_once_though_sysuptime_wraps_or_the_reading_was_on() -> None:
    reading = after(SITE)
    reading.past[CAMERA.switch] = replace(reading.past[CAMERA.switch], uptime_s=WRAP_S - 3600)
    now = DAY.total_seconds() - 3600
    for at_s, found in ((WRAP_S - 4000, False), (WRAP_S - 3000, True), (now - 100, True), (now + 5, False)):
        reading.tell(CAMERA.switch, uptime_s=now, history=changed((at_s, "ravi from 10.80.0.66 (virtual terminal)")))
        assert bool(reading.told()) is found, at_s


def test_an_uptime_that_stands_a_second_before_the_last_one_brings_nothing_up_again() -> None:
    reading = after(SITE)
    past = reading.past[CAMERA.switch]
    reading.past[CAMERA.switch] = replace(past, read_at=reading.at, uptime_s=_uptime(reading) + 1)
    long_ago = changed((_uptime(reading) - 90_000, "ravi from 10.80.0.66 (virtual terminal)"))
    reading.tell(CAMERA.switch, history=long_ago)
    assert reading.told() == []


def _uptime(reading: Reading) -> float:
    uptime = reading.facts(CAMERA.switch).uptime_s
    assert isinstance(uptime, float)
    return uptime


@pytest.mark.parametrize(
    ("path", "seen", "wanted", "severity"),
    [
        ("ports[{port}].access_vlan", 1, 205, Severity.CRITICAL),
        ("ports[{port}].poe", False, True, Severity.CRITICAL),
        ("ports[{port}].shutdown", True, False, Severity.CRITICAL),
        ("ports[{port}].allowed_vlans", frozenset({1}), frozenset({205}), Severity.CRITICAL),
        ("ports[{port}].allowed_vlans", frozenset({1, 205}), frozenset({205}), Severity.MAJOR),
        ("ports[{port}].bpdu_guard", False, True, Severity.MAJOR),
        ("ports[{port}].description", "x", "y", Severity.MINOR),
        ("ports[{uplink}].shutdown", True, False, Severity.CRITICAL),
        ("ports[GigabitEthernet9/9].shutdown", False, True, Severity.MAJOR),
        ("vlans[205]", ABSENT, Vlan("x"), Severity.CRITICAL),
        ("vlans[556]", Vlan("x"), ABSENT, Severity.MINOR),
        ("vlans[205].name", "x", "y", Severity.MINOR),
        ("interfaces[110].address", "", "10.81.5.11/24", Severity.CRITICAL),
        ("hostname", "x", "y", Severity.MINOR),
        ("access_from", frozenset(), frozenset({"10.80.0.0/24"}), Severity.MAJOR),
        ("communities[public]", "rw", ABSENT, Severity.MAJOR),
        ("saved", False, True, Severity.MAJOR),
    ],
)
def test_the_severity_of_a_difference_is_its_effect(
    path: str, seen: object, wanted: object, severity: Severity
) -> None:
    ports = city().switches[CAMERA.switch].ports.values()
    path = path.format(port=CAMERA.port, uplink=next(port.name for port in ports if port.peer_port))
    assert _severity(Reading(SITE).view, CAMERA.switch, path, seen, wanted) is severity


@pytest.mark.parametrize(
    ("path", "severity"),
    [
        ("protocols[rtsp].enabled", Severity.CRITICAL), ("protocols[http].port", Severity.MAJOR),
        ("users[admin].password", Severity.MAJOR), ("time.ntp_servers", Severity.MAJOR),
        ("encoders[main].bitrate_kbps", Severity.MINOR), ("hostname", Severity.MINOR),
    ],
)  # fmt: skip
def test_of_a_camera_what_ends_the_recording_is_critical(path: str, severity: Severity) -> None:
    assert _severity(Reading(SITE).view, CAMERA.name, path, None, User()) is severity


# What is kept


def test_the_past_comes_back_from_the_store_as_it_went_in(tmp_path: Path) -> None:
    usual = Usual(6.0, 10.5, 6, 1, 6.1, NOW, NOW + timedelta(hours=1), 2, 6.0, 6.1)
    port = PortPast(10, 2, usual, frozenset({"02:00:00:00:00:01"}))
    ports = {"Gi1/1": port, "Gi1/2": PortPast()}
    past = {"a": Past(NOW, 12.5, "SN", "V1", "02:00:00:00:00:02", True, (), ports), "b": Past(NOW)}
    store = open_store(tmp_path)
    Pasts(store).save(past)
    Pasts(store).save({"b": Past(NOW + DAY)})
    assert Pasts(store).load() == {"a": past["a"], "b": Past(NOW + DAY)}
    store.close()


def test_what_an_older_iccc_kept_of_a_port_is_read_without_what_is_gone(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    old = '{"packets":10,"errors":2,"poe_w":7.2,"poe_deviation_w":0.5,"poe_readings":6,"macs":[]}'
    whole = f'{{"read_at":"{NOW.isoformat()}","uptime_s":12.5,"written_at":null,"ports":{{"Gi1/1":{old}}}}}'
    store.execute("INSERT INTO past VALUES ('a', ?)", (whole,))
    assert Pasts(store).load() == {"a": Past(NOW, 12.5, ports={"Gi1/1": PortPast(10, 2)})}
    store.close()


def test_when_iccc_wrote_is_known_from_its_journal(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    journal, hour = Journal(store), timedelta(hours=1)
    Pasts(store).save({"a": Past(NOW), "b": Past(NOW)})
    for begin in (-2, 1, 2):
        run = journal.begin("deploy", "plan", [("a", ""), ("b", "")], NOW + begin * hour)
        journal.start(run, "a", "switch", NOW + begin * hour)
        if begin != 2:  # this one was killed
            journal.done(run, "a", "switch", [], NOW + begin * hour + timedelta(minutes=1))
    one, killed = NOW + hour, NOW + 2 * hour
    past = Pasts(store).load()
    assert past["a"].written == ((one, one + timedelta(minutes=1)), (killed, killed + timedelta(minutes=10)))
    assert past["b"].written == ()
    store.close()


def test_a_ups_that_does_not_tell_any_more_is_not_said_to_be_on_battery() -> None:
    name = next(iter(city().ups), None) or "ups"
    reading = Reading(SITE, past={name: Past(NOW - DAY, on_battery=True)})
    reading.seen[name] = Observed(name, None, UpsFacts(), NOW)
    assert learning.learned(View(city(), Plan("", "lab", NOW, "", {}), reading.seen, NOW, reading.past))[name] == Past(
        NOW
    )


def test_what_was_read_of_a_part_only_keeps_the_rest() -> None:
    reading = after(SITE)
    nothing = Unread(Reason.BAD_ANSWER, "cut")
    reading.tell(CAMERA.switch, ports=nothing, chassis=nothing)
    past = learning.learned(reading.view)[CAMERA.switch]
    before = reading.past[CAMERA.switch]
    assert (past.serial, past.firmware) == (before.serial, before.firmware)
    kept = past.ports[CAMERA.port]
    assert (kept.errors, kept.packets) == (None, None), "a restart in between would not be seen"
    assert kept.power is not None and kept.power == before.ports[CAMERA.port].power


def test_an_agent_that_tells_its_true_time_again_has_changed_nothing_since() -> None:
    lying = after(SITE)
    true = lying.facts(CAMERA.switch).uptime_s
    assert isinstance(true, float)
    lying.tell(CAMERA.switch, uptime_s=true / 2)
    assert [path for _, _, path in lying.told()] == ["uptime_s"]
    reading = Reading(SITE, lying.at + DAY, lying.learn())
    now = true + DAY.total_seconds()
    long_ago = changed((true * 0.75, "ravi from 10.80.0.44 (virtual terminal)"))
    reading.tell(CAMERA.switch, uptime_s=now, history=long_ago)
    assert reading.told() == []


def test_a_reading_that_takes_long_puts_no_change_of_iccc_on_somebody_else() -> None:
    """The switch was written to 100 s before its uptime was read, and the reading ended 40 s after that."""
    reading = after(SITE)
    told_at = reading.at - timedelta(seconds=40)
    uptime_s = (reading.past[CAMERA.switch].uptime_s or 0.0) + DAY.total_seconds() - 40
    history = changed((uptime_s - 100, "admin from 10.80.0.10 (virtual terminal)"))
    reading.tell(CAMERA.switch, uptime_s=uptime_s, told_at=told_at, history=history)
    written = told_at - timedelta(seconds=100)
    reading.past[CAMERA.switch] = replace(reading.past[CAMERA.switch], written=((written, written),))
    assert reading.told() == []
    written -= timedelta(seconds=30)
    reading.past[CAMERA.switch] = replace(reading.past[CAMERA.switch], written=((written, written),))
    assert reading.told() == [(CAMERA.switch, "config", "history.changed_s")]
