"""Commands of the user and privileged exec modes."""

from __future__ import annotations

from datetime import datetime

from iccc.lab.ios import acl, archive, names, rollback, tables, wide
from iccc.lab.ios.render import interface_lines
from iccc.lab.ios.session import Ask, Command, Mode, Output, Rejected, Session
from iccc.lab.ios.system import System

NVRAM_BYTES = 65_536


def running_config(session: Session, args: list[str]) -> Output:
    """The whole, or one interface when ``args`` names it."""
    system = session.system
    if args:
        vlan = names.vlan_of(args[0])
        if args[0] not in system.running.ports and (vlan is None or vlan not in system.running.svis):
            raise Rejected("%Invalid interface type and number")
        body = [*interface_lines(system.running, args[0], system.poe_ports), "end", ""]
        head: list[str] = ["!"]
    else:
        body = [*system.text(system.running), ""]
        head = ["!", *_changes(system), "!"]
    size = sum(len(line) + 1 for line in [*head, *body])
    return ["Building configuration...", "", f"Current configuration : {size} bytes", *head, *body]


def startup_config(session: Session, args: list[str]) -> Output:  # noqa: ARG001
    system = session.system
    body = ["!", *_changes(system)[:1], "!", *system.text(system.startup), ""]
    size = sum(len(line) + 1 for line in body)
    return [f"Using {size} out of {NVRAM_BYTES} bytes", *body]


def _changes(system: System) -> list[str]:
    return [
        f"! Last configuration change at {_when(system, system.changed)}",
        f"! NVRAM config last updated at {_when(system, system.saved)}",
    ]


def _when(system: System, moment: datetime) -> str:
    at = system.local(moment)
    return f"{at:%H:%M:%S} UTC {at:%a %b} {at.day} {at.year}"


def version(session: Session, args: list[str]) -> Output:  # noqa: ARG001
    system = session.system
    hours, rest = divmod(int(system.uptime().total_seconds()), 3600)
    plural = "" if rest // 60 == 1 else "s"
    uptime = f"{f'{hours} hours, ' if hours else ''}{rest // 60} minute{plural}"
    return [
        *system.software.split("\n"),
        "",
        "ROM: IOS-XE ROMMON",
        f"{system.running.hostname} uptime is {uptime}",
        "System returned to ROM by power-on",
        'System image file is "sdflash:IE3x00-universalk9-mz.152-7.E4.bin"',
        "",
        f"cisco {system.model} (ARM) processor with 524288K bytes of memory.",
        f"Processor board ID {system.serial}",
        f"{len(system.hardware)} Gigabit Ethernet interfaces",
        "",
        f"Base ethernet MAC Address       : {system.mac.upper()}",
        f"Model number                    : {system.model}",
        f"System serial number            : {system.serial}",
        "",
        "Configuration register is 0xF",
        "",
    ]


def inventory(session: Session, args: list[str]) -> Output:  # noqa: ARG001
    system = session.system
    return [
        f'NAME: "1", DESCR: "{system.model}"',
        f"PID: {system.model:<18}, VID: V01  , SN: {system.serial}",
        "",
    ]


def clock(session: Session, args: list[str]) -> Output:  # noqa: ARG001
    at = session.system.clock()
    star = "" if session.system.synchronised else "*"
    return [f"{star}{at:%H:%M:%S}.{at.microsecond // 1000:03} UTC {at:%a %b} {at.day} {at.year}"]


def save(session: Session, args: list[str]) -> Output:
    """A switch that ``asks`` puts the question of one whose startup configuration another software wrote."""

    def answer(text: str) -> Output:
        return saved(session, args) if text.strip().lower() in ("", "y", "yes") else []

    if not session.system.misbehaviour.asks:
        return saved(session, args)
    session.ask = Ask("Overwrite the previous NVRAM configuration?[confirm]", answer)
    return [
        "Warning: Attempting to overwrite an NVRAM configuration previously written",
        "by a different version of the system image.",
    ]


def saved(session: Session, args: list[str]) -> Output:  # noqa: ARG001
    system = session.system
    if session.scratch is None and not system.misbehaviour.save_lies:
        system.save(session.source)
        if system.running.archive.write_memory and system.running.archive.path:
            rollback.store(system)
    return ["Building configuration...", "[OK]"]


def copy_running(session: Session, args: list[str]) -> Output:
    def answer(name: str) -> Output:
        if name.strip() not in ("", "startup-config"):
            return [f"%Error opening nvram:/{name.strip()} (No such file or directory)"]
        return saved(session, args)

    session.ask = Ask("Destination filename [startup-config]? ", answer)
    return []


def reload(session: Session, args: list[str]) -> Output:  # noqa: ARG001
    def answer(text: str) -> Output:
        if text.strip().lower() in ("", "y", "yes"):
            session.open = False
            session.system.reboot()
        return []

    session.ask = Ask("Proceed with reload? [confirm]", answer)
    return []


def enable(session: Session, args: list[str]) -> Output:  # noqa: ARG001
    secret = session.system.running.enable_secret
    if session.mode is Mode.EXEC:
        return []
    wrong = session.system.misbehaviour.wrong_enable
    if secret is None and not wrong:
        return ["% Error in authentication.", ""]

    def answer(password: str) -> Output:
        if wrong or secret is None or not secret.accepts(password):
            return ["% Access denied", ""]
        session.mode = Mode.EXEC
        return []

    session.ask = Ask("Password: ", answer, hidden=True)
    return []


def disable(session: Session, args: list[str]) -> Output:  # noqa: ARG001
    session.mode = Mode.USER
    return []


def leave(session: Session, args: list[str]) -> Output:  # noqa: ARG001
    session.open = False
    return []


def terminal_length(session: Session, args: list[str]) -> Output:
    if not session.system.misbehaviour.pager:
        session.page_lines = int(args[0])
    return []


def nothing(session: Session, args: list[str]) -> Output:  # noqa: ARG001
    return []


USER_COMMANDS: dict[str, Command] = {
    "enable": enable,
    "exit": leave,
    "quit": leave,
    "logout": leave,
    "terminal length <0-512>": terminal_length,
    "terminal width <0-512>": nothing,
    "terminal no monitor": nothing,
    "terminal monitor": nothing,
    "show version": version,
    "show clock": clock,
    "show inventory": inventory,
    "show vlan": tables.vlan_brief,
    "show vlan brief": tables.vlan_brief,
    "show interfaces status": tables.interfaces_status,
    "show interfaces trunk": tables.interfaces_trunk,
    "show ip interface brief": tables.ip_interface_brief,
    "show mac address-table [dynamic]": tables.mac_table,
    "show mac address-table interface <iface>": tables.mac_table,
    "show mac address-table vlan <1-4094>": tables.mac_table,
    "show mac address-table dynamic interface <iface>": tables.mac_table,
    "show mac address-table dynamic vlan <1-4094>": tables.mac_table,
    "show lldp neighbors": tables.lldp_neighbors,
    "show lldp neighbors detail": tables.lldp_detail,
    "show lldp neighbors <iface> detail": tables.lldp_detail,
    "show power inline [<iface>]": tables.power_inline,
}
EXEC_COMMANDS: dict[str, Command] = {
    **USER_COMMANDS,
    "disable": disable,
    **acl.EXEC_COMMANDS,
    **archive.EXEC_COMMANDS,
    **wide.EXEC_COMMANDS,
    "show running-config": running_config,
    "show running-config interface <iface>": running_config,
    "show startup-config": startup_config,
    "write [memory]": save,
    "copy running-config startup-config": copy_running,
    "reload": reload,
}
WRITES = frozenset({save})
