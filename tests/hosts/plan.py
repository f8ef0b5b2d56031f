"""What the front end in the switch's namespace is started with."""

from __future__ import annotations

import pickle
from dataclasses import dataclass
from pathlib import Path

from iccc.lab.ios.config import Config
from tests.hosts.site import Site

SWITCH_BRIDGE = "sw"


@dataclass(frozen=True)
class Plan:
    """A pickle in the lab's folder, which only root reads."""

    site: Site
    factory: Config
    minute_s: float  # length of a minute of the revert timer

    def write(self, folder: Path) -> None:
        path = folder / "plan"
        path.touch(mode=0o600)
        path.write_bytes(pickle.dumps(self))

    @classmethod
    def read(cls, folder: Path) -> Plan:
        plan = pickle.loads((folder / "plan").read_bytes())
        assert isinstance(plan, cls)
        return plan
