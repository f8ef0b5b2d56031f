"""An SSH front of an :class:`~tests.switch.sims.aruba_aoscx.AoscxSim`, with the manners of AOS-CX.

Prompts, checkpoints and the revert timer as in docs/platforms/aruba_aoscx.md. Blanks before a line mean nothing here:
a line is of the sub-mode if that knows it, else of global mode, which it leads back to.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network

import asyncssh

from tests.switch.sims.aruba_aoscx import AoscxSim, factory
from tests.switch.sims.truth import PortTruth, SviTruth, Truth

CAM1, CAM2, SPARE, UPLINK = "1/1/1", "1/1/2", "1/1/3", "1/1/9"
ROUTER = "10.77.4.254"

REMINDER = 'WARNING Please "checkpoint auto confirm" within 2 minutes'
SUB_MODES = {
    "if": "-if",
    "svi": "-if-vlan",
    "vlan": "-vlan-{key}",
    "acl": "-acl-ip",
    "community": "-community",
    "security": "-if-port-security",
}


def field_switch(number: int) -> Truth:
    """As a technician leaves it: management works, everything else is default."""
    truth = factory([f"1/1/{port}" for port in range(1, 10)])
    truth.vlans[99] = ""
    truth.ports[UPLINK] = PortTruth(mode="trunk", allowed=frozenset({1, 99}))
    truth.interfaces[99] = SviTruth(f"10.77.4.{number}/24")
    truth.gateway = ROUTER
    return truth


@dataclass
class Front:
    """What the SSH side does. ``sim`` takes the configuration lines.

    A session whose way is cut gets no answer any more, also when the switch has taken the change back.
    """

    sim: AoscxSim
    passwords: dict[str, str] = field(default_factory=lambda: {"admin": "bootstrap"})
    key: asyncssh.SSHKey = field(default_factory=lambda: asyncssh.generate_private_key("ssh-ed25519"))
    refuses: str = ""  # a line that is answered with a complaint
    reminds_at: str = ""  # a line in whose answer the reminder of the timer stands
    keeps_checkpoints: bool = True  # False: none is made, as when nothing has changed since the last one
    saves: bool = True  # False: says Success and does not
    locks_out_after: int = 1_000_000  # logins: later ones are refused
    minute_s: float = 60.0  # length of a minute of the revert timer
    router: str = ""  # nothing comes back to the operator while the switch has another gateway
    operator: str = "10.80.0.10"  # whom the list of the control plane lets in or not
    startup: str = ""
    typed: list[str] = field(default_factory=list)  # configuration lines
    said: list[str] = field(default_factory=list)  # lines of exec mode
    auths: int = 0
    restored: int = 0  # by the timer
    checkpoints: dict[str, AoscxSim] = field(default_factory=dict)
    _before: AoscxSim | None = None
    _timer: asyncio.TimerHandle | None = None

    @property
    def host_key(self) -> str:
        return " ".join(self.key.export_public_key("openssh").decode().split()[:2])

    @property
    def armed(self) -> bool:
        return self._before is not None

    def exec(self, line: str) -> str:
        if line == "show running-config":
            return self.sim.running()
        if line == "show startup-config":
            return self.startup.replace("Current", "Startup") or "No startup configuration."
        if line == "no page":
            return ""
        if line == "write memory":
            self.startup = self.sim.running() if self.saves else self.startup
            return "Success"
        if found := re.fullmatch(r"checkpoint auto (\d+)", line):
            return self.arm(int(found[1]))
        if line == "checkpoint auto confirm":
            return self.confirm()
        if found := re.fullmatch(r"(copy running-config checkpoint|checkpoint rollback|erase checkpoint) (\S+)", line):
            return self.checkpoint(found[1], found[2])
        return f"Invalid input: {line.split()[0]}"

    def checkpoint(self, verb: str, name: str) -> str:
        if verb.startswith("copy"):
            if name in self.checkpoints or not self.keeps_checkpoints:
                return f"Checkpoint {name} already exists." if name in self.checkpoints else "Nothing has changed."
            self.checkpoints[name] = deepcopy(self.sim)
            return "Success"
        if name not in self.checkpoints:
            return f"Checkpoint {name} does not exist."
        if verb.startswith("erase"):
            del self.checkpoints[name]
            return ""
        self.restore(self.checkpoints[name])
        return "Success"

    def arm(self, minutes: int) -> str:
        if self.armed or not 1 <= minutes <= 60:
            return "Auto checkpoint mode is on already." if self.armed else f"Invalid input: {minutes}"
        self._before = deepcopy(self.sim)
        self._timer = asyncio.get_running_loop().call_later(minutes * self.minute_s, self.fire)
        return f"Auto checkpoint mode expires in {minutes} minute(s)"

    def confirm(self) -> str:
        if not self.armed:
            return "Auto checkpoint mode is off."
        self.disarm()
        return "checkpoint AUTO20250731063000 created"

    def disarm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._before = None

    def fire(self) -> None:
        assert self._before is not None
        self.restore(self._before)
        self.restored += 1
        self.disarm()

    def restore(self, sim: AoscxSim) -> None:
        self.sim = deepcopy(sim)
        self.sim.type("exit")

    def reaches(self, address: str) -> bool:
        """Whether packets between the operator and this address of the switch arrive, both ways."""
        truth = self.sim.truth
        up = {svi.address.partition("/")[0] for svi in truth.interfaces.values() if not svi.shutdown}
        return address in up and (not self.router or truth.gateway == self.router)

    def admits(self) -> bool:
        """Whether the list of the control plane lets the operator in."""
        return any(IPv4Address(self.operator) in IPv4Network(one) for one in self.sim.truth.access_from)


class _Session(asyncssh.SSHServerSession[str]):
    def __init__(self, front: Front, address: str) -> None:
        self.front = front
        self.address = address
        self.configuring = False
        self.text = ""
        self.dead = False

    def connection_made(self, chan: asyncssh.SSHServerChannel[str]) -> None:
        self.chan = chan

    def pty_requested(self, *args: object) -> bool:
        return True

    def shell_requested(self) -> bool:
        return True

    def session_started(self) -> None:
        self.chan.write(f"Last login: 2025-07-31 06:29:58 from 10.80.0.10\r\n{self.prompt()}")

    @property
    def sub(self) -> tuple[str, str] | None:
        return self.front.sim._mode[-1] if self.front.sim._mode else None

    def prompt(self) -> str:
        mode, key = self.sub or ("", "")
        where = f"(config{SUB_MODES.get(mode, '').format(key=key)})" if self.configuring else ""
        return f"{self.front.sim.truth.hostname}{where}# "

    def data_received(self, data: str, datatype: asyncssh.DataType) -> None:
        self.text += data
        while not self.cut_off() and (found := re.search(r"\r\n|\r|\n", self.text)):
            line, self.text = self.text[: found.start()], self.text[found.end() :]
            self.chan.write(f"{line}\r\n")
            answer = self.answer(line.strip())
            if self.cut_off():
                return
            if self.front.reminds_at and self.front.reminds_at in line:
                answer = f"{REMINDER}\n{answer}"
            if answer:
                self.chan.write(answer.replace("\n", "\r\n").rstrip("\r\n") + "\r\n")
            self.chan.write(self.prompt())

    def cut_off(self) -> bool:
        """Whether this session is dead: nobody brings back one whose packets were lost.

        The list of the control plane looks at every packet, so it also ends sessions that are there.
        """
        self.dead = self.dead or not (self.front.reaches(self.address) and self.front.admits())
        return self.dead

    def answer(self, text: str) -> str:
        front = self.front
        if front.refuses and front.refuses in text:
            return "The resource is not available."
        if self.configuring:
            return self.configure(text)
        front.said.append(text)
        if text == "configure terminal":
            self.configuring = True
            return ""
        return front.exec(text) if text else ""

    def configure(self, text: str) -> str:
        sim = self.front.sim
        if text == "end" or (text == "exit" and self.sub is None):
            self.configuring = False
            sim.type("exit")
            return ""
        self.front.typed.append(text)
        if self.sub is not None:
            known = deepcopy(sim).type(f"    {text}")
            if not known.startswith("Invalid input"):
                return sim.type(f"    {text}")
        return sim.type(text)


class _Server(asyncssh.SSHServer):
    def __init__(self, front: Front) -> None:
        self.front = front

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        # The lab's loopback stands for the network: 127.77.4.50 is 10.77.4.50.
        self.address = re.sub(r"^127\.", "10.", conn.get_extra_info("sockname")[0])
        if not (self.front.reaches(self.address) and self.front.admits()):
            conn.abort()

    def begin_auth(self, username: str) -> bool:
        self.front.auths += 1
        return True

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return self.front.auths <= self.front.locks_out_after and self.front.passwords.get(username) == password

    def session_requested(self) -> _Session:
        return _Session(self.front, self.address)


@asynccontextmanager
async def serve(front: Front, address: str, port: int = 20022) -> AsyncIterator[Front]:
    server = await asyncssh.listen(
        address, port, server_factory=lambda: _Server(front), server_host_keys=[front.key], line_editor=False
    )
    try:
        yield front
    finally:
        front.disarm()
        server.close()
        await asyncio.wait_for(server.wait_closed(), 5)
