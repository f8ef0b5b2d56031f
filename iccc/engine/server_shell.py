"""pyinfra's own SSH to a Debian server, with the enrolled host key and the stored login."""

from __future__ import annotations

import os
import tempfile
from typing import Any

from pyinfra.api import Host, State, StringCommand
from pyinfra.connectors.ssh import SSHConnector
from pyinfra.connectors.util import CommandOutput, OutputLine, make_unix_command_for_host

from iccc.operation import ServerCommand
from iccc.server.calls import COMMAND, BadReply, reply
from iccc.sessions.command import carry_out
from iccc.sessions.host import Way, private_key

COMMAND_S = 900  # an installation of packages takes a minute or two
MAX_LINES = 20_000  # of an output, the last ones: four million empty ones would be 400 MB


class ServerShell(SSHConnector):
    """:class:`SSHConnector` that goes where the worker says: no file of the user's has a say in it."""

    def __init__(self, state: State, host: Host, way: Way) -> None:
        super().__init__(state, host)
        self._way = way

    def connect(self) -> None:
        """Raises ConnectError; with another host key than the enrolled one no login is tried."""
        place = self._way.host if self._way.port == 22 else f"[{self._way.host}]:{self._way.port}"
        with tempfile.NamedTemporaryFile("w", prefix="iccc-known-", encoding="ascii") as known:
            known.write(f"{place} {self._way.host_key}\n")
            known.flush()
            self._known = known.name
            super().connect()

    def make_paramiko_kwargs(self) -> dict[str, Any]:
        return {
            "hostname": self._way.host,
            "port": self._way.port,
            "username": self._way.user,
            "pkey": private_key(self._way),
            "allow_agent": False,
            "look_for_keys": False,
            "timeout": self.state.config.CONNECT_TIMEOUT,
            "_pyinfra_ssh_config_file": os.devnull,
            "_pyinfra_ssh_known_hosts_file": self._known,
            "_pyinfra_ssh_strict_host_key_checking": "yes",
        }

    def run(self, command: StringCommand, payload: str, print_output: bool) -> tuple[bool, CommandOutput, str]:
        """Whether it went well, what was said, and what went wrong."""
        if not isinstance(command, ServerCommand):
            code, output = self._carried_out(command, "", print_output)
            return code == 0, output, "" if code == 0 else _last(output.stderr_lines)
        _, output = self._carried_out(StringCommand(COMMAND), payload, print_output=False)
        try:
            told = reply(output.stdout, output.stderr)
        except BadReply as error:
            return False, output, str(error)
        return "ok" in told, output, str(told.get("refused", ""))[:400]

    def _carried_out(self, command: StringCommand, stdin: str, print_output: bool) -> tuple[int, CommandOutput]:
        """Not pyinfra's own: that takes in whatever a host prints, and asks whoever sits there for a password."""
        transport = self.client.get_transport() if self.client is not None else None
        if transport is None:
            raise ConnectionError("the connection has ended")
        text = make_unix_command_for_host(self.state, self.host, command).get_raw_value()
        try:
            code, *both = carry_out(transport, text, stdin.encode(), COMMAND_S)
        except BaseException:
            transport.close()  # nothing more of it is taken in
            raise
        lines = [
            OutputLine(name, line)
            for name, said in zip(("stdout", "stderr"), both, strict=True)
            for line in said.decode("utf-8", "replace").splitlines()[-MAX_LINES:]
        ]
        if print_output:
            for line in lines:
                self.host.log(line.line)
        return code, CommandOutput(lines)


def _last(lines: list[str]) -> str:
    said = [line.strip() for line in lines if line.strip()]
    return said[-1][:400] if said else "it failed and said nothing"
