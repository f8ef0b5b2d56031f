"""Archived configurations and the revert timer: what is kept in flash, and what brings it back.

Behaviour as in Cisco's "Configuration Replace and Configuration Rollback" and "Configuration Rollback Confirmed
Change" (IOS 15, IOS-XE). Not documented, so in own words: a second timer refused, the logs of a confirm and an end.
"""

from __future__ import annotations

import copy

from iccc.lab.ios.config import Config
from iccc.lab.ios.session import Output, Rejected, Session
from iccc.lab.ios.system import Pending, System

NOT_ON = "%Turn config archive on before using Rollback Confirmed Change"
NOTHING_PENDING = "%No Rollback Confirmed Change pending"
STARTUP = "nvram:startup-config"


def file_name(system: System, number: str) -> str:
    """``flash:backup-Jun--6-10-38-00.741-2``; ``$h`` in the path is the host name, ``$t`` the time."""
    path = system.running.archive.path.replace("$h", system.running.hostname)
    at = system.clock()
    stamp = f"{at:%b}-{str(at.day).rjust(2, '-')}-{at:%H-%M-%S}.{at.microsecond // 1000:03}"
    return f"{path.replace('$t', stamp)}-{number}" if "$t" in path else f"{path}-{stamp}-{number}"


def store(system: System) -> str:
    """Archive the running configuration; the name of its file."""
    name = file_name(system, str(system.flash_number))
    system.flash_number += 1
    system.flash[name] = copy.deepcopy(system.running)
    for oldest in list(system.flash)[: -system.running.archive.maximum]:
        del system.flash[oldest]
    return name


def arm(session: Session, minutes: int, idle: bool = False) -> Output:
    """Back the running configuration up and start the timer that brings it back. Refused without an archive."""
    system = session.system
    if not system.running.archive.path:
        raise Rejected(NOT_ON)
    if system.pending is not None:
        raise Rejected(
            f"%Rollback Confirmed Change already pending, started by {system.pending.user}: confirm or revert it first"
        )
    name = store(system)
    system.pending = Pending(
        session.user or "console", session, name, copy.deepcopy(system.running), minutes, idle, system.now()
    )
    system.record(f"%ARCHIVE_DIFF-5-ROLLBK_CNFMD_CHG_BACKUP: Backing up current running config to {name}")
    sort = "IDLETIMER" if idle else "ABSTIMER"
    system.record(
        f"%ARCHIVE_DIFF-5-ROLLBK_CNFMD_CHG_START_{sort}: {_by(session)}: "
        f"Scheduled to rollback to config {name} in {minutes} minutes"
    )
    _start(system, system.pending)
    return [f"Rollback Confirmed Change: Backing up current running config to {name}", ""]


def _by(session: Session) -> str:
    return f"User: {session.user or 'console'}(Priv: 15, View: 0)"


def _start(system: System, pending: Pending) -> None:
    pending.since = system.now()
    pending.stop()
    pending.timer = system.later(pending.minutes * system.minute_s, lambda: _expire(system, pending))
    if pending.minutes > 1:
        pending.warning = system.later((pending.minutes - 1) * system.minute_s, lambda: _warn(system, pending))


def _warn(system: System, pending: Pending) -> None:
    text = f"System will rollback to config {pending.name} in one minute"
    system.record(f"%ARCHIVE_DIFF-5-ROLLBK_CNFMD_CHG_WARNING: {text}")
    pending.session.tell("Rollback Confirmed Change: Rollback will begin in one minute.")


def _expire(system: System, pending: Pending) -> None:
    if system.pending is pending:
        for line in back(system):
            pending.session.tell(line)


def back(system: System) -> Output:
    """Return to the configuration that was backed up; what the terminal shows."""
    pending = _pending(system)
    system.disarm()
    system.record(f"%ARCHIVE_DIFF-5-ROLLBK_CNFMD_CHG_ROLLBACK_START: Start rolling to: {pending.name}")
    out = replace(system, pending.config)
    system.record("%ARCHIVE_DIFF-5-ROLLBK_CNFMD_CHG_ROLLBACK_END: Rollback done")
    return [f"Rollback Confirmed Change: Rolling to:{pending.name}", "", *out]


def confirm(session: Session) -> None:
    """Keep what was changed. Any session may do it."""
    _pending(session.system)
    session.system.disarm()
    session.system.record(
        f"%ARCHIVE_DIFF-5-ROLLBK_CNFMD_CHG_CONFIRM: {_by(session)}: Confirmed the configuration change"
    )


def restart(system: System, minutes: int, idle: bool) -> None:
    """Give the pending rollback another timer, which starts now."""
    pending = _pending(system)
    pending.minutes, pending.idle = minutes, idle
    _start(system, pending)


def typed(session: Session) -> None:
    """A line was typed: an idle timer of this session starts anew."""
    pending = session.system.pending
    if pending is not None and pending.idle and pending.session is session:
        _start(session.system, pending)


def _pending(system: System) -> Pending:
    if system.pending is None:
        raise Rejected(NOTHING_PENDING)
    return system.pending


def remaining_s(system: System, pending: Pending) -> int:
    """Seconds until the rollback, in minutes of 60 s whatever ``minute_s`` is."""
    gone = (system.now() - pending.since).total_seconds() * 60 / system.minute_s
    return max(0, round(pending.minutes * 60 - gone))


def replace(system: System, target: Config) -> Output:
    """Make ``target`` the running configuration, everything of it. Sessions and the startup configuration stay.

    SNMPv3 users stay too: no configuration text has them, so replacing one by another cannot touch them.
    """
    passes = 0 if system.text(target) == system.text(system.running) else 1
    users = system.running.snmp_users
    system.running = copy.deepcopy(target)
    system.running.snmp_users = users
    system.touch()
    return [f"Total number of passes: {passes}", "Rollback Done", ""]


def stored(system: System, url: str) -> Config:
    """The configuration of ``nvram:startup-config`` or of an archived file."""
    if url.lower() == STARTUP:
        return system.startup
    if url not in system.flash:
        raise Rejected(f"%Error opening {url} (No such file or directory)")
    return system.flash[url]
