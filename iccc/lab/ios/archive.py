"""Commands of the configuration archive: ``archive``, ``configure replace``, ``configure confirm`` and their kin."""

from __future__ import annotations

from iccc.lab.ios import rollback
from iccc.lab.ios.config import Archive
from iccc.lab.ios.session import Ask, Command, Mode, Output, Rejected, Session

ENTER = "Enter configuration commands, one per line.  End with CNTL/Z."
OFF = "Archive feature not enabled"
SURE = [
    "This will apply all necessary additions and deletions",
    "to replace the current running configuration with the",
    "contents of the specified configuration file, which is",
    "assumed to be a complete configuration, not a partial",
]


def configure(session: Session, args: list[str]) -> Output:  # noqa: ARG001
    """Say so when somebody else's changes may still go back: what is typed now would go with them."""
    pending = session.system.pending
    session.mode = Mode.CONFIG
    if pending is None or pending.session is session:
        return [ENTER]
    left_s = rollback.remaining_s(session.system, pending)
    return [f"Warning: Rollback Confirmed Change pending, started by {pending.user}, due in {left_s} seconds", ENTER]


def _armed(idle: bool) -> Command:
    def command(session: Session, args: list[str]) -> Output:
        out = rollback.arm(session, int(args[0]), idle)
        session.mode = Mode.CONFIG
        return [*out, ENTER]

    return command


def confirm(session: Session, args: list[str]) -> Output:  # noqa: ARG001
    rollback.confirm(session)
    return []


def revert_now(session: Session, args: list[str]) -> Output:  # noqa: ARG001
    return rollback.back(session.system)


def _restart(idle: bool) -> Command:
    def command(session: Session, args: list[str]) -> Output:
        rollback.restart(session.system, int(args[0]), idle)
        return []

    return command


def replace_forced(session: Session, args: list[str]) -> Output:
    return rollback.replace(session.system, rollback.stored(session.system, args[0]))


def replace_forced_timed(session: Session, args: list[str]) -> Output:
    target = rollback.stored(session.system, args[0])
    return [*rollback.arm(session, int(args[1])), *rollback.replace(session.system, target)]


def replace(session: Session, args: list[str]) -> Output:
    target = rollback.stored(session.system, args[0])

    def answer(text: str) -> Output:
        return rollback.replace(session.system, target) if text.strip().lower() in ("y", "yes") else []

    session.ask = Ask("configuration. Enter Y if you are sure you want to proceed. ? [no]: ", answer)
    return SURE


def archive_config(session: Session, args: list[str]) -> Output:  # noqa: ARG001
    if not session.system.running.archive.path:
        return [OFF]
    rollback.store(session.system)
    return []


def show(session: Session, args: list[str]) -> Output:  # noqa: ARG001
    system = session.system
    archive = system.running.archive
    if not archive.path:
        return [OFF]
    path = archive.path.replace("$h", system.running.hostname)
    upcoming = path.replace("$t", "<timestamp>") if "$t" in path else f"{path}-<timestamp>"
    names = list(system.flash)
    rows = [names[at] if at < len(names) else "" for at in range(archive.maximum)]
    out = [
        f"The maximum archive configurations allowed is {archive.maximum}.",
        f"There are currently {len(names)} archive configurations saved.",
        f"The next archive file will be named {upcoming}-{system.flash_number}",
        " Archive #  Name",
    ]
    for at, name in enumerate(rows):
        recent = " <- Most Recent" if at == len(names) - 1 else ""
        out.append(f"   {at + 1:<8} {name}{recent}")
    return out


def show_timer(session: Session, args: list[str]) -> Output:  # noqa: ARG001
    system = session.system
    pending = system.pending
    if pending is None:
        raise Rejected(rollback.NOTHING_PENDING)
    at = system.local(pending.since)
    return [
        f"Time configured(or reconfigured): {at:%H:%M:%S} UTC {at:%a %b} {at.day} {at.year}",
        f"Timer type: {'idle' if pending.idle else 'absolute'} timer",
        f"Timer value: {pending.minutes} min",
        f"Time remaining: {rollback.remaining_s(system, pending)} sec",
        f"User: {pending.user}",
    ]


