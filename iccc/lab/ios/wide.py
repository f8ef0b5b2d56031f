"""Settings of the whole switch: spanning tree, LLDP, SNMP views, groups and users."""

from __future__ import annotations

import re

from iccc.lab.ios import vlanlist
from iccc.lab.ios.config import Config, SnmpUser
from iccc.lab.ios.session import INVALID, Command, Output, Rejected, Session

DEFAULT_PRIORITY, STEP = 32_768, 4096
_USER = re.compile(r"(?:auth (md5|sha-2 256|sha-2 512|sha) (\S+)(?: priv (des|3des|aes (?:128|192|256)) (\S+))?)?")


def _mode(mode: str) -> Command:
    def command(session: Session, args: list[str]) -> Output:  # noqa: ARG001
        session.config.stp_mode = mode
        return []

    return command


def priority(session: Session, args: list[str]) -> Output:
    value = int(args[1])
    if value % STEP:
        values = [str(allowed) for allowed in range(0, 16 * STEP, STEP)]
        raise Rejected(
            f"% Bridge Priority must be in increments of {STEP}.\n% Allowed values are:\n  "
            f"{' '.join(f'{v:<5}' for v in values[:8]).rstrip()}\n  {' '.join(f'{v:<5}' for v in values[8:]).rstrip()}"
        )
    for number in vlanlist.parse(args[0]) or ():
        session.config.stp_priority[number] = value
    return []


def no_priority(session: Session, args: list[str]) -> Output:
    for number in vlanlist.parse(args[0]) or ():
        session.config.stp_priority.pop(number, None)
    return []


def spanning_lines(config: Config) -> list[str]:
    by_value: dict[int, list[int]] = {}
    for number, value in config.stp_priority.items():
        by_value.setdefault(value, []).append(number)
    return [
        f"spanning-tree mode {config.stp_mode}",
        "spanning-tree extend system-id",
        *(
            f"spanning-tree vlan {','.join(vlanlist.compact(numbers))} priority {value}"
            for value, numbers in sorted(by_value.items())
        ),
    ]


def _lldp(on: bool) -> Command:
    def command(session: Session, args: list[str]) -> Output:  # noqa: ARG001
        session.config.lldp = on
        return []

    return command


def view(session: Session, args: list[str]) -> Output:
    session.config.snmp_views[f"{args[0]} {args[1]}"] = args[2] if len(args) > 2 else "included"
    return []


def no_view(session: Session, args: list[str]) -> Output:
    """One subtree, or with the name alone the whole view."""
    wanted = " ".join(args[:2])
    views = session.config.snmp_views
    session.config.snmp_views = {k: v for k, v in views.items() if k != wanted and not k.startswith(f"{wanted} ")}
    return []


def _group(level: str) -> Command:
    def command(session: Session, args: list[str]) -> Output:
        session.config.snmp_groups[f"{args[0]} v3 {level}"] = args[1] if len(args) > 1 else ""
        return []

    return command


def _no_group(level: str) -> Command:
    def command(session: Session, args: list[str]) -> Output:
        session.config.snmp_groups.pop(f"{args[0]} v3 {level}", None)
        return []

    return command


def user(session: Session, args: list[str]) -> Output:
    """``snmp-server user NAME GROUP v3 [auth md5|sha|sha-2 256|512 WORD [priv des|3des|aes 128|192|256 WORD]]``."""
    found = _USER.fullmatch(args[2] if len(args) > 2 else "")
    if found is None:
        raise Rejected(INVALID)
    auth, password, privacy, privacy_password = (word or "" for word in found.groups())
    auth, privacy = auth.upper().replace("-2 ", ""), privacy.upper().replace(" ", "")
    session.config.snmp_users[args[0]] = SnmpUser(args[1], auth, privacy, password, privacy_password)
    return []


def no_user(session: Session, args: list[str]) -> Output:
    session.config.snmp_users.pop(args[0], None)
    return []


def snmp_lines(config: Config) -> list[str]:
    """Groups, then views. Users are in no configuration text."""
    lines = [f"snmp-server group {head} {rest}".rstrip() for head, rest in config.snmp_groups.items()]
    return [*lines, *(f"snmp-server view {head} {rest}" for head, rest in config.snmp_views.items())]


def show_users(session: Session, args: list[str]) -> Output:  # noqa: ARG001
    system = session.system
    out: Output = []
    for name, known in sorted(system.running.snmp_users.items()):
        out += [
            "", f"User name: {name}", f"Engine ID: {system.engine_id}", "storage-type: nonvolatile\t active",
            f"Authentication Protocol: {known.auth or 'None'}", f"Privacy Protocol: {known.privacy or 'None'}",
            f"Group-name: {known.group}",
        ]  # fmt: skip
    return [*out, ""] if out else []


EXEC_COMMANDS: dict[str, Command] = {"show snmp user": show_users}
LEVELS = ("noauth", "auth", "priv")
SETTINGS: dict[str, Command] = {
    **{f"spanning-tree mode {mode}": _mode(mode) for mode in ("pvst", "rapid-pvst", "mst")},
    "no spanning-tree mode [<word>]": _mode("rapid-pvst"),
    "spanning-tree vlan <vlans> priority <0-61440>": priority,
    "spanning-tree vlan <vlans> root primary": lambda s, args: priority(s, [args[0], "24576"]),
    "no spanning-tree vlan <vlans> priority [<0-61440>]": no_priority,
    "lldp run": _lldp(True),
    "no lldp run": _lldp(False),
    "snmp-server view <word> <word>": view,
    "snmp-server view <word> <word> included": lambda s, args: view(s, [*args, "included"]),
    "snmp-server view <word> <word> excluded": lambda s, args: view(s, [*args, "excluded"]),
    "no snmp-server view <word> [<word>]": no_view,
    "no snmp-server view <word> <word> included": no_view,
    "no snmp-server view <word> <word> excluded": no_view,
    **{f"snmp-server group <word> v3 {level} [<line>]": _group(level) for level in LEVELS},
    **{f"no snmp-server group <word> v3 {level} [<line>]": _no_group(level) for level in LEVELS},
    "snmp-server user <word> <word> v3 [<line>]": user,
    "no snmp-server user <word> <word> v3 [<line>]": no_user,
}
