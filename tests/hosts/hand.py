"""A person with netmiko on the operator's side: ``python -m tests.hosts.hand`` with one JSON object as argument.

``{"login": ConnectHandler's arguments, "steps": [["show", COMMAND], ["config", LINE…], ["arm", COMMAND], …]}``.
Prints :class:`Did` as JSON.
"""

from __future__ import annotations

import json
import sys
import time
from dataclasses import asdict, dataclass
from typing import Any

from netmiko import ConnectHandler

REFUSED = r"% ?(?:Invalid|Incomplete|Ambiguous|Command rejected|Default VLAN)"


@dataclass(frozen=True)
class Did:
    """What came of it. ``error`` is empty, or the name of the exception that ended it."""

    printed: tuple[str, ...]  # of each step that was done
    error: str
    seconds: float

    @property
    def done(self) -> bool:
        return not self.error

    @classmethod
    def from_json(cls, text: str) -> Did:
        found = json.loads(text)
        return cls(**{**found, "printed": tuple(found["printed"])})


def work(login: dict[str, Any], steps: list[list[str]]) -> Did:
    """All steps in one session, until one fails."""
    printed: list[str] = []
    began, error = time.monotonic(), ""
    try:
        connection = ConnectHandler(**login)
        for kind, *words in steps:
            if kind == "show":
                printed.append(str(connection.send_command(words[0], expect_string=r"#")))
            elif kind == "arm":  # the answer of the command that arms the revert timer is the configuration prompt
                printed.append(str(connection.config_mode(config_command=words[0])))
            else:
                printed.append(str(connection.send_config_set(words, error_pattern=REFUSED)))
        connection.disconnect()
    except Exception as raised:  # noqa: BLE001  the test judges by its name
        error = type(raised).__name__
    return Did(tuple(printed), error, round(time.monotonic() - began, 2))


if __name__ == "__main__":
    job = json.loads(sys.argv[1])
    print(json.dumps(asdict(work(job["login"], job["steps"]))))
