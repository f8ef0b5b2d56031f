"""Where a lab is played: on loopback, or in a network of its own with real hosts beside the simulated devices."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from iccc.lab.device import At, as_it_is


def _nobody(name: str, on: bool) -> None:  # noqa: ARG001
    raise KeyError(f"no device {name} in the lab")


@dataclass(frozen=True)
class Place:
    """``host_keys`` are of the real hosts, by name; ``ssh_key`` is the private key that opens them."""

    at: At = as_it_is
    host_keys: Mapping[str, str] = field(default_factory=dict)
    ssh_key: str = field(default="", repr=False)
    power: Callable[[str, bool], None] = _nobody  # pulls the plug of a host, or puts it in again
    pid: int = 0  # of a process in the network; 0: this machine's


LOOPBACK = Place()
