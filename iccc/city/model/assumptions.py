"""``catalogue/assumptions.yaml``: what sizing assumes, each figure with its source; a city may say otherwise."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from iccc.city.model.common import Text
from iccc.explain import one_of
from iccc.yamlfile import Strict


class Sizing(Strict):
    """The figures of one case, by name. What each is, and where it comes from, says the file."""

    rate_share: float
    sub_pulled: float
    sub_recorded: float
    duty: float
    protocol_overhead: float
    max_utilisation: float
    ring_mbps: float
    ring_node_limit: float
    recorder_peak: float
    recorder_reserve: float
    recorder_failover: float
    fs_overhead: float
    growth: float
    drive_tb: float
    raid_data: float
    raid_parity: float
    drives_per_spare: float
    poe_draw: float
    spare_ports: float
    spare_port_w: float
    psu_efficiency: float
    aux_w: float
    ups_pf: float
    ups_load_max: float
    ups_efficiency: float
    ups_hours: float
    battery_efficiency: float
    battery_ageing: float
    battery_design: float
    cell_end_v: float
    cell_v: float
    block_v: float
    month_h: float
    copper_reach_m: float
    attenuation_db_per_km: float
    connector_db: float
    splice_db: float
    splice_every_m: float
    optical_margin_db: float
    fibre_slack: float
    joint_loop_m: float
    rack_u: float
    rack_fill: float
    pue: float
    cameras_per_vms_server: float
    cameras_per_seat: float
    wall_share: float
    wall_tiles: float
    shifts: float
    relief: float
    cameras_per_technician: float
    seat_w: float
    display_w: float
    centre_reserve: float
    centre_ups_hours: float
    generator_pf: float
    generator_load_max: float
    third_party_kbps: float
    third_party_live: float
    third_party_recorded: float
    third_party_days: float


NAMES = tuple(Sizing.model_fields)


def _known(name: str) -> str:
    if name not in NAMES:
        raise ValueError(one_of(name, NAMES))
    return name


Name = Annotated[str, Field(json_schema_extra={"enum": list(NAMES)}), AfterValidator(_known)]


class Assumption(Strict):
    """One figure. ``expected`` is that of the expected case, ``least`` and ``most`` bound what a city may say."""

    value: float
    expected: float | None = None
    unit: Annotated[str, Field(min_length=1, max_length=16)]
    least: float = 0.0
    most: float
    about: Text
    kind: Literal["standard", "tender", "press", "expert"]
    source: Text

    @model_validator(mode="after")
    def _within(self) -> Assumption:
        for name in ("value", "expected"):
            if (figure := getattr(self, name)) is not None and (wrong := self.objection(figure)):
                raise ValueError(f"{name} {wrong}")
        return self

    def objection(self, figure: float) -> str | None:
        """Why a figure cannot stand for this; None when it can."""
        if self.least <= figure <= self.most:
            return None
        return f"{figure:g} is not between {self.least:g} and {self.most:g} {self.unit}"


class AssumptionsFile(Strict):
    schema_: Literal["assumptions/v1"] = Field(alias="schema")
    assumptions: dict[Name, Assumption]

    @model_validator(mode="after")
    def _whole(self) -> AssumptionsFile:
        if missing := [name for name in NAMES if name not in self.assumptions]:
            raise ValueError(f"{', '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing")
        return self
