"""``line vty``: which line a caller gets, from where it may call, and how it logs in there."""

from __future__ import annotations

from iccc.lab.ios import acl
from iccc.lab.ios.config import Config
from iccc.lab.ios.session import INVALID, Command, Mode, Output, Rejected, Session

LAST = 15
WORDS = (
    "access-class", "exec-timeout", "privilege", "password", "logging", "authorization", "login", "length",
    "transport",
)  # fmt: skip
Lines = dict[str, list[str]]


def _span(header: str) -> tuple[int, int]:
    """``vty 0 4`` → (0, 4)."""
    numbers = [int(word) for word in header.split()[1:]]
    return numbers[0], numbers[-1]


def _header(first: int, last: int) -> str:
    return f"vty {first} {last}" if last > first else f"vty {first}"


def cut(lines: Lines, first: int, last: int) -> list[str]:
    """Make ``first``-``last`` a union of whole entries, and name these entries."""
    by_number = {number: body for header, body in _vty(lines) for number in range(*_range(header))}
    for number in range(first, last + 1):
        by_number.setdefault(number, [])
    old = {_span(header) for header, _ in _vty(lines)}
    starts = {first, last + 1, *(at for span in old for at in (span[0], span[1] + 1))}
    pieces: list[list[int]] = []
    for number in sorted(by_number):
        if not pieces or number in starts or pieces[-1][-1] != number - 1:
            pieces.append([])
        pieces[-1].append(number)
    _put(lines, {(piece[0], piece[-1]): by_number[piece[0]] for piece in pieces})
    return [_header(piece[0], piece[-1]) for piece in pieces if first <= piece[0] <= last]


def merge(lines: Lines) -> None:
    """Neighbours with the same settings become one entry; 0-4 and 5-15 stay two, as IOS prints them."""
    merged: dict[tuple[int, int], list[str]] = {}
    for header, body in sorted(_vty(lines), key=lambda entry: _span(entry[0])):
        first, last = _span(header)
        before = max(merged, default=None)
        if before and before[1] == first - 1 and first != 5 and sorted(merged[before]) == sorted(body):
            merged[before[0], last] = merged.pop(before)
        else:
            merged[first, last] = body
    _put(lines, merged)


def _put(lines: Lines, entries: dict[tuple[int, int], list[str]]) -> None:
    others = {header: body for header, body in lines.items() if not header.startswith("vty")}
    lines.clear()
    lines |= others | {_header(*span): list(body) for span, body in sorted(entries.items())}


def _range(header: str) -> tuple[int, int]:
    first, last = _span(header)
    return first, last + 1


def _vty(lines: Lines) -> list[tuple[str, list[str]]]:
    return [(header, body) for header, body in lines.items() if header.startswith("vty")]


def of(config: Config, number: int) -> list[str] | None:
    """The settings of one line; None when it is not there."""
    return next((body for header, body in _vty(config.lines) if number in range(*_range(header))), None)


def admits(config: Config, number: int, address: str) -> bool:
    """Whether a caller from this address may speak SSH with the line."""
    body = of(config, number)
    if body is None:
        return False
    for setting in body:
        words = setting.split()
        if words[:2] == ["transport", "input"] and not {"ssh", "all"} & set(words[2:]):
            return False
        inwards = words[0] == "access-class" and words[2:3] == ["in"]
        if inwards and not acl.passes(config.access_lists.get(words[1]), address):
            return False
    return True


def printed(body: list[str]) -> list[str]:
    """In the order of IOS."""
    return sorted(body, key=lambda line: WORDS.index(line.split()[0]) if line.split()[0] in WORDS else -1)


def select(session: Session, args: list[str]) -> Output:
    first, last = int(args[0]), int(args[-1])
    lines = session.config.lines
    merge(lines)
    session.mode, session.selected = Mode.LINE, cut(lines, first, max(first, last))
    return []


def console(session: Session, args: list[str]) -> Output:
    header = f"con {args[0]}"
    session.config.lines.setdefault(header, [])
    session.mode, session.selected = Mode.LINE, [header]
    return []


def _key(words: list[str]) -> list[str]:
    """What two lines have in common of which only one can be there."""
    if words[0] == "access-class":
        return [words[0], *words[2:3]]
    return words[:2] if words[0] in ("transport", "logging", "authorization") else words[:1]


def _setting(word: str) -> Command:
    def command(session: Session, args: list[str]) -> Output:
        words = [word, *" ".join(args).split()]
        if word == "login" and words[1:2] == (["local"] if session.config.aaa else ["authentication"]):
            raise Rejected(INVALID)
        for body in _bodies(session):
            body[:] = [*(old for old in body if _key(old.split()) != _key(words)), " ".join(words)]
        return []

    return command


def _no(session: Session, args: list[str]) -> Output:
    for body in _bodies(session):
        body[:] = [old for old in body if old != args[0] and not old.startswith(f"{args[0]} ")]
    return []


def _bodies(session: Session) -> list[list[str]]:
    """Of the selected lines; another session may have cut them up since."""
    lines = session.config.lines
    wanted = [header for header in session.selected if header.startswith("vty")]
    headers = [header for header in session.selected if not header.startswith("vty")]
    for header in wanted:
        headers += cut(lines, *_span(header))
    return [lines.setdefault(header, []) for header in headers]


SELECTIONS: dict[str, Command] = {
    "line vty <0-15> [<0-15>]": select,
    "line con <0-0>": console,
    "line console <0-0>": console,
}
SETTINGS: dict[str, Command] = {**{f"{word} [<line>]": _setting(word) for word in WORDS}, "no <line>": _no}
