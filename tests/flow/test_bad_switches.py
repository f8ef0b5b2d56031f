"""Switches that misbehave while they are changed: one row with the truth, the others done, and all well afterwards.

Whether the truth was said is asked of the switch itself, with other tools than iccc's.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.flow.declaration import declare, edit
from tests.flow.foreign import Foreigner
from tests.flow.town import Town

SWITCHES = ("bsp-j01-sw1", "bsp-j02-sw1", "bsp-j03-sw1")
BAD = "bsp-j02-sw1"
OTHERS = {"bsp-j01-sw1", "bsp-j03-sw1"}
SAME_RING = ("bsp-j01-sw1", "bsp-j02-sw1")
CAMERA_PORTS = ("GigabitEthernet1/3", "GigabitEthernet1/4")
LIMIT = tuple(part for name in SWITCHES for part in ("--limit", name))

DRIFT = ("interface GigabitEthernet1/3", "description x", "ntp server 10.80.0.99", "logging host 10.80.0.99")
PATHS = {"ports[GigabitEthernet1/3].description", "ntp_servers", "syslog_hosts"}
NTP = "ntp server 10.80.0.99"

CLOSED = """
maintenance:
  windows:
    - {{days: [{day}], from: "01:00", to: "01:01"}}
"""
FROZEN = """
maintenance:
  freeze:
    - {from: 2020-01-01, to: 2090-11-10, reason: "Diwali"}
"""
ONE_CAMERA = """
maintenance:
  camera_loss_budget: 1
