"""What is under test: a platform of the product beside the simulator that judges it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from iccc.switch.platform import Platform
from iccc.switch.platforms import PLATFORMS
from tests.switch.sims.alliedware_plus import AwplusSim
from tests.switch.sims.aruba_aoscx import AoscxSim
from tests.switch.sims.cisco_ios import IosSim
from tests.switch.sims.huawei_vrp import VrpSim
from tests.switch.sims.juniper_junos import JunosSim
from tests.switch.sims.truth import Sim, Truth


@dataclass(frozen=True)
class Subject:
    """``dynamic``: ports may negotiate. ``strict``: VLANs that a port names have to exist.

    ``modes``: spanning-tree modes to choose from; () where iccc does not set them.
    """

    platform: Platform
    sim: Callable[[Truth], Sim]
    port: str  # with {n}
    dynamic: bool = False
    strict: bool = True
    no_trunk_is_empty: bool = True  # a trunk without VLANs cannot be said
    modes: tuple[str, ...] = ()
    shows: Callable[[Sim], Sequence[str]] = lambda sim: [sim.running()]

    @property
    def ports(self) -> list[str]:
        return [self.port.format(n=n) for n in range(1, 7)]

    @property
    def uplinks(self) -> frozenset[str]:
        return frozenset(self.ports[4:])


class AoscxByCity(AoscxSim):
    """Calls the login methods as a city does: the platform's word is ``tacacs``."""

    def _logins(self) -> str:
        said = super()._logins()
        self.truth.logins = tuple("tacacs+" if method == "tacacs" else method for method in self.truth.logins)
        return said


def _ios_shows(sim: Sim) -> list[str]:
    assert isinstance(sim, IosSim)
    return [sim.running(), sim.users_table()]


SUBJECTS = {
    subject.platform.name: subject
    for subject in (
        Subject(
            PLATFORMS["cisco_ios"],
            IosSim,
            "GigabitEthernet1/{n}",
            dynamic=True,
            strict=False,
            no_trunk_is_empty=False,
            modes=("rapid-pvst", "mst", "pvst"),
            shows=_ios_shows,
        ),
        Subject(
            PLATFORMS["alliedware_plus"],
            AwplusSim,
            "port1.0.{n}",
            modes=("rstp", "stp", "mstp"),
        ),
        Subject(
            PLATFORMS["aruba_aoscx"],
            AoscxByCity,
            "1/1/{n}",
            modes=("mstp", "rpvst"),
        ),
        Subject(
            PLATFORMS["huawei_vrp"],
            VrpSim,
            "GigabitEthernet0/0/{n}",
            modes=("mstp", "rstp", "stp"),
        ),
        Subject(
            PLATFORMS["juniper_junos"],
            JunosSim,
            "ge-0/0/{n}",
            modes=("rstp",),
        ),
    )
}
