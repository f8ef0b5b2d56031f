"""Cities of sizing's tests: the shipped ones, and what is changed of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path

from iccc.city.devices import Camera, City, Device
from iccc.city.figures import Figures, sizing_of
from iccc.city.load import load_city, shared_file
from iccc.city.model.rates import RateHeadsFile
from iccc.sizing.city import Line, size
from iccc.sizing.result import Value

ROOT = Path(__file__).parents[2]
CARD_HEADS = shared_file(ROOT, "catalogue/rate-heads.yaml", RateHeadsFile)


@cache
def shipped(key: str) -> City:
    return load_city(ROOT, key)


def with_cameras(city: City, change: Callable[[Camera], Camera]) -> City:
    return replace(city, cameras={name: change(camera) for name, camera in city.cameras.items()})


def at_kbps(camera: Camera, kbps: float) -> Camera:
    """The camera with every stream at this bit rate times its own share of the main stream's."""
    main = camera.streams["main"].bitrate_kbps
    streams = {
        role: replace(stream, bitrate_kbps=round(stream.bitrate_kbps * kbps / main))
        for role, stream in camera.streams.items()
    }
    return replace(camera, streams=streams)


def assuming(city: City, **values: float) -> City:
    """The city with these figures in both cases."""

    def changed(figures: Figures) -> Figures:
        return {**figures, **{name: replace(figures[name], value=value) for name, value in values.items()}}

    design, expected = changed(city.figures), changed(city.expected_figures)
    return replace(city, figures=design, expected_figures=expected, sizing=sizing_of(design))


def lines_of(city: City, devices: Iterable[Device] | None = None) -> dict[tuple[str, str], Line]:
    found = size(city, city.inventory() if devices is None else devices)
    return {(line.name, line.scope): line for line in found}


def values_of(city: City, devices: Iterable[Device] | None = None) -> dict[tuple[str, str], Value | None]:
    """The design maximum of each line."""
    return {key: line.design.value for key, line in lines_of(city, devices).items()}