def show_logging(session: Session, args: list[str]) -> Output:  # noqa: ARG001
    return ["Syslog logging: enabled", "", "Log Buffer (65536 bytes):", "", *session.system.log]


def _archive(session: Session) -> Archive:
    return session.config.archive


def enter(session: Session, args: list[str]) -> Output:  # noqa: ARG001
    session.mode, session.selected = Mode.ARCHIVE, []
    return []


def remove(session: Session, args: list[str]) -> Output:  # noqa: ARG001
    session.config.archive = Archive()
    return []


def path(session: Session, args: list[str]) -> Output:
    _archive(session).path = args[0] if args else ""
    return []


def maximum(session: Session, args: list[str]) -> Output:
    _archive(session).maximum = int(args[0]) if args else 10
    return []


def _write_memory(on: bool) -> Command:
    def command(session: Session, args: list[str]) -> Output:  # noqa: ARG001
        _archive(session).write_memory = on
        return []

    return command


def time_period(session: Session, args: list[str]) -> Output:
    """Kept: the lab's switches do not live long enough to need it."""
    others = [line for line in _archive(session).extra if not line.startswith("time-period")]
    _archive(session).extra = [*others, *(f"time-period {minutes}" for minutes in args)]
    return []


def log_config(session: Session, args: list[str]) -> Output:  # noqa: ARG001
    if _archive(session).log is None:
        _archive(session).log = []
    session.mode = Mode.ARCHIVE_LOG
    return []


def no_log_config(session: Session, args: list[str]) -> Output:  # noqa: ARG001
    _archive(session).log = None
    return []


def _log_line(text: str, on: bool) -> Command:
    def command(session: Session, args: list[str]) -> Output:
        line = " ".join([text, *args])
        kept = [old for old in _archive(session).log or [] if not old.startswith(text)]
        _archive(session).log = [*kept, line] if on else kept
        return []

    return command


EXEC_COMMANDS: dict[str, Command] = {
    "configure terminal": configure,
    "configure terminal revert timer <1-120>": _armed(False),
    "configure terminal revert timer idle <1-120>": _armed(True),
    "configure confirm": confirm,
    "configure revert now": revert_now,
    "configure revert timer <1-120>": _restart(False),
    "configure revert timer idle <1-120>": _restart(True),
    "configure replace <word>": replace,
    "configure replace <word> force": replace_forced,
    "configure replace <word> force time <1-120>": replace_forced_timed,
    "configure replace <word> force revert trigger timer <1-120>": replace_forced_timed,
    "archive config": archive_config,
    "show archive": show,
    "show archive config rollback timer": show_timer,
    "show logging": show_logging,
}
SELECTIONS: dict[str, Command] = {"archive": enter}
GLOBAL_SETTINGS: dict[str, Command] = {"no archive": remove}
SETTINGS: dict[str, Command] = {
    "path <word>": path,
    "no path [<word>]": lambda session, args: path(session, []),  # noqa: ARG005
    "maximum <1-14>": maximum,
    "no maximum [<1-14>]": lambda session, args: maximum(session, []),  # noqa: ARG005
    "write-memory": _write_memory(True),
    "no write-memory": _write_memory(False),
    "time-period <1-525600>": time_period,
    "no time-period [<1-525600>]": lambda session, args: time_period(session, []),  # noqa: ARG005
    "log config": log_config,
    "no log config": no_log_config,
}
LOG_SETTINGS: dict[str, Command] = {
    "logging enable": _log_line("logging enable", True),
    "no logging enable": _log_line("logging enable", False),
    "logging size <1-1000>": _log_line("logging size", True),
    "no logging size [<1-1000>]": _log_line("logging size", False),
    "hidekeys": _log_line("hidekeys", True),
    "no hidekeys": _log_line("hidekeys", False),
    "notify syslog [<line>]": _log_line("notify syslog", True),
    "no notify syslog [<line>]": _log_line("notify syslog", False),
}
