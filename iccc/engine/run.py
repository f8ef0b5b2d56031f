"""One wave of a deploy: pyinfra as a library, on the same inventory and deploy files as its command line.

Started by ``iccc deploy`` as ``python -m iccc.engine.run CITY deploys/cameras.py``; what came of it is in the journal.
"""

from __future__ import annotations

import pyinfra_cli  # noqa: F401  patches with gevent: must be the first import of this process  # isort: skip

import logging
import os
import sys
from pathlib import Path

import gevent
import gevent.os
import pyinfra
from pyinfra.api import Config, Host, State
from pyinfra.api.connect import connect_all, disconnect_all
from pyinfra.api.exceptions import PyinfraError
from pyinfra.api.operations import run_host_op
from pyinfra.api.state import StateStage
from pyinfra.context import ctx_config, ctx_host, ctx_inventory, ctx_state
from pyinfra_cli.inventory import make_inventory
from pyinfra_cli.util import load_deploy_file

from iccc.engine.run_file import current
from iccc.settings import load_settings


def run(city: str, deploy_file: str) -> None:
    """Prepare and execute the deploy file for the hosts of the run file."""
    settings = load_settings()
    logging.getLogger("pyinfra").setLevel(logging.CRITICAL)
    pyinfra.is_cli = True
    state = State(check_for_changes=True)
    state.cwd = str(settings.root)
    ctx_state.set(state)
    config = Config(**{key.upper(): int(value) for key, value in settings.pyinfra.items()})
    ctx_config.set(config)
    config.lock_current_state()
    inventory = make_inventory(f"inventory/{city}.py", cwd=state.cwd)
    ctx_inventory.set(inventory)
    state.init(inventory, config)
    try:
        state.set_stage(StateStage.Connect)
        connect_all(state)
        state.set_stage(StateStage.Prepare)
        load_deploy_file(state, str(Path(settings.root) / deploy_file))
        state.set_stage(StateStage.Execute)
        _execute(state)
    except PyinfraError as error:
        # Nobody answered, or too few did: each device has its row in the journal already.
        logging.getLogger(__name__).info("%s", error)
    finally:
        disconnect_all(state)


def _end_with_parent() -> None:
    """End when the command that started this process ends, however it ends: its pipe closes."""
    gevent.os.tp_read(0, 1)
    os._exit(1)


def _execute(state: State) -> None:
    """Each host walks its own operations: a slow device holds up nobody else."""
    state.is_executing = True
    order = state.get_op_order()

    def one(host: Host) -> None:
        try:
            with ctx_host.use(host):
                for operation in order:
                    if operation in state.ops[host] and not run_host_op(state, host, operation):
                        return
        except Exception as error:  # noqa: BLE001  one host's trouble must not end the others
            if told := current():
                told.tell_failure(host.name, "", f"{type(error).__name__}: {error}")

    with ctx_state.use(state):
        gevent.joinall([state.pool.spawn(one, host) for host in state.inventory.get_active_hosts()], raise_error=True)


if __name__ == "__main__":
    gevent.spawn(_end_with_parent)
    run(sys.argv[1], sys.argv[2])
