"""Statements of a Junos configuration as a tree of words that is never changed in place: copies of a model share it.

What is known of a statement stands in :data:`KNOWN`: a ``set`` of a single value replaces the one before, every other
``set`` adds. Sources: docs/platforms/juniper_junos.md, *Statements*.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

Tree = Mapping[str, "Tree"]
Path = tuple[str, ...]
EMPTY: Tree = {}

# ``=`` is the one value of a statement, ``*`` a named entry or a value of a list, ``**`` anything from there on.
KNOWN = """
version =
system host-name =
system authentication-order *
system login user * class =
system login user * authentication encrypted-password =
system services ssh
system ntp server *
system syslog host * * =
forwarding-options storm-control-profiles * all
forwarding-options storm-control-profiles * all bandwidth-percentage =
interfaces * description =
interfaces * disable
interfaces * speed =
interfaces * link-mode =
interfaces * native-vlan-id =
interfaces * ether-options speed =
interfaces * ether-options link-mode =
interfaces * unit * disable
interfaces * unit * family inet
interfaces * unit * family inet dhcp
interfaces * unit * family inet address *
interfaces * unit * family inet filter input =
interfaces * unit * family ethernet-switching
interfaces * unit * family ethernet-switching interface-mode =
interfaces * unit * family ethernet-switching vlan members *
interfaces * unit * family ethernet-switching storm-control =
snmp view * oid * =
snmp community * authorization =
snmp v3 usm local-engine user * authentication-sha *
snmp v3 usm local-engine user * authentication-sha authentication-password =
snmp v3 usm local-engine user * privacy-aes128 *
snmp v3 usm local-engine user * privacy-aes128 privacy-password =
snmp v3 vacm security-to-group security-model * security-name * group =
snmp v3 vacm access group * default-context-prefix security-model * security-level * read-view =
routing-options static route * next-hop *
policy-options prefix-list * *
firewall family inet filter * term * from source-prefix-list *
firewall family inet filter * term * from protocol *
firewall family inet filter * term * from destination-port *
firewall family inet filter * term * then *
protocols layer2-control bpdu-block interface * disable
protocols lldp
protocols lldp disable
protocols lldp interface * disable
protocols rstp
protocols rstp disable
protocols rstp bridge-priority =
protocols rstp interface * edge
switch-options interface * interface-mac-limit =
switch-options interface * interface-mac-limit packet-action =
vlans * vlan-id =
vlans * l3-interface =
vlans * description =
vlans * **
poe interface * disable
"""


@dataclass
class Kind:
    """What may follow a word. ``stays``: it means something by itself, and so remains when it is emptied."""

    words: dict[str, Kind] = field(default_factory=dict)
    slot: Kind | None = None
    single: bool = False  # a value in the slot replaces the one before
    anything: bool = False
    stays: bool = False

    def below(self, word: str) -> Kind | None:
        return self.words.get(word) or self.slot


def _compiled(patterns: str) -> Kind:
    root = Kind()
    for line in patterns.split("\n"):
        kind = root
        for word in line.split():
            if word == "**":
                kind.anything = True
            elif word in "=*":
                kind.single = word == "="
                kind.slot = kind.slot or Kind(stays=True)
                kind = kind.slot
            else:
                kind = kind.words.setdefault(word, Kind())
        kind.stays = True
    return root


ROOT = _compiled(KNOWN)


def known(path: Path) -> bool:
    """Whether the statement, or the container, is one that iccc knows the meaning of."""
    kind: Kind | None = ROOT
    for word in path:
        assert kind is not None
        if kind.anything and kind.below(word) is None:
            return True
        kind = kind.below(word)
        if kind is None:
            return False
    return True


def at(tree: Tree, *path: str) -> Tree:
    """What stands below a path; nothing when it is not there."""
    for word in path:
        tree = tree.get(word, EMPTY)
    return tree


def there(tree: Tree, *path: str) -> bool:
    return path[-1] in at(tree, *path[:-1])


def value(tree: Tree, *path: str) -> str:
    """The one value of a statement; "" when it is not there."""
    return next(iter(at(tree, *path)), "")


def put(tree: Tree, path: Path, kind: Kind | None = ROOT) -> Tree:
    """The tree with one statement more."""
    if not path:
        return tree
    word, rest = path[0], path[1:]
    grown = dict(tree)
    if kind is not None and kind.single and word not in kind.words and word not in tree:
        grown = {other: below for other, below in tree.items() if other in kind.words}
    grown[word] = put(tree.get(word, EMPTY), rest, kind.below(word) if kind else None)
    return grown


def take(tree: Tree, path: Path, kind: Kind | None = ROOT) -> Tree:
    """The tree without a statement and what is in it, and without containers that say nothing when they are empty."""
    word, rest = path[0], path[1:]
    if word not in tree:
        return tree
    left = {other: below for other, below in tree.items() if other != word}
    if not rest:
        return left
    inner = kind.below(word) if kind else None
    below = take(tree[word], rest, inner)
    if below is tree[word]:
        return tree
    if below or (inner is not None and inner.stays):
        return {other: below if other == word else kept for other, kept in tree.items()}
    return left


def statements(tree: Tree, before: Path = ()) -> Iterator[Path]:
    """Every statement in full."""
    if not tree and before:
        yield before
    for word, below in tree.items():
        yield from statements(below, (*before, word))


_TOKEN = re.compile(r'\s*(?:"((?:[^"\\]|\\.)*)"|(\[|\]|[^\s"]+))(?=\s|$)')


def tokens(line: str) -> list[str]:
    """The words of a line, without quotes and without a comment at the end; ValueError for an open quote."""
    words: list[str] = []
    start, text = 0, line.rstrip()
    while start < len(text):
        found = _TOKEN.match(text, start)
        if found is None:
            raise ValueError(f"{line!r} has an open quote")
        if found[2] == "##":
            break
        words.append(found[2] if found[1] is None else re.sub(r"\\(.)", r"\1", found[1]))
        start = found.end()
    return words


def spread(words: list[str]) -> list[Path]:
    """A path that ends in ``[ a b ]`` as a path for each value."""
    if "[" not in words or words[-1] != "]":
        return [tuple(words)]
    opened = words.index("[")
    return [(*words[:opened], word) for word in words[opened + 1 : -1]]
