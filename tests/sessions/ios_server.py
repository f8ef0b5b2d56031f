"""An SSH front of an :class:`~tests.switch.sims.cisco_ios.IosSim`, with the manners and faults of real switches.

Its revert timer says and does what docs/platforms/cisco_ios.md has of it.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network

import asyncssh

from tests.switch.sims.cisco_ios import IosSim

MOTD = "#####\r\n# Municipal network #\r\n#####\r\n"
INVALID = "          ^\n% Invalid input detected at '^' marker.\n"
ENTER = "Enter configuration commands, one per line.  End with CNTL/Z."
NOT_ON = "%Turn config archive on before using Rollback Confirmed Change"
NOTHING_PENDING = "%No Rollback Confirmed Change pending"
ROLLED_BACK = """\
Rollback Confirmed Change: Rolling to:flash:iccc-archive-0

Total number of passes: 1
Rollback Done
"""
TIMER = """\
Time configured(or reconfigured): 06:30:00 UTC Thu Jul 31 2025
Timer type: absolute timer
Timer value: 5 min
User: admin
"""
PENDING = "Rollback Confirmed Change pending, started by admin"
SUB_MODES = {"interface": "-if", "vlan": "-vlan", "line": "-line", "ip access-list": "-std-nacl", "archive": "-archive"}


@dataclass
class Front:
    """What the SSH side does. ``sim`` takes the configuration lines.

    A session whose way is cut gets no answer any more, also when the switch has taken the change back.
    """

    sim: IosSim
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
    knows_revert: bool = True  # False: an old image
    claims_revert: bool = False  # True: says that the timer runs, and it does not
    has_archive: bool = True  # False: no place for one
    minute_s: float = 60.0  # length of a minute of the revert timer
    homes: bool = False  # True: answers only at addresses that its own interfaces have
    router: str = ""  # nothing comes back to the operator while the switch has another gateway; "": he sits beside it
    operator: str = "10.80.0.10"  # whose new sessions the access list of the VTY lines lets in or not
    startup: str | None = None
    archive: list[str] = field(default_factory=list)  # the lines of `archive`
    typed: list[str] = field(default_factory=list)  # configuration lines
    said: list[str] = field(default_factory=list)  # lines of exec mode
    auths: list[str] = field(default_factory=list)
    connections: int = 0
    open: int = 0
    most_open: int = 0  # connections at once
    session: Callable[[Front, str], Session] = field(default_factory=lambda: Session)
    rolled_back: int = 0
    _before: tuple[IosSim, list[str]] | None = None
    _timer: asyncio.TimerHandle | None = None

    @property
    def host_key(self) -> str:
        return " ".join(self.key.export_public_key("openssh").decode().split()[:2])

    def running(self) -> str:
        """The sim knows no archive: its lines stand where IOS prints them."""
        text = self.sim.running().rstrip("\n")
        return text.replace("vtp mode", "\n".join([*self.archive, "!", "vtp mode"]), 1) if self.archive else text

    def exec(self, line: str) -> str:
        if line == "show running-config":
            return self.running()
        if line == "show startup-config":
            return "startup-config is not present" if self.startup is None else self._stored()
        if line == "show snmp user":
            return self.sim.users_table()
        if line == "show archive config rollback timer":
            return NOTHING_PENDING if self._before is None else TIMER
        if line == "configure confirm":
            return NOTHING_PENDING if self._before is None else self.disarm()
        if line == "configure revert now":
            return NOTHING_PENDING if self._before is None else self.roll_back()
        if line.startswith("terminal "):
            return ""
        return INVALID

    def save(self) -> str:
        if self.saves:
            self.startup = self.running()
        return "Building configuration...\n[OK]"

    def arm(self, minutes: int) -> str:
        """Start the timer; a complaint if that cannot be."""
        if not self.knows_revert:
            return INVALID
        if not any(line.startswith(" path ") for line in self.archive):
            return NOT_ON
        if self._before is not None:
            return "%Rollback Confirmed Change already pending, started by admin: confirm or revert it first"
        said = f"Rollback Confirmed Change: Backing up current running config to flash:iccc-archive-0\n\n{ENTER}"
        if self.claims_revert:
            return said
        self._before = deepcopy(self.sim), list(self.archive)
        self._timer = asyncio.get_running_loop().call_later(minutes * self.minute_s, self.roll_back)
        return said

    @property
    def armed(self) -> bool:
        return self._before is not None

    def disarm(self) -> str:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._before = None
        return ""

    def roll_back(self) -> str:
        """Everything is again as it was when the timer was armed."""
        assert self._before is not None
        self.sim, self.archive = self._before
        self.sim._inside, self.sim.access.inside = None, None  # they point into the configuration that is gone
        self.rolled_back += 1
        self.disarm()
        return ROLLED_BACK

    def reaches(self, address: str) -> bool:
        """Whether packets between the operator and this address of the switch arrive, both ways."""
        truth = self.sim.truth
        if self.router and truth.gateway != self.router:
            return False
        up = {svi.address.partition("/")[0] for svi in truth.interfaces.values() if not svi.shutdown}
        return not self.homes or address in up

    def admits(self) -> bool:
        """Whether the VTY lines let the operator in."""
        return any(IPv4Address(self.operator) in IPv4Network(one) for one in self.sim.truth.access_from)

    def _stored(self) -> str:
        body = (self.startup or "").split("\n", 3)[3]
        return f"Using {len(body)} out of 524288 bytes\n{body}"


class Session(asyncssh.SSHServerSession[str]):
    def __init__(self, front: Front, address: str) -> None:
        self.front = front
        self.address = address
        self.mode = "exec" if front.enable_password is None else "user"
        self.text = ""
        self.sub = ""
        self.dead = False

    def connection_made(self, chan: asyncssh.SSHServerChannel[str]) -> None:
        self.chan = chan

    def pty_requested(self, *args: object) -> bool:
        return True

    def shell_requested(self) -> bool:
        return True

    def session_started(self) -> None:
        self.chan.write("\r\n" + MOTD + self.prompt())

    def prompt(self) -> str:
        name = self.front.sim.truth.hostname
        if self.mode == "config":
            return f"{name}(config{self.sub})#"[-62:]
        return f"{name}{'#' if self.mode == 'exec' else '>'}"

    def data_received(self, data: str, datatype: asyncssh.DataType) -> None:
        self.text += data
        while not self.cut_off() and (found := re.search(r"\r\n|\r|\n", self.text)):
            line, self.text = self.text[: found.start()], self.text[found.end() :]
            quiet = self.mode in ("password", "confirm", "asked")
            self.chan.write("\r\n" if quiet else f"{line}\r\n")
            if self.front.hangs_at and self.front.hangs_at in line:
                return
            if self.front.babbles_at and self.front.babbles_at in line:
                self.babble()
                return
            if self.front.drops_at and self.front.drops_at in line:
                self.chan.get_extra_info("connection").abort()
                return
            answer = self.answer(line)
            if self.cut_off():
                return
            if answer:
                end = "" if self.mode == "asked" else "\r\n"
                self.chan.write(answer.replace("\n", "\r\n").rstrip("\r\n") + end)
            if self.mode not in ("password", "confirm", "asked"):
                self.chan.write(self.prompt())

    def cut_off(self) -> bool:
        """Whether this session is dead: nobody brings back one whose packets were lost."""
        self.dead = self.dead or not self.front.reaches(self.address)
        return self.dead

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
        if self.mode in ("config", "asked"):
            return self.configure(line)
        if not text:
            return ""
        front.said.append(text)
        if text == "enable":
            self.mode = "password"
            self.chan.write("Password: ")
        elif text == "configure terminal":
            self.mode, self.sub = "config", ""
            return f"Warning: {PENDING}\n\n{ENTER}" if front.armed else ENTER
        elif found := re.fullmatch(r"configure terminal revert timer (\d+)", text):
            said = front.arm(int(found[1]))
            self.mode, self.sub = ("config", "") if said.endswith(ENTER) else (self.mode, "")
            return said
        elif text == "write memory" and front.asks_before_saving:
            self.mode = "confirm"
            self.chan.write("Overwrite the previous NVRAM configuration?[confirm]")
        elif text == "write memory":
            return front.save()
        else:
            return front.exec(text)
        return ""

    def configure(self, line: str) -> str:
        text, front = line.strip(), self.front
        if self.mode == "config" and text == "end":
            self.mode = "exec"
            return ""
        if text.startswith("do "):
            return front.exec(text.removeprefix("do "))
        front.typed.append(text)
        if self.mode == "asked":
            self.mode = "config"
            return front.sim.type(line)
        if (front.refuses and front.refuses in text) or (
            self.sub == "-archive" and line.startswith(" ") and not front.has_archive
        ):
            return "Command rejected: Bad VLAN list"
        if text.startswith("configure "):
            return INVALID
        if self.sub == "-archive" and line.startswith(" "):
            front.archive = ["archive", f" {text}"]
            return ""
        if not line.startswith(" "):
            self.sub = next((sub for word, sub in SUB_MODES.items() if text.startswith(word)), "")
        if not text:
            return ""
        answer = front.sim.type(line)
        self.mode = "asked" if answer.endswith("[confirm]") else "config"
        return answer


class _Server(asyncssh.SSHServer):
    def __init__(self, front: Front) -> None:
        self.front = front
        front.connections += 1

    def connection_lost(self, exc: Exception | None) -> None:
        self.front.open -= 1

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self.front.open += 1
        self.front.most_open = max(self.front.most_open, self.front.open)
        # The lab's loopback stands for the network: 127.77.4.50 is 10.77.4.50.
        self.address = re.sub(r"^127\.", "10.", conn.get_extra_info("sockname")[0])
        if not (self.front.reaches(self.address) and self.front.admits()):
            conn.abort()

    def begin_auth(self, username: str) -> bool:
        self.front.auths.append(username)
        return True

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return len(self.front.auths) <= self.front.locks_out_after and self.front.passwords.get(username) == password

    def session_requested(self) -> Session:
        return self.front.session(self.front, self.address)


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
