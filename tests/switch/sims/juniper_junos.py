"""A Juniper EX switch with ELS in memory: a candidate, commits, and what is in force, by Juniper's documents.

The facts, and what of them is inferred, stand in ``docs/platforms/juniper_junos.md``. Not here: ``edit`` levels,
groups, interface ranges, aggregated links, MSTP and VSTP, and the timer of ``commit confirmed``, which belongs to the
session.
"""

from __future__ import annotations

import hashlib

from tests.switch.sims import juniper_seed
from tests.switch.sims.juniper_checks import refused
from tests.switch.sims.juniper_effect import in_force, link
from tests.switch.sims.juniper_filter import access_from
from tests.switch.sims.juniper_tree import (
    Complaint,
    Kind,
    Tree,
    copied,
    put,
    quoted,
    spread,
    statements,
    take,
    tokens,
    walk,
)
from tests.switch.sims.truth import PortTruth, Truth

Words = list[tuple[str, int]]
Inactive = tuple[tuple[str, ...], ...]
_KEPT = 50  # the one in force and 49 before it


def shipped(*ports: str) -> Truth:
    """A switch as it is shipped: every port an access port of the default VLAN, PoE, LLDP and RSTP on all."""
    truth = Truth(hostname="", lldp=True, stp_mode="rstp")
    truth.ports = {name: PortTruth(mode="access", native=0, allowed=frozenset(), storm_pct=80.0) for name in ports}
    return truth


class JunosSim:
    """A switch that stands as ``truth`` says, as near as Junos can; ``truth`` is changed to how it stands.

    A port of mode ``dynamic`` has no configuration: Junos has no such mode. A port that switches nothing has the mode
    ``none``. Raises ValueError for a truth that no commit would accept.
    """

    def __init__(self, truth: Truth) -> None:
        self.truth = truth
        self.flapped: set[str] = set()
        self._tree: Tree = {}
        self._inactive: Inactive = ()
        self._history: list[tuple[Tree, Inactive]] = []
        for line in list(juniper_seed.lines(truth)):
            if complaint := self.type(line):
                raise ValueError(f"{line}: {complaint}")
        if complaint := self.commit():
            raise ValueError(complaint)
        self.flapped = set()

    def type(self, line: str) -> str:
        """Type one configuration-mode line. A warning is no complaint in Junos, but it is printed."""
        self.flapped = set()
        try:
            words = tokens(line)
            if not words:
                return ""
            verb = words[0][0]
            if verb in ("set", "delete", "deactivate", "activate"):
                return self._statement(verb, words[1:])
            if verb == "rollback":
                return self._rollback([word for word, _column in words[1:]])
        except Complaint as complaint:
            return str(complaint)
        return f"{' ' * words[0][1]}^\nunknown command."

    def _statement(self, verb: str, words: Words) -> str:
        if not words and verb == "delete":
            return "Delete everything under this level? [yes,no] (no) "
        if not words:
            raise Complaint("missing argument.")
        every = spread(words)
        if verb == "set":
            for one in every:
                walk(one, listed=len(every) > 1)
            for one in every:
                put(self._tree, self._hashed(one))
            return ""
        there = [getattr(self, f"_{verb}")(*walk(one)) for one in every]
        return "" if any(there) else "warning: statement not found"

    @staticmethod
    def _hashed(words: Words) -> Words:
        """SNMPv3 passwords become keys as soon as they are set."""
        path = [word for word, _column in words]
        if len(path) > 2 and path[-2] in ("authentication-password", "privacy-password") and path[0] == "snmp":
            key = "$9$" + hashlib.sha256(path[-1].encode()).hexdigest()[:20]
            return [*words[:-2], (path[-2].replace("password", "key"), 0), (key, 0)]
        return words

    def _delete(self, path: list[str], kinds: list[Kind]) -> bool:
        gone = take(self._tree, path, kinds)
        if gone:
            self._inactive = tuple(one for one in self._inactive if one[: len(path)] != tuple(path))
        return gone

    def _deactivate(self, path: list[str], _kinds: object) -> bool:
        if not self._there(path):
            return False
        self._inactive = (*(one for one in self._inactive if one != tuple(path)), tuple(path))
        return True

    def _activate(self, path: list[str], _kinds: object) -> bool:
        was = tuple(path) in self._inactive
        self._inactive = tuple(one for one in self._inactive if one != tuple(path))
        return was

    def _there(self, path: list[str]) -> bool:
        tree = self._tree
        for word in path:
            if word not in tree:
                return False
            tree = tree[word]
        return True

    def _rollback(self, words: list[str]) -> str:
        number = words[0] if words else "0"
        if len(words) > 1 or not number.isascii() or not number.isdigit() or len(number) > 2:
            raise Complaint("syntax error.")
        if int(number) >= len(self._history):
            return f"error: rollback configuration {int(number)} does not exist"
        tree, self._inactive = self._history[-1 - int(number)]
        self._tree = copied(tree)
        return "load complete"

    def commit(self) -> str:
        """Check the candidate and put it in force as a whole; "" or what the check complains about."""
        self.flapped = set()
        tree = self._active()
        if complaint := refused(tree):
            return complaint
        was = self._active(*self._history[-1]) if self._history else {}
        linked = {name: link(was, name) for name in self.truth.ports}
        self._history = [*self._history, (copied(self._tree), self._inactive)][-_KEPT:]
        in_force(tree, self.truth, access_from(tree))
        self.flapped = {
            name for name, how in linked.items() if how != link(tree, name) and not self.truth.ports[name].shutdown
        }
        return ""

    def check(self) -> str:
        """``commit check``: what a commit would complain about."""
        return refused(self._active())

    def changed(self) -> bool:
        """Whether the candidate differs from what was committed."""
        return (self._tree, self._inactive) != self._history[-1]

    def _active(self, tree: Tree | None = None, inactive: Inactive | None = None) -> Tree:
        """The configuration without its deactivated statements."""
        active = copied(self._tree if tree is None else tree)
        for path in self._inactive if inactive is None else inactive:
            steps = active
            for word in path[:-1]:
                steps = steps.get(word, {})
            steps.pop(path[-1], None)
        return active

    def running(self) -> str:
        """``show configuration | display set``: the committed configuration."""
        tree, inactive = self._history[-1]
        shown = [" ".join(["set", *map(quoted, path)]) for path in statements(tree)]
        return "\n".join([*shown, *(" ".join(["deactivate", *map(quoted, path)]) for path in inactive)]) + "\n"
