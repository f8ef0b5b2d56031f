"""netmiko on a pinned host key, woken by data instead of sleeping. Blocking: :mod:`iccc.sessions.cli` has threads.

netmiko's class of the platform does the login; prompts and modes follow the platform's :class:`Dialect`.

Importing this module costs a third of a second, so only the first session does it.
"""

from __future__ import annotations

import base64
import hashlib
import logging
import re
import select
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import paramiko
from netmiko.base_connection import BaseConnection
from netmiko.exceptions import NetmikoAuthenticationException, NetmikoTimeoutException, ReadException, ReadTimeout
from netmiko.ssh_dispatcher import CLASS_MAPPER

from iccc.errors import DeviceError, Reason
from iccc.secrets import Login
from iccc.sessions.dialect import Dialect, Typed
from iccc.settings import Timeouts

MAX_QUESTIONS = 5  # that one line may ask back
MAX_ANSWER = 4_000_000  # characters of one answer; a configuration of a large switch has 200,000
TAIL = 300  # characters; longer than any prompt
LINE_START = r"(?:^|\n)"
# At the end of a page: " --More-- ", "  ---- More ----", "-- MORE --, next page: Space, …", "---(more 9%)---".
MORE = re.compile(r"(?:^|\n)\r? *-{2,4} ?\(?more\b[^\n]{0,60}$", re.IGNORECASE)
WIPED = re.compile(r"[\b\r]+ +[\b\r]+|\r +\r")  # how it goes from the screen

# Without a handler of the application, Python would print paramiko's complaints on stderr.
logging.getLogger("paramiko").addHandler(logging.NullHandler())


class WrongHostKey(Exception):  # noqa: N818
    """The device showed another key than the enrolled one. Nothing was sent after the key exchange."""


class _Pinned(paramiko.MissingHostKeyPolicy):
    """paramiko asks it between the key exchange and the first authentication request."""

    def __init__(self, enrolled: str) -> None:
        self._enrolled = enrolled

    def missing_host_key(self, client: paramiko.SSHClient, hostname: str, key: paramiko.PKey) -> None:  # noqa: ARG002
        if key_text(key) != self._enrolled:
            raise WrongHostKey(
                f"it shows {fingerprint(key)}, which is not the enrolled key {fingerprint_of(self._enrolled)}"
            )


