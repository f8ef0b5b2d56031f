"""VLAN lists as IOS writes them: ``10,20-29``."""

from __future__ import annotations

from collections.abc import Iterable

ALL = frozenset(range(1, 4095))
RESERVED = {
    1002: "fddi-default",
    1003: "token-ring-default",
    1004: "fddinet-default",
    1005: "trnet-default",
}
LINE_WIDTH = 78


def parse(text: str) -> frozenset[int] | None:
    """The numbers of a list; None if it is malformed or leaves 1–4094."""
    numbers: set[int] = set()
    for part in text.split(","):
        first, dash, last = part.partition("-")
        if not first.isdigit() or (dash and not last.isdigit()) or len(part) > 9:
            return None
        low, high = int(first), int(last or first)
        if not 1 <= low <= high <= 4094:
            return None
        numbers.update(range(low, high + 1))
    return frozenset(numbers)


def compact(numbers: Iterable[int]) -> list[str]:
    """``[10, 20, 21, 22]`` → ``["10", "20-22"]``. Two neighbours stay apart: ``["20", "21"]``."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    parts: list[str] = []
    for run in runs:
        parts += [f"{run[0]}-{run[-1]}"] if len(run) > 2 else [str(n) for n in run]
    return parts


def allowed_lines(allowed: frozenset[int]) -> list[str]:
    """The configuration lines of a trunk's allowed list; none when it is not restricted.

    A long list goes on in ``add`` lines, as IOS does it.
    """
    if allowed == ALL:
        return []
    command = "switchport trunk allowed vlan"
    lines = [f"{command} none"] if not allowed else []
    room: list[str] = []
    for part in compact(allowed):
        head = f"{command} add" if lines else command
        if room and len(f" {head} {','.join([*room, part])}") > LINE_WIDTH:
            lines.append(f"{head} {','.join(room)}")
            room = []
        room.append(part)
    if room:
        lines.append(f"{command} add {','.join(room)}" if lines else f"{command} {','.join(room)}")
    return lines
