"""The command line as a pure machine: a typed line in, printed lines out."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable

from iccc.lab.ios import acl, archive, configure, edge, exec, interface, login, rollback, vty, wide
from iccc.lab.ios.grammar import Failure, Grammar, Match, Wrong
from iccc.lab.ios.render import BASELINE
from iccc.lab.ios.session import INVALID, Command, Mode, Output, Rejected, Session

CHOICES = {  # commands that go into a sub-mode and change nothing by it
    **configure.SELECTIONS, **acl.SELECTIONS, **archive.SELECTIONS, **login.SELECTIONS, **vty.SELECTIONS,
}  # fmt: skip
CONFIGURE = {
    **configure.SETTINGS, **acl.GLOBAL_SETTINGS, **archive.GLOBAL_SETTINGS, **login.SETTINGS, **wide.SETTINGS,
    **CHOICES,
}  # fmt: skip
GRAMMARS: dict[Mode, Grammar[Command]] = {
    Mode.USER: Grammar(exec.USER_COMMANDS),
    Mode.EXEC: Grammar(exec.EXEC_COMMANDS),
    Mode.CONFIG: Grammar(CONFIGURE),
    Mode.INTERFACE: Grammar({**interface.SETTINGS, **edge.SETTINGS}),
    Mode.VLAN: Grammar(configure.VLAN_SETTINGS),
    Mode.LINE: Grammar(vty.SETTINGS),
    Mode.ACL: Grammar(acl.SETTINGS),
    Mode.TACACS: Grammar(login.BLOCK_SETTINGS),
    Mode.GROUP: Grammar(login.BLOCK_SETTINGS),
    Mode.ARCHIVE: Grammar(archive.SETTINGS),
    Mode.ARCHIVE_LOG: Grammar(archive.LOG_SETTINGS),
}
SELECTIONS = frozenset({*CHOICES.values(), archive.log_config})
EXEC_MODES = frozenset({Mode.USER, Mode.EXEC})
UPPER = {Mode.CONFIG: Mode.EXEC, Mode.ARCHIVE_LOG: Mode.ARCHIVE}  # where exit leads; from other sub-modes to CONFIG
SUB_MODES = frozenset(Mode) - EXEC_MODES - {Mode.CONFIG}
LEAVE = Grammar({"end": Mode.EXEC, "exit": Mode.CONFIG})
MAX_LINE = 2048


class Shell:
    """One session's command line. ``on_set`` is called for every accepted line that writes."""

    def __init__(self, session: Session, on_set: Callable[[], None], ignores: Callable[[], bool]) -> None:
        self.session = session
        self._on_set = on_set
        self._ignores = ignores

    def type(self, line: str) -> Output:
        """What the switch prints after this line and before the next prompt."""
        session = self.session
        if session.ask is not None:
            ask, session.ask = session.ask, None
            out = ask.answer(line)
            if out[-1:] == ["[OK]"]:
                self._on_set()
            return out
        rollback.typed(session)
        line = line[:MAX_LINE].rstrip()
        if not line.strip() or line.lstrip().startswith("!"):
            return []
        if session.mode in EXEC_MODES:
            return self._exec(session.mode, line)
        return self._config(line)

    def _exec(self, mode: Mode, line: str) -> Output:
        command, _, pipe = line.partition(" | ")
        found = GRAMMARS[mode].match(command)
        if isinstance(found, Failure):
            return self._complain(found, line)
        try:
            self._pretend()
            out = found.handler(self.session, found.args)
        except Rejected as refusal:
            return [str(refusal), ""]
        if found.handler in exec.WRITES and self.session.ask is None:
            self._on_set()
        return _filtered(out, pipe.strip()) if pipe else out

    def _config(self, line: str) -> Output:
        session = self.session
        if line.strip() in BASELINE:
            session.mode = Mode.CONFIG
            return []
        leave = LEAVE.match(line)
        if isinstance(leave, Match):
            upper = UPPER.get(session.mode, Mode.CONFIG)
            session.mode = Mode.EXEC if leave.handler is Mode.EXEC else upper
            return []
        do = re.match(r"\s*do\s+", line)
        if do:
            return self._exec(Mode.EXEC, line[do.end() :])
        found = GRAMMARS[session.mode].match(line)
        mode = session.mode
        while isinstance(found, Failure) and mode in SUB_MODES:
            # A command of a mode above is taken in every sub-mode and leaves it.
            mode = UPPER.get(mode, Mode.CONFIG)
            outer = GRAMMARS[mode].match(line)
            if isinstance(outer, Match):
                session.mode, found = mode, outer
            elif outer.column > found.column:
                found = outer
        return self._complain(found, line) if isinstance(found, Failure) else self._set(found, line)

    def _set(self, found: Match[Command], line: str) -> Output:
        session = self.session
        bad = session.system.misbehaviour
        if bad.refuses and bad.refuses in line:
            return self._complain(Failure(Wrong.INVALID, len(line) - len(line.lstrip())), line)
        self._pretend()
        try:
            out = found.handler(session, found.args)
        except Rejected as refusal:
            if str(refusal) == INVALID:
                return self._complain(Failure(Wrong.INVALID, len(line) - len(line.lstrip())), line)
            return [*str(refusal).split("\n"), ""]
        if session.scratch is None:
            session.system.touch(session.source)
        if found.handler not in SELECTIONS:
            self._on_set()
        session.changes += 1
        if bad.cut_after is not None and session.changes >= bad.cut_after:
            session.open, session.cut = False, True
        return out

    def _pretend(self) -> None:
        """A switch that accepts and ignores lets all changes of a session go into a copy."""
        session = self.session
        if not self._ignores():
            session.scratch = None
        elif session.scratch is None:
            session.scratch = copy.deepcopy(session.system.running)

    def _complain(self, failure: Failure, line: str) -> Output:
        if failure.wrong is Wrong.INCOMPLETE:
            return ["% Incomplete command.", ""]
        if failure.wrong is Wrong.AMBIGUOUS:
            return [f'% Ambiguous command:  "{line.strip()}"']
        return [" " * (len(self.session.prompt()) + failure.column) + "^", INVALID, ""]


def _filtered(lines: Output, pipe: str) -> Output:
    """``| include X``, ``| exclude X``, ``| begin X``, ``| section X``."""
    word, _, pattern = pipe.partition(" ")
    try:
        wanted = re.compile(pattern)
    except re.error:
        return ["% Invalid regular expression"]
    if word and "include".startswith(word):
        return [line for line in lines if wanted.search(line)]
    if word and "exclude".startswith(word):
        return [line for line in lines if not wanted.search(line)]
    hits = [at for at, line in enumerate(lines) if wanted.search(line)]
    if word and "begin".startswith(word):
        return lines[hits[0] :] if hits else []
    if word and "section".startswith(word):
        return _sections(lines, set(hits))
    return [INVALID]


def _sections(lines: Output, hits: set[int]) -> Output:
    out: Output = []
    inside = False
    for at, line in enumerate(lines):
        if not line.startswith(" "):
            inside = at in hits
        if inside or at in hits:
            out.append(line)
    return out
