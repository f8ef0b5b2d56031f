"""pyinfra's own SSH to a Debian server, with the enrolled host key and the stored login."""

from __future__ import annotations

import os
import tempfile
from typing import Any

from pyinfra.api import Host, State, StringCommand
from pyinfra.connectors.ssh import SSHConnector
from pyinfra.connectors.util import CommandOutput

from iccc.operation import ServerCommand
from iccc.server.calls import COMMAND, BadReply, reply
from iccc.sessions.host import Way, private_key

COMMAND_S = 900  # an installation of packages takes a minute or two


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
            ran, output = self.run_shell_command(command, print_output, _timeout=COMMAND_S)
            return ran, output, "" if ran else _last(output.stderr_lines)
        ran, output = self.run_shell_command(StringCommand(COMMAND), _stdin=payload, _timeout=COMMAND_S)
        try:
            told = reply(output.stdout, output.stderr)
        except BadReply as error:
            return False, output, str(error)
        return "ok" in told, output, str(told.get("refused", ""))[:400]


def _last(lines: list[str]) -> str:
    said = [line.strip() for line in lines if line.strip()]
    return said[-1][:400] if said else "it failed and said nothing"
