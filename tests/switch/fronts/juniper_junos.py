"""An SSH front of a :class:`~tests.switch.sims.juniper_junos.JunosSim`, with the manners of Junos.

Prompts, the lock, the history of commits and the timer of ``commit confirmed`` as in docs/platforms/juniper_junos.md.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network

import asyncssh

from tests.switch.sims.juniper_junos import JunosSim

HOLDER = "  other terminal p1 (pid 4711) on since 2025-07-31 06:10:12 UTC, idle 00:02:11\n      exclusive [edit]"
BROADCAST = (
    "Broadcast Message from root@sw (no tty) at 06:35 UTC...\nCommit was not confirmed; automatic rollback complete."
)


@dataclass
class Front:
    """What the SSH side does. ``sim`` takes the configuration lines."""

    sim: JunosSim
    passwords: dict[str, str] = field(default_factory=lambda: {"admin": "bootstrap"})
    key: asyncssh.SSHKey = field(default_factory=lambda: asyncssh.generate_private_key("ssh-ed25519"))
    shell: bool = False  # the login lands in a shell, as that of root
    member: str = ""  # the banner of a virtual chassis: {master:0}
    refuses: str = ""  # a configuration line that is answered with a complaint
    cuts: int = 0  # lines that the configuration is shown without
    locks_out_after: int = 1_000_000  # logins: later ones are refused
    minute_s: float = 60.0  # length of a minute of the timer
    router: str = ""  # nothing comes back to the operator while the switch has another gateway
    operator: str = "10.80.0.10"  # whom the filter on lo0 lets in or not
    others: str = ""  # another engineer: "locked" by him, or "modified"
    typed: list[str] = field(default_factory=list)  # configuration lines
    said: list[str] = field(default_factory=list)  # lines of exec mode
    commits: list[str] = field(default_factory=lambda: ["2025-07-31 06:00:00 UTC by root via other"])  # newest first
    auths: int = 0
    restored: int = 0  # by the timer
    holder: _Session | None = None
    _timer: asyncio.TimerHandle | None = None

    @property
    def host_key(self) -> str:
        return " ".join(self.key.export_public_key("openssh").decode().split()[:2])

    def exec(self, line: str) -> str:
        command, *pipes = line.split(" | ")
        if command == "show configuration" and pipes[:1] == ["display set"]:
            shown = self.sim.running().splitlines()
            return self.piped(shown[: len(shown) - self.cuts] if len(pipes) == 1 else shown, pipes[1:])
        if command == "show system commit":
            return self.piped([f"{number:<3} {one}" for number, one in enumerate(self.commits)], pipes)
        if command.startswith("set cli "):
            return ""
        return "                ^\nunknown command."

    @staticmethod
    def piped(lines: list[str], pipes: list[str]) -> str:
        for pipe in pipes:
            if found := re.fullmatch(r'match "(.*)"', pipe):
                lines = [line for line in lines if re.search(found[1], line)]
            elif pipe == "count":
                lines = [f"Count: {len(lines)} lines"]
            else:
                return "syntax error."
        return "\n".join(lines)

    def commit(self, minutes: int | None) -> str:
        if complaint := self.sim.commit():
            return complaint
        self.disarm()
        told = f"2025-07-31 06:{30 + len(self.commits) % 30}:00 UTC by admin via cli"
        if minutes is None:
            self.commits.insert(0, told)
            return "commit complete"
        self.commits.insert(0, f"{told} commit confirmed, rollback in {minutes}mins")
        self._timer = asyncio.get_running_loop().call_later(minutes * self.minute_s, self.fire)
        warning = f"commit confirmed will be automatically rolled back in {minutes} minutes unless confirmed"
        return f"{warning}\ncommit complete\n"

    def disarm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = None

    def fire(self) -> None:
        self._timer = None
        self.sim.type("rollback 1")
        assert not self.sim.commit()
        self.commits.insert(0, "2025-07-31 06:59:00 UTC by root via other")
        self.restored += 1

    def reaches(self, address: str) -> bool:
        """Whether packets between the operator and this address of the switch arrive, both ways."""
        truth = self.sim.truth
        up = {svi.address.partition("/")[0] for svi in truth.interfaces.values() if not svi.shutdown}
        heard = address in up and (not self.router or truth.gateway == self.router)
        return heard and any(IPv4Address(self.operator) in IPv4Network(one) for one in truth.access_from)


class _Session(asyncssh.SSHServerSession[str]):
    def __init__(self, front: Front, address: str, user: str) -> None:
        self.front = front
        self.address = address
        self.user = user
        self.mode = "shell" if front.shell else "exec"
        self.text = ""
        self.dead = False

    def connection_made(self, chan: asyncssh.SSHServerChannel[str]) -> None:
        self.chan = chan

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.cut_off():  # the switch does not hear a client go whose packets are lost
            self.free()

    def pty_requested(self, *args: object) -> bool:
        return True

    def shell_requested(self) -> bool:
        return True

    def session_started(self) -> None:
        self.chan.write(f"--- JUNOS 21.4R3-S5.4 Kernel 64-bit client\r\n{self.prompt()}")

    def prompt(self) -> str:
        who = f"{self.user}@{self.front.sim.truth.hostname}"
        banner = self.front.member
        if self.mode == "shell":
            return f"{who}:RE:0% "
        if self.mode == "config":
            waits = "# commit confirmed will be rolled back in 4 minutes\r\n" if self.front._timer else ""
            return f"\r\n{waits}{banner}[edit]\r\n{who}# "
        return f"\r\n{banner}\r\n{who}> " if banner else f"\r\n{who}> "

    def free(self) -> None:
        """The lock goes, and with it what was not committed."""
        if self.front.holder is self:
            self.front.sim.type("rollback 0")
            self.front.holder = None
        self.mode = "exec"

    def cut_off(self) -> bool:
        """Whether this session is dead: nobody brings back one whose packets were lost."""
        self.dead = self.dead or not self.front.reaches(self.address)
        return self.dead

    def data_received(self, data: str, datatype: asyncssh.DataType) -> None:
        self.text += data
        while not self.cut_off() and (found := re.search(r"\r\n|\r|\n", self.text)):
            line, self.text = self.text[: found.start()], self.text[found.end() :]
            self.chan.write(f"{line}\r\n")
            answer = self.answer(line.strip())
            if self.cut_off():
                return
            if answer:
                self.chan.write(answer.replace("\n", "\r\n").rstrip("\r\n") + "\r\n")
            if self.mode == "question":
                continue  # the question is all that stands in the last line
            self.chan.write(self.prompt())

    def answer(self, text: str) -> str:
        if self.mode == "shell":
            self.mode = "exec" if text == "cli" else "shell"
            return "" if self.mode == "exec" else f"{text}: Command not found."
        if self.mode == "question":
            self.free()
            return "warning: discarding uncommitted changes\nload complete\nExiting configuration mode"
        if self.mode == "config":
            return self.configure(text)
        self.front.said.append(text)
        if text == "configure exclusive":
            return self.lock()
        return self.front.exec(text) if text else ""

    def lock(self) -> str:
        if self.front.others == "modified":
            return "error: configuration database modified"
        if self.front.others == "locked" or self.front.holder is not None:
            return f"error: configuration database locked by:\n{HOLDER}"
        self.front.holder, self.mode = self, "config"
        return "warning: uncommitted changes will be discarded on exit\nEntering configuration mode"

    def configure(self, text: str) -> str:
        front = self.front
        if text == "exit configuration-mode":
            if front.sim.changed():
                self.mode = "question"
                self.chan.write("The configuration has been changed but not committed\r\n")
                self.chan.write("warning: Auto rollback on exiting 'configure exclusive'\r\n")
                self.chan.write("Discard uncommitted changes? [yes,no] (yes) ")
                return ""
            self.free()
            return "Exiting configuration mode"
        if found := re.fullmatch(r"commit(?: confirmed (\d+))?( and-quit)?", text):
            said = front.commit(int(found[1]) if found[1] else None)
            if "commit complete" in said and found[2]:
                self.free()
                said += "\nExiting configuration mode"
            return said
        if not text.startswith("rollback"):
            front.typed.append(text)
        if front.refuses and front.refuses in text:
            return "                         ^\nsyntax error."
        return front.sim.type(text)


class _Server(asyncssh.SSHServer):
    def __init__(self, front: Front) -> None:
        self.front = front

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        # The lab's loopback stands for the network: 127.77.4.50 is 10.77.4.50.
        self.address = re.sub(r"^127\.", "10.", conn.get_extra_info("sockname")[0])
        if not self.front.reaches(self.address):
            conn.abort()

    def begin_auth(self, username: str) -> bool:
        self.front.auths += 1
        self.user = username
        return True

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return self.front.auths <= self.front.locks_out_after and self.front.passwords.get(username) == password

    def session_requested(self) -> _Session:
        return _Session(self.front, self.address, self.user)


@asynccontextmanager
async def serve(front: Front, *addresses: str, port: int = 20022) -> AsyncIterator[Front]:
    servers = [
        await asyncssh.listen(
            address, port, server_factory=lambda: _Server(front), server_host_keys=[front.key], line_editor=False
        )
        for address in addresses
    ]
    try:
        yield front
    finally:
        front.disarm()
        for server in servers:
            server.close()
        for server in servers:
            await asyncio.wait_for(server.wait_closed(), 5)
