"""Reads the running configuration of many switches with Nornir and netmiko. Runs in the peer's environment.

Standard input: ``{"hosts": {name: [address, port]}, "user", "password", "at_once"}``; prints ``{"read", "failed"}``.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from nornir import InitNornir
from nornir.core.inventory import Defaults, Groups, Host, Hosts, Inventory
from nornir.core.plugins.inventory import InventoryPluginRegister
from nornir_netmiko.tasks import netmiko_send_command

ASKED = json.load(sys.stdin)


class Sheet:
    """The hosts that were given."""

    def __init__(self, **_options: Any) -> None:
        pass

    def load(self) -> Inventory:
        hosts = {
            name: Host(name, hostname, port, ASKED["user"], ASKED["password"], platform="cisco_ios")
            for name, (hostname, port) in ASKED["hosts"].items()
        }
        return Inventory(Hosts(hosts), Groups(), Defaults())


InventoryPluginRegister.register("sheet", Sheet)
nornir = InitNornir(
    inventory={"plugin": "sheet"},
    runner={"plugin": "threaded", "options": {"num_workers": ASKED["at_once"]}},
    logging={"enabled": False},
)
answers = nornir.run(task=netmiko_send_command, command_string="show running-config")
read = [host for host, result in answers.items() if not result.failed and "hostname" in result[0].result]
nornir.close_connections()
print(json.dumps({"read": len(read), "failed": len(ASKED["hosts"]) - len(read)}))
