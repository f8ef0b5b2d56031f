"""Statements of a Junos configuration: the grammar that this simulator knows, and a tree of what was set.

A pattern is a path. ``=x`` is the one value of its statement (a second ``set`` replaces it), ``+x`` a value of a list
in the order given (``set`` adds), ``*x`` a named entry (shown sorted), ``~x`` a named entry in the order given. A word
at which a pattern ends may stand alone and stays when what is in it is deleted; so does a named entry.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

Tree = dict[str, "Tree"]
Check = Callable[[str], str]  # gives the value as Junos shows it; ValueError with the complaint


class Complaint(Exception):
    """What Junos prints about a line."""


def _number(low: int, high: int, step: int = 1) -> Check:
    def check(text: str) -> str:
        if not re.fullmatch(r"[0-9]{1,10}", text):
            raise ValueError(f"invalid numeric value: '{text}'")
        if not low <= int(text) <= high or int(text) % step:
            raise ValueError(f"Value {text} is not within range ({low}..{high})")
        return str(int(text))

    return check


def _like(pattern: str, complaint: str) -> Check:
    def check(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise ValueError(f"{complaint}: '{text}'")
        return text

    return check


def _host(text: str) -> str:
    try:
        return str(ipaddress.IPv4Address(text))
    except ValueError as error:
        raise ValueError(f"invalid ip address: '{text}'") from error


def _prefix(text: str) -> str:
    try:
        return str(ipaddress.IPv4Network(text))  # a bare address is a /32; host bits are refused
    except ValueError as error:
        raise ValueError(f"invalid ip prefix: '{text}'") from error


def _address(text: str) -> str:
    if "/" not in text:
        raise ValueError(f"prefix length must be given: '{text}'")
    try:
        return str(ipaddress.IPv4Interface(text))
    except ValueError as error:
        raise ValueError(f"invalid ip address or prefix: '{text}'") from error


def _member(text: str) -> str:
    if found := re.fullmatch(r"([0-9]{1,4})(?:-([0-9]{1,4}))?", text):
        low, high = int(found[1]), int(found[2] or found[1])
        if not 1 <= low <= high <= 4094:
            raise ValueError(f"Invalid vlan range: '{text}'")
        return text
    return NAME(text)


def _priority(text: str) -> str:
    if re.fullmatch(r"[0-9]{1,2}k", text) and int(text[:-1]) in range(0, 64, 4):
        return text
    return _number(0, 61440, 4096)(text)


NAME = _like(r"[A-Za-z][A-Za-z0-9_.-]{0,254}", "must begin with a letter; letters, digits, '.', '-' and '_'")
WORD = _like(r"\S{1,255}", "must be one word")
_PORT = r"(?:ge|mge|xe|et)-[0-9]{1,2}/[0-9]{1,2}/[0-9]{1,3}|ae[0-9]{1,3}"
CHECKS: dict[str, Check] = {
    "address": _address,
    "authorization": _like("read-only|read-write", "invalid value"),
    "drop": _like("drop|drop-and-log|log|none|shutdown", "invalid value"),
    "host": _host,
    "include": _like("include|exclude", "invalid value"),
    "interface": _like(rf"{_PORT}|irb|lo0|me0|vme", "invalid interface type"),
    "irb": _like(r"irb\.[0-9]{1,5}", "invalid interface"),
    "link": _like("automatic|full-duplex|half-duplex", "invalid value"),
    "maclimit": _number(1, 131071),
    "member": _member,
    "method": _like("password|radius|tacplus", "invalid value"),
    "mode": _like("access|trunk", "invalid value"),
    "name": NAME,
    "oid": _like(r"\.?[0-9]+(?:\.[0-9*]+)*|[A-Za-z][A-Za-z0-9.-]*", "invalid object identifier"),
    "percent": _number(1, 100),
    "port": _like(rf"all|(?:{_PORT})(?:\.[0-9]{{1,5}})?", "invalid interface type"),
    "prefix": _prefix,
    "priority": _priority,
    "speed": _like("auto|auto-negotiation|10m|100m|1g|2.5g|5g|10g", "invalid value"),
    "text": lambda text: text,
    "then": _like("accept|discard|reject", "invalid value"),
    "unit": _number(0, 16385),
    "vlan": _number(1, 4094),
    "word": WORD,
}
GRAMMAR = """
version =word
system host-name =name
system time-zone =word
system authentication-order +method
system root-authentication encrypted-password =text
system tacplus-server *host secret =text
system radius-server *host secret =text
system login user *word uid =word
system login user *word class =word
system login user *word authentication encrypted-password =text
system login class *word permissions +word
system services ssh
system services ssh root-login =word
system services netconf ssh
system syslog user *word *word =word
system syslog host *host *word =word
system syslog file *word *word =word
system ntp server *host prefer
forwarding-options storm-control-profiles *word all
forwarding-options storm-control-profiles *word all bandwidth-percentage =percent
interfaces *interface description =text
interfaces *interface disable
interfaces *interface speed =speed
interfaces *interface link-mode =link
interfaces *interface native-vlan-id =vlan
interfaces *interface ether-options speed =speed
interfaces *interface ether-options link-mode =link
interfaces *interface ether-options auto-negotiation
interfaces *interface ether-options no-auto-negotiation
interfaces *interface unit *unit description =text
interfaces *interface unit *unit disable
interfaces *interface unit *unit family inet
interfaces *interface unit *unit family inet dhcp
interfaces *interface unit *unit family inet filter input =word
interfaces *interface unit *unit family inet address *address
interfaces *interface unit *unit family ethernet-switching
interfaces *interface unit *unit family ethernet-switching interface-mode =mode
interfaces *interface unit *unit family ethernet-switching vlan members +member
interfaces *interface unit *unit family ethernet-switching storm-control =word
snmp view *word oid *oid =include
snmp community *word view =word
snmp community *word authorization =authorization
snmp community *word clients *prefix
snmp v3 usm local-engine user *word authentication-sha authentication-key =text
snmp v3 usm local-engine user *word authentication-sha authentication-password =text
snmp v3 usm local-engine user *word privacy-aes128 privacy-key =text
snmp v3 usm local-engine user *word privacy-aes128 privacy-password =text
snmp v3 vacm security-to-group security-model *word security-name *word group =word
snmp v3 vacm access group *word default-context-prefix security-model *word security-level *word read-view =word
routing-options static route *prefix next-hop +host
routing-options static route *prefix discard
policy-options prefix-list *word *prefix
firewall family inet filter *word term ~word from source-address *prefix
firewall family inet filter *word term ~word from source-prefix-list *word
firewall family inet filter *word term ~word from protocol +word
firewall family inet filter *word term ~word from destination-port +word
firewall family inet filter *word term ~word from tcp-established
firewall family inet filter *word term ~word from icmp-type +word
firewall family inet filter *word term ~word then =then
firewall family inet filter *word term ~word then count =word
firewall family inet filter *word term ~word then log
firewall family inet filter *word term ~word then syslog
protocols layer2-control bpdu-block interface *port
protocols layer2-control bpdu-block interface *port disable
protocols layer2-control bpdu-block disable-timeout =word
protocols lldp
protocols lldp disable
protocols lldp interface *port
protocols lldp interface *port disable
protocols rstp
protocols rstp disable
protocols rstp bridge-priority =priority
protocols rstp interface *port edge
protocols rstp interface *port no-root-port
protocols rstp interface *port disable
protocols rstp bpdu-block-on-edge
switch-options interface *port interface-mac-limit =maclimit
switch-options interface *port interface-mac-limit packet-action =drop
vlans *name description =text
vlans *name vlan-id =vlan
vlans *name l3-interface =irb
poe interface *port
poe interface *port disable
"""


@dataclass
class Kind:
    """What may follow a word."""

    words: dict[str, Kind] = field(default_factory=dict)
    slot: Kind | None = None
    sign: str = ""
    check: str = ""
    alone: bool = False


def _compiled(grammar: str) -> Kind:
    root = Kind()
    for line in grammar.split("\n"):
        kind = root
        for part in line.split():
            if part[0] in "=+*~":
                kind.sign, kind.check = part[0], part[1:]
                kind.slot = kind.slot or Kind(alone=True)
                kind = kind.slot
            else:
                kind = kind.words.setdefault(part, Kind())
        kind.alone = True
    return root


SCHEMA = _compiled(GRAMMAR)
_TOKEN = re.compile(r'\s*(?:"((?:[^"\\]|\\.)*)"(?=\s|$)|([^\s"]+)(?=\s|$))')


def tokens(line: str) -> list[tuple[str, int]]:
    """Words of a line, each with its column; quotes are taken off. Complains about an open quote."""
    found, at = [], 0
    text = line.rstrip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise Complaint("unterminated string.")
        quoted = match[1] is not None
        found.append((re.sub(r"\\(.)", r"\1", match[1]) if quoted else match[2], match.start(1 if quoted else 2)))
        at = match.end()
    return found


def spread(words: list[tuple[str, int]]) -> list[list[tuple[str, int]]]:
    """A line that ends in ``[ a b ]`` as a line for each value."""
    opened = [at for at, (word, _column) in enumerate(words) if word == "["]
    if not opened:
        return [words]
    if len(opened) > 1 or words[-1][0] != "]" or len(words) - opened[0] < 3:
        raise Complaint("syntax error.")
    return [[*words[: opened[0]], word] for word in words[opened[0] + 1 : -1]]


def walk(words: list[tuple[str, int]], listed: bool = False) -> tuple[list[str], list[Kind]]:
    """The path of a statement as shown, and the kind after each word. Complains like Junos."""
    kind, path, kinds = SCHEMA, [], []
    for at, (word, column) in enumerate(words):
        if word in kind.words:
            kind = kind.words[word]
        elif kind.slot is not None:
            if listed and at == len(words) - 1 and kind.sign != "+":
                raise Complaint(f"{' ' * column}^\nsyntax error.")
            try:
                word = CHECKS[kind.check](word)
            except ValueError as error:
                raise Complaint(f"{' ' * column}^\nerror: {error}") from error
            kind = kind.slot
        else:
            raise Complaint(f"{' ' * column}^\nsyntax error.")
        path.append(word)
        kinds.append(kind)
    return path, kinds


def put(tree: Tree, words: list[tuple[str, int]], listed: bool = False) -> None:
    """Set one statement."""
    path, kinds = walk(words, listed)
    if not kinds or not kinds[-1].alone and kinds[-1].slot is not None and kinds[-1].sign in "=+":
        raise Complaint("missing argument.")
    if not kinds[-1].alone:
        return  # a bare container: Junos takes it and keeps nothing
    above = SCHEMA
    for word, kind in zip(path, kinds, strict=True):
        if above.sign == "=" and word not in above.words:
            for other in [key for key in tree if key not in above.words and key != word]:
                del tree[other]
        tree, above = tree.setdefault(word, {}), kind


def take(tree: Tree, path: list[str], kinds: list[Kind]) -> bool:
    """Delete a statement with all that is in it, and containers that are empty without it; whether it was there."""
    steps = [tree]
    for word in path:
        if word not in steps[-1]:
            return False
        steps.append(steps[-1][word])
    del steps[-2][path[-1]]
    for at in range(len(path) - 2, -1, -1):
        if steps[at + 1] or kinds[at].alone:
            break
        del steps[at][path[at]]
    return True


def copied(tree: Tree) -> Tree:
    return {word: copied(inside) for word, inside in tree.items()}


def _natural(text: str) -> list[tuple[int, str]]:
    return [
        (int(part or 0), "") if part.isascii() and part.isdigit() else (0, part) for part in re.split(r"([0-9]+)", text)
    ]


def quoted(text: str) -> str:
    if re.fullmatch(r"[A-Za-z0-9_.:/@+*,=-]+", text):
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def statements(tree: Tree, kind: Kind = SCHEMA, before: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every statement that says something, in the order in which Junos shows them."""
    if not tree and before:
        yield before
    values = [word for word in tree if word not in kind.words]
    if kind.sign == "*":
        values.sort(key=_natural)
    for word in [*(word for word in kind.words if word in tree), *values]:
        inside = kind.words.get(word) or kind.slot
        if inside is not None:
            yield from statements(tree[word], inside, (*before, word))
