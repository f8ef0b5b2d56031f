"""Reads the running configuration of many switches with Ansible's ``ios_command``. Runs in the peer's environment.

Standard input and what it prints: as in ``read_nornir.py``.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

PLAY = [
    {
        "hosts": "all",
        "gather_facts": False,
        "tasks": [
            {
                "name": "read",
                "cisco.ios.ios_command": {"commands": ["show running-config"]},
                "register": "answer",
                "failed_when": "'hostname' not in answer.stdout[0]",
            }
        ],
    }
]
RECAP = re.compile(r"(?m)^\S+\s+: ok=1 ")

asked = json.load(sys.stdin)
inventory = {
    "all": {
        "vars": {
            "ansible_connection": "ansible.netcommon.network_cli",
            "ansible_network_os": "cisco.ios.ios",
            "ansible_network_cli_ssh_type": "libssh",
            "ansible_user": asked["user"],
            "ansible_password": asked["password"],
            "ansible_python_interpreter": sys.executable,
        },
        "hosts": {name: {"ansible_host": host, "ansible_port": port} for name, (host, port) in asked["hosts"].items()},
    }
}
with tempfile.TemporaryDirectory() as folder:  # only its owner reads it
    home = Path(folder)
    for name, content in (("inventory.json", inventory), ("play.json", PLAY)):  # JSON is YAML
        (home / name).write_text(json.dumps(content), encoding="utf-8")
    environment = {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "LC_ALL": "C.UTF-8",
        "HOME": folder,
        "ANSIBLE_HOME": folder,
        "ANSIBLE_NOCOLOR": "1",
        "ANSIBLE_HOST_KEY_CHECKING": "False",  # of the lab, which makes its keys anew at each start
        "ANSIBLE_DEPRECATION_WARNINGS": "False",
    }
    program = ["ansible-playbook", "--forks", str(asked["at_once"]), "--inventory", "inventory.json", "play.json"]
    done = subprocess.run(program, cwd=home, env=environment, capture_output=True, text=True, check=False)
read = len(RECAP.findall(done.stdout))
if not read:
    sys.exit(f"{done.stdout[-1500:]}\n{done.stderr[-1500:]}")
print(json.dumps({"read": read, "failed": len(asked["hosts"]) - read}))
