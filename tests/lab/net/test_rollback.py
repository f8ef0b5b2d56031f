"""The revert timer: what it brings back, who may confirm, and what it survives."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import netmiko
import paramiko
import pytest
from netmiko import ConnectHandler

from iccc.lab.ios.session import Mode, Session
from iccc.lab.ios.shell import Shell
from iccc.lab.ios.system import System
from tests.lab.net.conftest import Served
from tests.lab.net.test_transcripts import bench

ENTER = "Enter configuration commands, one per line.  End with CNTL/Z."
PENDING = "%No Rollback Confirmed Change pending"


@dataclass
class Alarm:
    at: datetime
    act: Callable[[], None]
    cancelled: bool = False

    def cancel(self) -> None:
        self.cancelled = True


@dataclass
class Clock:
    """A clock that goes when it is told to."""

    now: datetime = datetime(2025, 7, 31, 6, 30, tzinfo=UTC)
    alarms: list[Alarm] = field(default_factory=list)

    def later(self, delay_s: float, act: Callable[[], None]) -> Alarm:
        self.alarms.append(Alarm(self.now + timedelta(seconds=delay_s), act))
        return self.alarms[-1]

    def go(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
        for alarm in list(self.alarms):
            if alarm.at <= self.now and not alarm.cancelled:
                self.alarms.remove(alarm)
                alarm.act()


@dataclass
class Bench:
    clock: Clock
    system: System

    def session(self, user: str = "admin", mode: Mode = Mode.EXEC) -> Callable[..., list[str]]:
        shell = Shell(Session(self.system, user, mode), lambda: None, lambda: False)
        return lambda *lines: [out for line in lines for out in shell.type(line)]

    @property
    def running(self) -> list[str]:
        return self.system.text(self.system.running)


@pytest.fixture
def desk() -> Bench:
    """A switch with an archive, saved."""
    clock, system = Clock(), bench()
    system.now, system.later = lambda: clock.now, clock.later
    system.booted = clock.now
    here = Bench(clock, system)
    here.session(mode=Mode.CONFIG)("ntp server 10.0.0.5", "archive", "path flash:backup", "maximum 3", "end", "wr")
    return here


ARM = "configure terminal revert timer 5"
CHANGE = (
    "hostname other", "vlan 222", "no vlan 110", "interface Vlan110", "shutdown", "interface Vlan99",
    "ip address 10.9.0.1 255.255.255.0", "no username admin", "interface gi1/9", "shutdown", "no archive",
)  # fmt: skip


def test_without_an_archive_nothing_can_be_armed() -> None:
    shell = Shell(Session(bench(), "admin", Mode.EXEC), lambda: None, lambda: False)
    assert shell.type(ARM) == ["%Turn config archive on before using Rollback Confirmed Change", ""]
    assert shell.session.mode is Mode.EXEC
    assert shell.type("show archive") == ["Archive feature not enabled"]


def test_the_timer_brings_everything_back_and_leaves_startup_and_sessions(desk: Bench) -> None:
    before, saved = desk.running, desk.system.text(desk.system.startup)
    admin = desk.session()
    armed = admin(ARM)
    assert armed == [
        "Rollback Confirmed Change: Backing up current running config to flash:backup-Jul-31-06-30-00.000-0", "", ENTER,
    ]  # fmt: skip
    admin(*CHANGE)
    changed = desk.running
    desk.clock.go(299)
    assert desk.running == changed != before
    desk.clock.go(1)
    assert desk.running == before
    assert desk.system.text(desk.system.startup) == saved
    assert admin("end", "show clock") == ["06:35:00.000 UTC Thu Jul 31 2025"]
    log = admin("show logging | include ROLLBK")
    assert [line.split(": ")[1] for line in log] == [
        "%ARCHIVE_DIFF-5-ROLLBK_CNFMD_CHG_BACKUP", "%ARCHIVE_DIFF-5-ROLLBK_CNFMD_CHG_START_ABSTIMER",
        "%ARCHIVE_DIFF-5-ROLLBK_CNFMD_CHG_WARNING",
        "%ARCHIVE_DIFF-5-ROLLBK_CNFMD_CHG_ROLLBACK_START", "%ARCHIVE_DIFF-5-ROLLBK_CNFMD_CHG_ROLLBACK_END",
    ]  # fmt: skip
    assert admin("configure confirm") == [PENDING, ""]


def test_any_session_confirms_and_then_nothing_comes_back(desk: Bench) -> None:
    desk.session()(ARM, *CHANGE)
    changed = desk.running
    other = desk.session("operator")
    assert other("configure confirm") == []
    desk.clock.go(10_000)
    assert desk.running == changed
    for command in ("configure confirm", "configure revert now", "configure revert timer 3",
                    "show archive config rollback timer"):  # fmt: skip
        assert other(command) == [PENDING, ""]


def test_revert_now_and_another_timer(desk: Bench) -> None:
    before = desk.running
    admin = desk.session()
    admin(ARM, "hostname other", "end")
    desk.clock.go(240)
    assert admin("configure revert timer 10") == []
    desk.clock.go(300)
    assert desk.running != before
    assert admin("show archive config rollback timer") == [
        "Time configured(or reconfigured): 06:34:00 UTC Thu Jul 31 2025", "Timer type: absolute timer",
        "Timer value: 10 min", "Time remaining: 300 sec", "User: admin",
    ]  # fmt: skip
    assert admin("configure revert now")[0].startswith("Rollback Confirmed Change: Rolling to:flash:backup-Jul-31-06")
    assert desk.running == before
    assert not [alarm for alarm in desk.clock.alarms if not alarm.cancelled]


def test_an_idle_timer_runs_from_the_last_line_of_its_session(desk: Bench) -> None:
    before = desk.running
    admin, other = desk.session(), desk.session("operator")
    admin("configure terminal revert timer idle 2", "hostname other")
    for _ in range(5):
        desk.clock.go(100)
        admin("")
        other("show clock")
    assert desk.running != before
    desk.clock.go(119)
    other("show clock")
    assert desk.running != before
    desk.clock.go(1)
    assert desk.running == before


def test_another_session_is_warned_and_cannot_arm_a_second_timer(desk: Bench) -> None:
    desk.session()(ARM, "hostname other")
    other = desk.session("operator")
    refused = other(ARM)
    assert refused[0].startswith("%Rollback Confirmed Change already pending, started by admin")
    assert "User: admin" in other("show archive config rollback timer")
    assert other("configure terminal") == [
        "Warning: Rollback Confirmed Change pending, started by admin, due in 300 seconds", ENTER,
    ]  # fmt: skip


def test_the_session_that_armed_is_told_a_minute_before_and_when_it_happens(desk: Bench) -> None:
    told: list[str] = []
    session = Session(desk.system, "admin", Mode.EXEC, tell=told.append)
    Shell(session, lambda: None, lambda: False).type(ARM)
    desk.clock.go(239)
    assert told == []
    desk.clock.go(1)
    assert told == ["Rollback Confirmed Change: Rollback will begin in one minute."]
    desk.clock.go(60)
    assert told[1].startswith("Rollback Confirmed Change: Rolling to:flash:backup-")
    assert "Rollback Done" in told


def test_a_power_cut_loads_what_was_saved_and_forgets_the_timer(desk: Bench) -> None:
    desk.session()(ARM, "hostname saved", "do write memory", "hostname other")
    desk.system.reboot()
    after = desk.running
    assert "hostname saved" in after
    desk.clock.go(10_000)
    assert desk.running == after


def test_a_short_minute_is_for_tests_only_and_shows_as_sixty_seconds(desk: Bench) -> None:
    desk.system.minute_s = 0.5
    before = desk.running
    admin = desk.session()
    admin(ARM, "hostname other", "end")
    desk.clock.go(2)
    assert "Time remaining: 60 sec" in admin("show archive config rollback timer")
    desk.clock.go(0.5)
    assert desk.running == before


def test_replace_goes_to_the_startup_configuration_or_an_archived_one(desk: Bench) -> None:
    saved = desk.running
    admin = desk.session()
    admin("archive config", "configure terminal", "hostname other", "end")
    changed = desk.running
    assert admin("configure replace nvram:startup-config force") == ["Total number of passes: 1", "Rollback Done", ""]
    assert desk.running == saved
    admin("conf t", "hostname other", "end", "archive config")
    name = list(desk.system.flash)[-1]
    admin("configure replace nvram:startup-config force")
    assert admin(f"configure replace {name}")[0].startswith("This will apply")
    assert admin("y")[-2] == "Rollback Done"
    assert desk.running == changed
    assert admin("configure replace flash:none force")[0].startswith("%Error opening flash:none")


def test_the_archive_keeps_so_many_and_marks_the_latest(desk: Bench) -> None:
    admin = desk.session()
    admin("conf t", "archive", "path flash:$h-$t", "write-memory", "end")
    for _ in range(4):
        desk.clock.go(1)
        admin("write memory")
    assert admin("show archive") == [
        "The maximum archive configurations allowed is 3.", "There are currently 3 archive configurations saved.",
        "The next archive file will be named flash:Switch-<timestamp>-4", " Archive #  Name",
        "   1        flash:Switch-Jul-31-06-30-02.000-1", "   2        flash:Switch-Jul-31-06-30-03.000-2",
        "   3        flash:Switch-Jul-31-06-30-04.000-3 <- Most Recent",
    ]  # fmt: skip


def test_the_archive_is_printed_as_it_was_typed(desk: Bench) -> None:
    admin = desk.session()
    admin("conf t", "archive", "log config", "logging enable", "hidekeys", "write-memory", "end")
    assert admin("show running-config | section archive") == [
        "archive", " log config", "  logging enable", "  hidekeys", " path flash:backup", " maximum 3", " write-memory",
    ]  # fmt: skip


def test_a_switch_that_cut_its_operator_off_comes_back_by_itself(lab: Served) -> None:
    lab.deploy()
    lab.client.lines("sw2", "archive", "path flash:backup")
    lab.client.set("sw2", "minute_s", 0.4)
    switch = ConnectHandler(**lab.netmiko("sw2"))
    switch.config_mode(config_command="configure terminal revert timer 1")
    with pytest.raises((OSError, EOFError, netmiko.exceptions.ReadException, paramiko.SSHException)):
        switch.send_config_set(["interface Vlan110", "shutdown", "exit", "do show clock"], read_timeout=3)
    deadline = time.monotonic() + 5
    while lab.client.unreachable() and time.monotonic() < deadline:
        time.sleep(0.05)
    with ConnectHandler(**lab.netmiko("sw2")) as again:
        assert "ROLLBACK_END" in again.send_command("show logging")
        assert "shutdown" not in again.send_command("show running-config interface Vlan110")


def test_an_open_session_sees_it_happen_on_its_terminal(lab: Served) -> None:
    lab.client.lines("sw1", "archive", "path flash:backup")
    lab.client.set("sw1", "minute_s", 0.3)
    with ConnectHandler(**lab.netmiko("sw1")) as switch:
        switch.config_mode(config_command="configure terminal revert timer 2")
        switch.send_command("hostname other", expect_string=r"other\(config\)#")
        seen = switch.read_until_pattern("Rollback Done", read_timeout=3)
        assert "Rollback will begin in one minute." in seen
        switch.set_base_prompt()
        assert switch.find_prompt() == "Switch(config)#"
        switch.exit_config_mode()
