"""An SSH front of a :class:`~tests.switch.box.Box`, with the manners and faults of real switches."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import asyncssh

from tests.switch.box import Box

MOTD = "#####\r\n# Municipal network #\r\n#####\r\n"


@dataclass
class Front:
    """What the SSH side does. ``box`` answers configuration lines; ``shows`` other show commands."""

    box: Box
    passwords: dict[str, str] = field(default_factory=lambda: {"admin": "bootstrap"})
    key: asyncssh.SSHKey = field(default_factory=lambda: asyncssh.generate_private_key("ssh-ed25519"))
    more_keys: tuple[asyncssh.SSHKey, ...] = ()
    enable_password: str | None = None  # None: the login is privileged at once
    asks_before_saving: bool = False
    saves: bool = True  # False: says [OK] and does not
    hangs_at: str = ""  # a line that is never answered
    babbles_at: str = ""  # a line that is answered without an end
    drops_at: str = ""  # a line that ends the connection
    refuses: str = ""  # a configuration line that is answered with an error
    locks_out_after: int = 1_000_000  # logins: later ones are refused
    startup: str | None = None
    auths: list[str] = field(default_factory=list)
    connections: int = 0

    @property
    def host_key(self) -> str:
        return " ".join(self.key.export_public_key("openssh").decode().split()[:2])

    def exec(self, line: str) -> str:
        if line == "show running-config":
            return self.box.running()
        if line == "show startup-config":
            return "startup-config is not present" if self.startup is None else self._stored()
        if line.startswith("terminal "):
            return ""
        return "          ^\n% Invalid input detected at '^' marker.\n"

    def save(self) -> str:
        if self.saves:
            self.startup = self.box.running()
        return "Building configuration...\n[OK]"

    def _stored(self) -> str:
        body = (self.startup or "").split("\n", 3)[3]
        return f"Using {len(body)} out of 524288 bytes\n{body}"


class _Session(asyncssh.SSHServerSession[str]):
    def __init__(self, front: Front) -> None:
        self.front = front
        self.mode = "exec" if front.enable_password is None else "user"
        self.text = ""
        self.sub = ""

    def connection_made(self, chan: asyncssh.SSHServerChannel[str]) -> None:
        self.chan = chan

    def pty_requested(self, *args: object) -> bool:
        return True

    def shell_requested(self) -> bool:
        return True

    def session_started(self) -> None:
        self.chan.write("\r\n" + MOTD + self.prompt())

    def prompt(self) -> str:
        name = self.front.box.hostname
        if self.mode == "config":
            return f"{name}(config{self.sub})#"[-62:]
        return f"{name}{'#' if self.mode == 'exec' else '>'}"

    def data_received(self, data: str, datatype: asyncssh.DataType) -> None:
        self.text += data
        while found := re.search(r"\r\n|\r|\n", self.text):
            line, self.text = self.text[: found.start()], self.text[found.end() :]
            if self.mode in ("password", "confirm"):
                self.chan.write("\r\n")
            else:
                self.chan.write(f"{line}\r\n")
            if self.front.hangs_at and self.front.hangs_at in line:
                return
            if self.front.babbles_at and self.front.babbles_at in line:
                self.babble()
                return
            if self.front.drops_at and self.front.drops_at in line:
                self.chan.get_extra_info("connection").abort()
                return
            answer = self.answer(line)
            if answer:
                self.chan.write(answer.replace("\n", "\r\n").rstrip("\r\n") + "\r\n")
            if self.mode not in ("password", "confirm"):
                self.chan.write(self.prompt())

    def babble(self) -> None:
        if not self.chan.is_closing():
            self.chan.write("x" * 100 + "\r\n")
            asyncio.get_running_loop().call_later(0.001, self.babble)

    def answer(self, line: str) -> str:
        text, front = line.strip(), self.front
        if self.mode == "password":
            self.mode = "exec" if text == front.enable_password else "user"
            return "" if self.mode == "exec" else "% Access denied"
        if self.mode == "confirm":
            self.mode = "exec"
            return front.save()
        if self.mode == "config":
            return self.configure(line)
        if not text:
            return ""
        if text == "enable":
            self.mode = "password"
            self.chan.write("Password: ")
        elif text == "configure terminal":
            self.mode, self.sub = "config", ""
            return "Enter configuration commands, one per line.  End with CNTL/Z."
        elif text == "write memory" and front.asks_before_saving:
            self.mode = "confirm"
            self.chan.write("Overwrite the previous NVRAM configuration?[confirm]")
        elif text == "write memory":
            return front.save()
        else:
            return front.exec(text)
        return ""

    def configure(self, line: str) -> str:
        text = line.strip()
        if text == "end":
            self.mode = "exec"
            return ""
        if self.front.refuses and self.front.refuses in text:
            return "Command rejected: Bad VLAN list"
        if not line.startswith(" "):
            self.sub = "-if" if text.startswith("interface") else "-vlan" if text.startswith("vlan") else ""
        return self.front.box.type(line) if text else ""


class _Server(asyncssh.SSHServer):
    def __init__(self, front: Front) -> None:
        self.front = front
        front.connections += 1

    def begin_auth(self, username: str) -> bool:
        self.front.auths.append(username)
        return True

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return len(self.front.auths) <= self.front.locks_out_after and self.front.passwords.get(username) == password

    def session_requested(self) -> _Session:
        return _Session(self.front)


@asynccontextmanager
async def serve(front: Front, address: str, port: int = 20022) -> AsyncIterator[Front]:
    server = await asyncssh.listen(
        address,
        port,
        server_factory=lambda: _Server(front),
        server_host_keys=[*front.more_keys, front.key],
        line_editor=False,
    )
    try:
        yield front
    finally:
        server.close()
        await asyncio.wait_for(server.wait_closed(), 5)
