"""In a process of its own, patched as pyinfra's is: one command over :class:`ServerShell`, told as JSON.

The arguments are the port's address, the host key and the command; the key to log in with is on standard input.
"""

from __future__ import annotations

import pyinfra_cli  # noqa: F401  it patches with gevent, and comes first

import json  # isort: skip
import resource  # isort: skip
import sys  # isort: skip

from pyinfra.api import Config, Inventory, State, StringCommand  # isort: skip

from iccc.engine import server_shell  # isort: skip
from iccc.engine.server_shell import ServerShell  # isort: skip
from iccc.sessions.host import Way  # isort: skip
from tests.sessions.shell_server import PORT  # isort: skip

address, host_key, command, within_s = sys.argv[1:]
server_shell.COMMAND_S = float(within_s)  # type: ignore[assignment]
state = State(Inventory((["rec"], {})), Config(CONNECT_TIMEOUT=5))
shell = ServerShell(state, state.inventory.get_host("rec"), Way(address, PORT, "iccc", host_key, sys.stdin.read()))
shell.connect()
told: dict[str, object] = {}
try:
    ran, output, why = shell.run(StringCommand(command), "", print_output=False)
    told = {"ran": ran, "out": output.stdout, "err": output.stderr, "why": why}
except Exception as error:  # noqa: BLE001  as the connector does
    told = {"error": f"{type(error).__name__}: {error}"}
told["mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1000
print(json.dumps(told))
