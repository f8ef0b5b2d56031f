"""SSH in front of the command line: one server for each switch, password login against its local users."""

from __future__ import annotations

import asyncio
import re
import socket
import struct
from collections import deque
from collections.abc import Callable

import asyncssh

from iccc.lab.device import Counters, Fault
from iccc.lab.ios import login, vty
from iccc.lab.ios.history import Source, Terminal
from iccc.lab.ios.session import Mode, Session
from iccc.lab.ios.shell import Shell
from iccc.lab.ios.system import System

MORE = " --More-- "
WIPE = "\b" * 9 + " " * 8 + "\b" * 9
OPERATOR = "10.0.0.10"
MAX_PENDING = 256 * 1024  # characters typed ahead
_LINE_END = re.compile(r"\r\n|\r\0?|\n|\x1a|\x03")


class SshFront:
    """What connections need of their switch. ``host_key`` is made once in the life of a lab."""

    def __init__(self, system: System, counters: Counters, fault: Callable[[], tuple[Fault, float]]) -> None:
        self.system = system
        self.counters = counters
        self.fault = fault
        self.host_key = asyncssh.generate_private_key("ssh-ed25519")
        self._options = asyncssh.SSHServerConnectionOptions(
            server_factory=lambda: _Server(self),
            server_host_keys=[self.host_key],
            server_version="Cisco-1.25",
            line_editor=False,
            login_timeout=60,
            agent_forwarding=False,
            x11_forwarding=False,
            allow_scp=False,
            gss_host=None,
            config=None,
        )
        self.connections: dict[asyncssh.SSHServerConnection, int] = {}  # the vty that each one has
        self.operator = OPERATOR

    def __call__(self) -> asyncio.BaseProtocol:
        """The protocol of one new TCP connection."""
        if self.fault()[0] is Fault.SILENT:
            return asyncio.Protocol()
        return asyncssh.SSHServerConnection(asyncio.get_running_loop(), self._options)

    @property
    def public_key(self) -> str:
        """``ssh-ed25519 AAAA…``"""
        return " ".join(self.host_key.export_public_key().decode().split()[:2])

    def source(self, peer: str) -> str:
        """From where the switch sees a caller: the operator's own 127.0.0.1 is ``operator``, a device's is its own."""
        if peer == "127.0.0.1":
            return self.operator
        return f"10.{peer.partition('.')[2]}" if peer.startswith("127.") else peer

    def admit(self, connection: asyncssh.SSHServerConnection) -> bool:
        """Give a caller the first free vty; False when there is none, or the caller is not welcome there."""
        number = min(set(range(vty.LAST + 1)) - set(self.connections.values()), default=vty.LAST + 1)
        self.connections[connection] = number
        peer = connection.get_extra_info("peername")
        return peer is None or vty.admits(self.system.running, number, self.source(peer[0]))

    def abort(self) -> None:
        """End all connections at once, without a word of SSH."""
        for connection in list(self.connections):
            drop(connection)


def drop(connection: asyncssh.SSHServerConnection) -> None:
    """End one connection with a reset."""
    sock = connection.get_extra_info("socket")
    if sock is not None:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.abort()


class _Server(asyncssh.SSHServer):
    def __init__(self, front: SshFront) -> None:
        self._front = front
        self._user = ""
        self._mode = Mode.USER

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self._connection = conn
        if not self._front.admit(conn):
            drop(conn)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        self._front.connections.pop(self._connection, None)

    def begin_auth(self, username: str) -> bool:
        self._user = username
        return True

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        front = self._front
        mode = login.entered(front.system.running, front.connections[self._connection], username, password)
        right = mode is not None and front.fault()[0] is not Fault.WRONG_PASSWORD
        self._mode = Mode.USER if mode is None or front.system.misbehaviour.wrong_enable else mode
        if right:
            front.counters.logins += 1
        else:
            front.counters.failures += 1
        return right

    def session_requested(self) -> asyncssh.SSHServerSession[str]:
        peer = self._connection.get_extra_info("peername")
        source = Source(self._user, self._front.source(peer[0]) if peer else "", Terminal.VIRTUAL)
        session = Session(self._front.system, self._user, self._mode, source=source)
        return _Terminal(self._front, self._connection, session)