"""


@pytest.fixture(scope="module")
def standing(town: Town) -> Iterator[Town]:
    town.to_deployed()
    yield town
    town.put_back()


@pytest.fixture
def bad(standing: Town) -> Iterator[Town]:
    """A town whose switches are as declared. Every test leaves them so, or that is put right here."""
    standing.hand.begin()
    yield standing
    standing.hand.heal()
    declare(standing.root, standing.block)
    last = standing.said[-1]
    if (last.arguments[0], last.code) != ("plan", 0) and standing.iccc("plan", *LIMIT).code:
        standing.deploy("--retry", *LIMIT, code=None)


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ("cut-mid-change", "the device closed the connection; all 2 steps were taken back by the switch"),
        ("refuses", f"'no {NTP}' was not taken: % Invalid input detected at '^' marker.; all 2 steps were taken back"),
    ],
)
def test_a_change_that_breaks_off_is_taken_back(bad: Town, fault: str, told: str) -> None:
    town = bad
    _drift(town)
    them = Foreigner(town)
    before = them.configurations(BAD)
    town.hand.fault(BAD, fault)
    rows = _deploy(town, code=2)
    assert _done(rows) == {(name, path) for name in OTHERS for path in PATHS}, rows
    assert {row["path"] for row in rows if row["device"] == BAD} == PATHS
    assert {(row["status"], told in row["text"]) for row in rows if row["device"] == BAD} == {("failed", True)}
    assert them.configurations(BAD) == before, "as before the change, and nothing of it saved"
    assert _left(town) == {(BAD, path) for path in PATHS}
    _converges(town)


def test_a_save_that_was_only_claimed_is_no_save(bad: Town) -> None:
    town = bad
    _drift(town)
    them = Foreigner(town)
    _running, startup = them.configurations(BAD)
    town.hand.fault(BAD, "save-lies")
    rows = _deploy(town, code=2)
    assert _done(rows) == {(name, path) for name in SWITCHES for path in PATHS}, rows
    assert _others(rows) == [(BAD, "saved", "accepted-not-applied", "saved reads back as False")]
    running, still = them.configurations(BAD)
    assert NTP not in running, "the change stands"
    assert still == startup, "and a restart would take it back"
    assert _left(town) == {(BAD, "saved")}

    town.hand.count_anew()
    _deploy(town, code=2)
    assert not town.hand.written(), "what was not taken is not tried again by itself"
    _converges(town)
    running, startup = them.configurations(BAD)
    assert running == startup


def test_questions_pagers_and_a_new_name_are_no_trouble(bad: Town) -> None:
    town = bad
    _drift(town)
    town.hand.type("bsp-j01-sw1", "hostname somebody")  # the prompt changes in the middle of the push
    town.hand.fault("bsp-j02-sw1", "asks")
    town.hand.fault("bsp-j03-sw1", "pager")
    rows = _deploy(town, code=0)
    assert _done(rows) == {(name, path) for name in SWITCHES for path in PATHS} | {("bsp-j01-sw1", "hostname")}, rows
    assert _others(rows) == []
    assert _left(town) == set()
    assert town.drift(*LIMIT, code=0) == [], "who typed is told once"
    town.hand.heal()
    them = Foreigner(town)
    for switch in SWITCHES:
        running, startup = them.configurations(switch)
        assert running == startup
        assert f"hostname {switch}" in running
        assert NTP not in running


def test_a_login_that_ends_below_enable_says_so(bad: Town, tmp_path: Path) -> None:
    town = bad
    _drift(town)
    them = Foreigner(town)
    before = them.configurations(BAD)
    stored = tmp_path / "plan.json"
    town.iccc("plan", "-o", str(stored), *LIMIT, code=2)
    town.hand.fault(BAD, "wrong-enable")
    rows = _deploy(town, "--plan", str(stored), code=2)
    assert _done(rows) == {(name, path) for name in OTHERS for path in PATHS}, rows
    told = f"the login ends at '{BAD}>', and enable does not lead further"
    assert [(device, status, told in text) for device, _, status, text in _others(rows)] == [(BAD, "failed", True)]
    _left(town)
    assert [(f["device"], f["seen"]) for f in town.drift(*LIMIT, code=3)] == [(BAD, "bad-answer")]
    assert told in town.deploy(*LIMIT, code=3).err
    town.hand.heal()
    assert them.configurations(BAD) == before
    _converges(town)


def test_what_another_engineer_changed_after_the_plan_is_not_overwritten(bad: Town, tmp_path: Path) -> None:
    town = bad
    _drift(town)
    stored = tmp_path / "plan.json"
    town.iccc("plan", "-o", str(stored), *LIMIT, code=2)
    town.hand.type(BAD, "ntp server 10.80.0.98")
    town.hand.count_anew()
    rows = _deploy(town, "--plan", str(stored), code=2)
    assert _done(rows) == {(name, path) for name in OTHERS for path in PATHS}, rows
    assert _others(rows) == [(BAD, "", "refused", f"{BAD}: its state has changed since the plan was made; plan again")]
    assert set(town.hand.written()) == OTHERS
    _converges(town)


def test_what_another_engineer_changes_while_a_switch_waits_for_its_turn_is_not_overwritten(bad: Town) -> None:
    town = bad
    _drift(town)
    limit = [part for name in SAME_RING for part in ("--limit", name)]
    town.hand.count_anew()
    deploy = town.start("deploy", "--yes", "--format", "json", *limit)
    deploy.until(lambda: bool(town.hand.written()))
    (first,) = town.hand.written()
    (waiting,) = set(SAME_RING) - {first}  # read already, and let in when the other of its ring is done
    town.hand.type(waiting, "snmp-server location depot")
    done = deploy.ended()
    assert done.code == 2, done
    rows = done.json["rows"]
    assert _done(rows) == {(first, path) for path in PATHS}, rows
    assert {(row["device"], row["status"]) for row in rows if row["device"] != first} == {(waiting, "refused")}
    assert all("somebody else is at work; plan again" in row["text"] for row in rows if row["device"] == waiting)
    assert set(town.hand.written()) == {first}
    town.hand.type(waiting, "no snmp-server location")
    _converges(town)


def test_without_snmp_a_change_goes_through_and_says_what_was_not_checked(bad: Town) -> None:
    town = bad
    edit(town.root / "pyinfra.cfg", r"(?m)^snmp_s = .*$", "snmp_s = 0.5")  # what waits for it shall not wait long
    for switch in (BAD, "bsp-j03-sw1"):
        town.hand.type(switch, NTP)
    community = town.sheet["communities"]["ro"]
    town.hand.type(BAD, f"no snmp-server community {community}")
    done = town.deploy(*LIMIT)
    heading, told = "Applied, but:", f"{BAD}  ntp_servers: applied  links and neighbours were not checked: {BAD} "
    assert heading in done.out
    assert done.out.partition(heading)[2].strip().startswith(told)
    assert done.out.count("were not checked") == 1
    town.hand.type(BAD, f"snmp-server community {community} RO")
    _converges(town)


def test_somebody_elses_pending_revert_is_left_alone(bad: Town) -> None:
    town = bad
    _drift(town)
    with Foreigner(town).console(BAD) as colleague:
        colleague.send_command("configure terminal revert timer 5", expect_string=r"\(config\)#")
        colleague.send_command("interface GigabitEthernet1/3", expect_string=r"\(config-if\)#")
        colleague.send_command("description half done", expect_string=r"\(config-if\)#")
        colleague.send_command("end", expect_string=r"[^)]#")
        town.hand.count_anew()
        rows = _deploy(town, code=2)
        assert _done(rows) == {(name, path) for name in OTHERS for path in PATHS}, rows
        told = "%Rollback Confirmed Change already pending, started by admin"
        for device, _path, status, text in _others(rows):
            assert (device, status) == (BAD, "failed")
            assert told in text
            assert text.endswith("nothing was sent")
        assert set(town.hand.written()) == OTHERS
        town.drift(*LIMIT)
        pending = str(colleague.send_command("show archive config rollback timer"))
        assert "User: admin" in pending, "neither deploy nor drift has taken it back"
        assert "description half done" in str(colleague.send_command("show running-config"))
        colleague.send_command("configure confirm")
        colleague.save_config()
    _converges(town)


def test_outside_of_windows_and_in_a_freeze_nothing_is_changed_unless_somebody_says_why(bad: Town) -> None:
    town = bad
    _drift(town)
    file = town.cities / "city.yaml"
    declared = file.read_text(encoding="utf-8")
    town.hand.count_anew()
    for maintenance, told in (
        (CLOSED.format(day=_not_today(town)), "outside every maintenance window: the next opens on "),
        (FROZEN, "frozen until Fri 10 Nov 2090, end of day: Diwali (cities/bilaspur/city.yaml:"),
    ):
        file.write_text(declared + maintenance, encoding="utf-8")
        rows = _deploy(town, code=2)
        assert {(row["device"], row["status"]) for row in rows} == {(name, "refused") for name in SWITCHES}
        assert len(rows) == len(SWITCHES), "one row for each"
        assert all(row["text"].startswith(told) for row in rows)
    assert not town.hand.written()
    assert "say --reason" in town.deploy("--anytime", *LIMIT, code=1).err
    rows = _deploy(town, "--anytime", "--reason", "the Collector asked", code=0)
    assert _done(rows) == {(name, path) for name in SWITCHES for path in PATHS}, rows


def test_after_as_many_failures_as_allowed_nobody_else_is_written(bad: Town) -> None:
    town = bad
    _drift(town)
    for switch in SWITCHES:
        town.hand.fault(switch, "refuses")
    done = town.deploy("--format", "json", "--max-fail", "1", *LIMIT, code=2).json
    statuses = sorted({(row["device"], row["status"]) for row in done["rows"]}, key=lambda pair: pair[1])
    assert [status for _, status in statuses] == ["failed", "refused", "refused"]
    assert {device for device, _ in statuses} == set(SWITCHES)
    assert "the failure budget (1) is used up" in done["stopped"]
    _converges(town)


def test_a_switch_that_would_take_too_many_cameras_off_is_refused(bad: Town) -> None:
    town = bad
    for switch in SWITCHES:
        ports = CAMERA_PORTS if switch == BAD else CAMERA_PORTS[:1]
        for port in ports:
            town.hand.type(switch, f"interface {port}", "shutdown")
    file = town.cities / "city.yaml"
    declared = file.read_text(encoding="utf-8")
    file.write_text(declared + ONE_CAMERA, encoding="utf-8")
    town.hand.count_anew()
    rows = _deploy(town, code=2)
    assert _done(rows) == {(name, f"ports[{CAMERA_PORTS[0]}].shutdown") for name in OTHERS}, rows
    told = "2 cameras would be off at once; camera_loss_budget is 1"
    assert [(device, status, text) for device, _, status, text in _others(rows)] == [(BAD, "refused", told)]
    assert set(town.hand.written()) == OTHERS
    file.write_text(declared, encoding="utf-8")
    _converges(town)


def _drift(town: Town) -> None:
    """Somebody has changed three settings on each of the switches."""
    for switch in SWITCHES:
        town.hand.type(switch, *DRIFT)


def _left(town: Town) -> set[tuple[str, str]]:
    """What differs now; that somebody typed before the deploy is told beside it."""
    found = {(finding["device"], finding["path"]) for finding in town.drift(*LIMIT, code=None)}
    return {(device, path) for device, path in found if path != "history.changed_s"}


def _deploy(town: Town, *arguments: str, code: int) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = town.deploy("--format", "json", *LIMIT, *arguments, code=code).json["rows"]
    return rows


def _done(rows: list[dict[str, Any]]) -> set[tuple[str, str]]:
    """Device and path of what was applied."""
    return {(row["device"], row["path"]) for row in rows if row["status"] == "applied"}


def _others(rows: list[dict[str, Any]]) -> list[tuple[str, str, str, str]]:
    """What was not applied."""
    return [(r["device"], r["path"], r["status"], r["text"]) for r in rows if r["status"] != "applied"]


def _converges(town: Town) -> None:
    """With the trouble gone, one more deploy makes everything as declared."""
    town.hand.heal()
    town.deploy("--retry", *LIMIT)
    town.iccc("plan", *LIMIT, code=0)


def _not_today(town: Town) -> str:
    """A day on which no window is open now, wherever the city's day stands."""
    day = datetime.now(UTC) + timedelta(minutes=town.city.utc_offset_min, days=3)
    return f"{day:%a}".lower()
