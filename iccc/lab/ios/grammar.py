"""Commands as IOS reads them: every word may be cut short as long as it stays the only one; errors point at a column.

A pattern is ``switchport trunk allowed vlan add <vlans>``; ``[…]`` at its end may be left out.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Generic, TypeVar

from iccc.lab.ios import names, vlanlist

Handler = TypeVar("Handler")


class Wrong(Enum):
    INVALID = "invalid"
    INCOMPLETE = "incomplete"
    AMBIGUOUS = "ambiguous"


@dataclass(frozen=True)
class Failure:
    """Why a line is no command, and the column (from 0) where it stopped to be one."""

    wrong: Wrong
    column: int


@dataclass(frozen=True)
class Match(Generic[Handler]):
    """The handler, and the arguments in canonical spelling."""

    handler: Handler
    args: list[str]


@dataclass
class _Node(Generic[Handler]):
    words: dict[str, _Node[Handler]] = field(default_factory=dict)
    values: dict[str, _Node[Handler]] = field(default_factory=dict)  # "<vlan>": what follows
    handler: Handler | None = None


class Grammar(Generic[Handler]):
    """All commands of one mode."""

    def __init__(self, commands: Mapping[str, Handler]) -> None:
        self._root: _Node[Handler] = _Node()
        for pattern, handler in commands.items():
            required, _, optional = pattern.partition(" [")
            self._add(required, handler)
            if optional:
                self._add(f"{required} {optional.rstrip(']')}", handler)

    def _add(self, pattern: str, handler: Handler) -> None:
        node = self._root
        for part in pattern.split():
            table = node.values if part.startswith("<") else node.words
            node = table.setdefault(part, _Node())
        node.handler = handler

    def match(self, line: str) -> Match[Handler] | Failure:
        node = self._root
        args: list[str] = []
        spans = [(found.start(), found.end()) for found in re.finditer(r"\S+", line)]
        at = 0
        while at < len(spans):
            start, end = spans[at]
            word = line[start:end].lower()
            literals = [word] if word in node.words else [known for known in node.words if known.startswith(word)]
            if len(literals) > 1:
                return Failure(Wrong.AMBIGUOUS, start)
            if literals:
                node, at = node.words[literals[0]], at + 1
                continue
            for kind, following in node.values.items():
                taken, value = _value(kind, line, spans[at:])
                if value is not None:
                    args.append(value)
                    node, at = following, at + taken
                    break
            else:
                return Failure(Wrong.INVALID, start)
        if node.handler is None:
            return Failure(Wrong.INCOMPLETE, len(line))
        return Match(node.handler, args)


def _value(kind: str, line: str, spans: list[tuple[int, int]]) -> tuple[int, str | None]:
    """How many words a value takes, and its canonical spelling; None if the text is no such value."""
    start, end = spans[0]
    if kind == "<line>":
        return len(spans), line[start:].rstrip()
    if kind == "<ifaces>":
        listed = names.expand(line[start:])
        return len(spans), ",".join(listed) if listed else None
    if kind == "<iface>":
        name = names.canonical(line[start:end])
        if name is None and len(spans) > 1:
            return 2, names.canonical(line[start : spans[1][1]])
        return 1, name
    return 1, _word(kind, line[start:end])


def _word(kind: str, word: str) -> str | None:
    if kind in _CHECKS:
        return word if _CHECKS[kind](word) else None
    low, _, high = kind.strip("<>").partition("-")
    return str(int(word)) if word.isdigit() and len(word) < 12 and int(low) <= int(word) <= int(high) else None


def _is_ip(word: str) -> bool:
    try:
        ipaddress.IPv4Address(word)
    except ValueError:
        return False
    return True


_CHECKS: dict[str, Callable[[str], bool]] = {
    "<word>": lambda word: True,  # noqa: ARG005
    "<ip>": _is_ip,
    "<vlans>": lambda word: vlanlist.parse(word) is not None,
}