class _Terminal(asyncssh.SSHServerSession[str]):
    """A channel with a terminal, or with one command. Echoes what is typed, pages what is printed."""

    def __init__(self, front: SshFront, connection: asyncssh.SSHServerConnection, session: Session) -> None:
        self._front = front
        self._connection = connection
        self._session = session
        session.tell = self._tell
        self._shell = Shell(session, self._count_set, lambda: front.fault()[0] is Fault.IGNORES)
        self._typed = ""
        self._page: deque[str] = deque()
        self._more = False  # "--More--" stands on the screen
        self._command: str | None = None
        self._waiting: asyncio.TimerHandle | None = None

    def _tell(self, text: str) -> None:
        """What the switch says by itself: it stands behind the prompt, and no new prompt follows."""
        if self._session.open and not self._channel.is_closing():
            self._channel.write(f"\r\n{text}\r\n")

    def _count_set(self) -> None:
        self._front.counters.sets += 1

    def connection_made(self, chan: asyncssh.SSHServerChannel[str]) -> None:
        self._channel = chan

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        self._session.open = False
        if self._waiting is not None:
            self._waiting.cancel()

    def pty_requested(self, term_type: str, term_size: tuple[int, int, int, int], term_modes: object) -> bool:  # noqa: ARG002
        return True

    def shell_requested(self) -> bool:
        return True

    def exec_requested(self, command: str) -> bool:
        self._command = command
        return True

    def session_started(self) -> None:
        if self._command is not None:
            self._session.page_lines = 0
            self._channel.write("\r\n".join(["", *self._run(self._command), ""]))
            self._channel.exit(0)
            return
        self._channel.write(f"\r\n{self._session.prompt()}")

    def data_received(self, data: str, datatype: asyncssh.DataType) -> None:  # noqa: ARG002
        if len(self._typed) + len(data) > MAX_PENDING:
            self._channel.abort()
            return
        self._typed += data
        self._work()

    def eof_received(self) -> bool:
        return False

    def _work(self) -> None:
        """Take typed lines, one after the other; a slow switch takes the next one after its delay."""
        while self._typed and self._session.open and self._waiting is None:
            fault, delay_s = self._front.fault()
            if fault is Fault.SILENT:
                self._typed = ""
                return
            if self._page:
                key, self._typed = self._typed[0], self._typed[1:]
                self._turn(key)
                continue
            end = _LINE_END.search(self._typed)
            if end is None:
                return
            line, stop = self._typed[: end.start()], end[0]
            self._typed = self._typed[end.end() :]
            if fault is Fault.SLOW:
                self._waiting = asyncio.get_running_loop().call_later(delay_s, self._resume, line, stop)
            else:
                self._enter(line, stop)

    def _resume(self, line: str, stop: str) -> None:
        self._waiting = None
        self._enter(line, stop)
        self._work()

    def _enter(self, line: str, stop: str) -> None:
        session = self._session
        hidden = session.ask is not None and session.ask.hidden
        self._channel.write(("" if hidden else _printable(line)) + {"\x1a": "^Z", "\x03": "^C"}.get(stop, "") + "\r\n")
        out = [] if stop == "\x03" else self._run(_printable(line))
        if stop in ("\x1a", "\x03") and session.mode not in (Mode.USER, Mode.EXEC):
            session.mode = Mode.EXEC
        if session.cut:
            drop(self._connection)
            return
        if not session.open:
            self._channel.exit(0)
            return
        self._page = deque(out)
        self._turn(" ")

    def _run(self, line: str) -> list[str]:
        if line.strip():
            self._front.counters.requests += 1
        return self._shell.type(line)

    def _turn(self, key: str) -> None:
        """Print the next page (space), the next line (return) or nothing more (any other key)."""
        session = self._session
        text = WIPE if key != " " or self._more else ""
        if key not in " \r\n":
            self._page.clear()
        height = 1 if key in "\r\n" else session.page_lines - 1 if session.page_lines else len(self._page)
        for _ in range(min(max(height, 1), len(self._page))):
            text += self._page.popleft() + "\r\n"
        self._more = bool(self._page)
        self._channel.write(text + (MORE if self._more else self._prompt()))

    def _prompt(self) -> str:
        return self._session.ask.text if self._session.ask is not None else self._session.prompt()


def _printable(line: str) -> str:
    """What was typed, with the backspaces applied and without other control characters."""
    out: list[str] = []
    for character in line:
        if character in "\b\x7f":
            del out[-1:]
        elif character >= " ":
            out.append(character)
    return "".join(out)