class Shell(BaseConnection):
    """One open command line. ``sock`` is connected already; closing it from another thread ends every wait."""

    def __init__(
        self, sock: socket.socket, host: str, port: int, login: Login, enrolled: str, times: Timeouts, dialect: Dialect
    ) -> None:
        self._enrolled = enrolled
        self._dialect = dialect
        self._taken = 0
        self._configuring = False
        self.prompt = ""  # the last one seen
        super().__init__(
            device_type=dialect.netmiko,
            host=host,
            port=port,
            sock=sock,
            username=login.user,
            password=login.password.reveal(),
            secret=login.password.reveal(),
            conn_timeout=times.cli_read_s,  # the key exchange; old switches compute for seconds
            banner_timeout=times.cli_read_s / 2,  # a switch that is busy greets late
            auth_timeout=times.cli_read_s,
            read_timeout_override=times.cli_read_s,
        )

    @property
    def exec_prompt(self) -> str:
        """A pattern for the prompt with this switch's own name: any other could stand in a banner."""
        return LINE_START + self._dialect.exec_prompt.format(name=re.escape(self.base_prompt))

    @property
    def config_prompt(self) -> str:
        return LINE_START + self._dialect.config_prompt

    def ask(self, command: str, prompt: str | None = None) -> str:
        """The answer to ``command``, without its echo and the prompt after it. In exec mode if no prompt is given."""
        if prompt is None:
            self.leave_configuration()
        self.write_channel(f"{command}\n")
        echo = command.strip()
        text = self._read_answer(echo, re.compile(prompt or self.exec_prompt))
        answer, _, last = text[text.index(echo) + len(echo) :].rpartition("\n")
        self.prompt = last.strip()
        return answer.lstrip("\n")

    def _read_answer(self, echo: str, prompt: re.Pattern[str]) -> str:
        """All output until a prompt ends it after the echo. Woken by data: netmiko's own wait sleeps 10 ms at a time.

        The prompt is looked for in the last characters only: a search through megabytes at every packet of a device
        that never stops would hold up the sessions of all the others. A pager that is deaf to the setup gets its space.
        """
        self._taken = 0
        text, patience, paged = "", self.read_timeout_override or 0.0, False
        deadline = time.monotonic() + patience
        poll = select.poll()
        assert isinstance(self.remote_conn, paramiko.Channel)
        poll.register(self.remote_conn.fileno(), select.POLLIN)
        while not ((found := prompt.search(text[-TAIL:])) and echo in text[: len(text) - len(found[0])]):
            poll.poll(max(0.0, deadline - time.monotonic()) * 1000)
            if time.monotonic() >= deadline:  # also while it still talks: a stream without an end is no answer
                raise ReadTimeout(f"no whole answer within {patience:g} s")
            text += self.read_channel()
            if more := MORE.search(text[-TAIL:]):
                text = f"{text[: len(text) - len(more[0])]}\n"
                paged = True
                self.write_channel(" ")
        return WIPED.sub("", text) if paged else text

    def type(self, typed: Typed) -> str:
        """The answer to one line of a script, its questions answered."""
        if typed.config:
            self._enter()
        else:
            self.leave_configuration()
        # A line of exec mode may bring another name: what it takes back has named the switch.
        usual = self.config_prompt if typed.config else LINE_START + self._dialect.any_prompt
        if typed.enters:  # or does not: a line that is refused leads nowhere
            usual = f"(?:{self.config_prompt})|(?:{self.exec_prompt})"
        text = self._answered(typed.line, usual)
        # A line may also lead out of the mode: `commit and-quit`.
        self._configuring = re.search(self.config_prompt, self.prompt) is not None
        if not self._configuring:
            self._learn_name()
        return text

    def configure(self, line: str) -> str:
        """The answer to a configuration line. The mode is entered once and stays until something else is asked."""
        self._enter()
        return self._answered(line, self.config_prompt)

    def _answered(self, line: str, usual: str) -> str:
        questions = self._dialect.questions
        either = "|".join(f"(?:{pattern})" for pattern in (usual, *(question for question, _ in questions)))
        text = self.ask(line, either)
        for _ in range(MAX_QUESTIONS):
            answer = next((reply for question, reply in questions if re.search(question, self.prompt)), None)
            if answer is None:
                break
            text += self.ask(answer, either)
        return text

    def _enter(self) -> None:
        if not self._configuring:
            answer = self.ask(self._dialect.enter, f"(?:{self.config_prompt})|(?:{self.exec_prompt})")
            if not re.search(self.config_prompt, self.prompt):
                raise ValueError(f"it is not let into configuration mode: {answer.strip()}")
            self._configuring = True

    def leave_configuration(self) -> None:
        """Back to exec mode, where the prompt may bear a new name."""
        if not self._configuring:
            return
        self.ask(self._dialect.leave, LINE_START + self._dialect.any_prompt)
        self._configuring = False
        self._learn_name()

    def session_preparation(self) -> None:
        self.ansi_escape_codes = self._dialect.ansi
        first, *others = self._dialect.setup
        self.ask(first, LINE_START + self._dialect.any_prompt)
        self._learn_name()
        if self._dialect.enable and self.prompt.endswith(">"):
            self._rise()
        for command in others:
            self.ask(command)

    def _rise(self) -> None:
        """To the level at which everything may be seen and configured."""
        try:
            self.enable()
        except ValueError:  # netmiko's text is advice to programmers
            raise ValueError(f"the login ends at {self.prompt!r}, and enable does not lead further") from None

    def _learn_name(self) -> None:
        found = re.search(self._dialect.any_prompt, self.prompt)
        self.base_prompt = found["name"] if found else self.prompt[:-1]

    def read_channel(self) -> str:
        text: str = super().read_channel()
        self._taken += len(text)
        if self._taken > MAX_ANSWER:
            raise ReadException(f"an answer of more than {MAX_ANSWER} characters")
        # netmiko would poll a dead channel until its time-out.
        channel = self.remote_conn
        alive = isinstance(channel, paramiko.Channel) and not (channel.closed or channel.eof_received)
        if not text and not alive:
            raise ReadException("the device closed the connection")
        return text

    def cleanup(self, command: str = "exit") -> None:
        """Closing the connection frees the line; the conversation that netmiko holds before costs 50 ms."""

    def _try_session_preparation(self, force_data: bool = True) -> None:  # noqa: ARG002
        super()._try_session_preparation(force_data=False)

    def _connect_params_dict(self) -> dict[str, Any]:
        return {**super()._connect_params_dict(), "transport_factory": self._transport}

    def _build_ssh_client(self) -> paramiko.SSHClient:
        return pinned_client(self._enrolled)

    def _transport(self, sock: socket.socket, **options: Any) -> paramiko.Transport:
        return transport_for(self._enrolled, sock, **options)


def pinned_client(enrolled: str) -> paramiko.SSHClient:
    """A client that goes on only with the enrolled host key."""
    client = paramiko.SSHClient()
    client.set_missing_host_key_policy(_Pinned(enrolled))
    return client


