"""Standard access lists: ``ip access-list standard NAME`` with its entries, and whom they let pass."""

from __future__ import annotations

import ipaddress

from iccc.lab.ios.session import INVALID, Command, Mode, Output, Rejected, Session

Entries = dict[int, str]  # by sequence: "permit 10.0.0.0 0.0.0.255", "deny   any log", "remark …"


def passes(entries: Entries | None, address: str) -> bool:
    """The first entry that matches decides, none means no. A list that does not exist or is empty lets all pass."""
    rules = [words for _, text in sorted((entries or {}).items()) if (words := text.split())[0] != "remark"]
    if not rules:
        return True
    return next((words[0] == "permit" for words in rules if _matches(words[1:], address)), False)


def _matches(source: list[str], address: str) -> bool:
    if source[0] == "any":
        return True
    wild = int(ipaddress.IPv4Address(source[1])) if len(source) > 1 and source[1] != "log" else 0
    return int(ipaddress.IPv4Address(source[0])) | wild == int(ipaddress.IPv4Address(address)) | wild


def _entry(action: str, text: str) -> str:
    """``permit host 10.0.0.5`` → ``permit 10.0.0.5``; the bits that the wildcard leaves open are cleared."""
    words = text.split()
    log = " log" if words[-1:] == ["log"] else ""
    words = words[:-1] if log else words
    if words[:1] == ["host"]:
        words = words[1:2] if len(words) == 2 else []
    try:
        if words == ["any"] or words[1:] == ["255.255.255.255"]:
            source = "any"
        else:
            address, wild = (int(ipaddress.IPv4Address(word)) for word in [*words, "0.0.0.0"][:2])  # noqa: S104
            source = str(ipaddress.IPv4Address(address & ~wild))
            source += f" {ipaddress.IPv4Address(wild)}" if wild else ""
    except ValueError:
        raise Rejected(INVALID) from None
    if not words or len(words) > 2:
        raise Rejected(INVALID)
    return f"{action:<6} {source}{log}" if action == "deny" else f"{action} {source}{log}"


def _selected(session: Session) -> Entries:
    return session.config.access_lists.setdefault(session.selected[0], {})


def _put(entries: Entries, text: str, sequence: int | None) -> Output:
    if text in entries.values() and not text.startswith("remark"):
        return []  # the same again changes nothing
    if sequence is not None and sequence in entries:
        raise Rejected("% Duplicate sequence number")
    entries[sequence if sequence is not None else max(entries, default=0) + 10] = text
    return []


def _add(action: str) -> Command:
    return lambda session, args: _put(_selected(session), _entry(action, args[0]), None)


def _add_at(action: str) -> Command:
    return lambda session, args: _put(_selected(session), _entry(action, args[1]), int(args[0]))


def _remove(entries: Entries, text: str) -> Output:
    for sequence in [at for at, known in entries.items() if known == text]:
        del entries[sequence]
    return []


def _no(action: str) -> Command:
    return lambda session, args: _remove(_selected(session), _entry(action, args[0]))


def no_sequence(session: Session, args: list[str]) -> Output:
    _selected(session).pop(int(args[0]), None)
    return []


def enter(session: Session, args: list[str]) -> Output:
    session.mode, session.selected = Mode.ACL, [args[0]]
    session.config.access_lists.setdefault(args[0], {})
    return []


def remove(session: Session, args: list[str]) -> Output:
    session.config.access_lists.pop(args[0], None)
    return []


def resequence(session: Session, args: list[str]) -> Output:
    entries = session.config.access_lists.get(args[0], {})
    first, step = int(args[1]), int(args[2])
    kept = [text for _, text in sorted(entries.items())]
    session.config.access_lists[args[0]] = {first + step * at: text for at, text in enumerate(kept)}
    return []


def _numbered(action: str) -> Command:
    """``access-list 10 permit …``: the old way to write into a list."""
    return lambda session, args: _put(
        session.config.access_lists.setdefault(args[0], {}),
        f"remark {args[1]}" if action == "remark" else _entry(action, args[1]),
        None,
    )


def show(session: Session, args: list[str]) -> Output:
    out: Output = []
    for name, entries in sorted(session.system.running.access_lists.items()):
        if args and args[0] != name:
            continue
        out.append(f"Standard IP access list {name}")
        for sequence, text in sorted(entries.items()):
            words = text.split()
            if words[0] == "remark":
                continue
            wild = len(words) > 2 and words[2] != "log"
            log = " log" if words[-1] == "log" else ""
            source = f"{words[1]}, wildcard bits {words[2]}" if wild else words[1]
            out.append(f"    {sequence} {words[0]:<6} {source}{log}")
    return out


EXEC_COMMANDS: dict[str, Command] = {
    "show access-lists [<word>]": show,
    "show ip access-lists [<word>]": show,
}
SELECTIONS: dict[str, Command] = {"ip access-list standard <word>": enter}
GLOBAL_SETTINGS: dict[str, Command] = {
    "no ip access-list standard <word>": remove,
    "ip access-list resequence <word> <1-2147483647> <1-2147483647>": resequence,
    "access-list <1-99> permit <line>": _numbered("permit"),
    "access-list <1-99> deny <line>": _numbered("deny"),
    "access-list <1-99> remark <line>": _numbered("remark"),
    "no access-list <1-99>": remove,
}
SETTINGS: dict[str, Command] = {
    "permit <line>": _add("permit"),
    "deny <line>": _add("deny"),
    "remark <line>": lambda session, args: _put(_selected(session), f"remark {args[0]}", None),
    "<1-2147483647> permit <line>": _add_at("permit"),
    "<1-2147483647> deny <line>": _add_at("deny"),
    "<1-2147483647> remark <line>": lambda s, args: _put(_selected(s), f"remark {args[1]}", int(args[0])),
    "no <1-2147483647>": no_sequence,
    "no permit <line>": _no("permit"),
    "no deny <line>": _no("deny"),
    "no remark <line>": lambda session, args: _remove(_selected(session), f"remark {args[0]}"),
}