def transport_for(enrolled: str, sock: socket.socket, **options: Any) -> paramiko.Transport:
    """A transport that asks first for a key of the enrolled kind."""
    transport = paramiko.Transport(sock, **options)
    ask_for(transport, enrolled)
    return transport


def open_shell(
    sock: socket.socket, host: str, port: int, login: Login, enrolled: str, times: Timeouts, dialect: Dialect
) -> Shell:
    """A :class:`Shell` over netmiko's class of the platform."""
    made = type("PlatformShell", (Shell, CLASS_MAPPER[dialect.netmiko]), {})
    shell: Shell = made(sock, host, port, login, enrolled, times, dialect)
    return shell


def connect(host: str, port: int, times: Timeouts) -> socket.socket:
    """A connected TCP socket. Every exchange is a small packet in each direction: none may wait for another."""
    sock = socket.create_connection((host, port), timeout=times.connect_s)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return sock


def read_host_key(sock: socket.socket, times: Timeouts) -> str:
    """The host key behind ``sock``, without logging in. Closes ``sock``."""
    with sock, paramiko.Transport(sock) as transport:
        transport.banner_timeout = times.connect_s
        transport.start_client(timeout=times.cli_read_s)
        return key_text(transport.get_remote_server_key())


def log_in(sock: socket.socket, login: Login, enrolled: str, times: Timeouts) -> bool:
    """Whether the device behind ``sock`` takes the login; no command line is asked for. Closes ``sock``."""
    with sock, paramiko.Transport(sock) as transport:
        transport.banner_timeout = times.cli_read_s / 2
        transport.auth_timeout = times.cli_read_s
        ask_for(transport, enrolled)
        transport.start_client(timeout=times.cli_read_s)
        key = transport.get_remote_server_key()
        if key_text(key) != enrolled:
            raise WrongHostKey(f"it shows {fingerprint(key)}, which is not the enrolled key")
        try:
            transport.auth_password(login.user, login.password.reveal())
        except paramiko.AuthenticationException:
            return False
        return True


def ask_for(transport: paramiko.Transport, enrolled: str) -> None:
    """Ask first for a key of the enrolled kind: a device may have several."""
    kind = enrolled.split()[0]
    wished = {kind} if kind != "ssh-rsa" else {"rsa-sha2-512", "rsa-sha2-256", "ssh-rsa"}
    security = transport.get_security_options()
    security.key_types = sorted(security.key_types, key=lambda offered: offered not in wished)


def key_text(key: paramiko.PKey) -> str:
    """``ssh-ed25519 AAAA…``"""
    return f"{key.get_name()} {key.get_base64()}"


def fingerprint(key: paramiko.PKey) -> str:
    """``ssh-ed25519 SHA256:…`` as ssh prints it."""
    return f"{key.get_name()} {key.fingerprint}"


def fingerprint_of(text: str) -> str:
    """The same of ``ssh-ed25519 AAAA…``."""
    kind, _, blob = text.partition(" ")
    digest = base64.b64encode(hashlib.sha256(base64.b64decode(blob)).digest()).decode().rstrip("=")
    return f"{kind} SHA256:{digest}"


@contextmanager
def told(where: str) -> Iterator[None]:
    """Everything that can go wrong on a command line, as DeviceError."""
    try:
        yield
    except WrongHostKey as error:
        raise DeviceError(Reason.UNTRUSTED, where, str(error)) from None
    except NetmikoAuthenticationException:
        raise DeviceError(Reason.UNAUTHORISED, where, "the login was refused") from None
    except ConnectionRefusedError:
        raise DeviceError(Reason.REFUSED, where, "the port is closed") from None
    except (TimeoutError, ReadTimeout, NetmikoTimeoutException) as error:
        raise DeviceError(Reason.NO_ANSWER, where, _first_line(error) or "no answer in time") from None
    except (OSError, EOFError, ReadException, paramiko.SSHException) as error:
        raise DeviceError(Reason.NO_ANSWER, where, _first_line(error) or "the connection ended") from None
    except ValueError as error:  # netmiko: no prompt found, privileged mode refused
        raise DeviceError(Reason.BAD_ANSWER, where, _first_line(error)) from None
    except DeviceError:
        raise
    except Exception as error:  # noqa: BLE001  paramiko hands on whatever its parsers raise on garbage
        raise DeviceError(Reason.BAD_ANSWER, where, f"{type(error).__name__} while reading the answer") from None


def _first_line(error: Exception) -> str:
    """What was observed, without netmiko's heading and without the causes that it guesses."""
    lines = (line.strip() for line in str(error).splitlines())
    return next((line for line in lines if line and not line.startswith("A paramiko SSHException")), "")[:200]
