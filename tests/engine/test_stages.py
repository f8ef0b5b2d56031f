"""The waves of a deploy, stage by stage: which switches are in which, and who is left out of a later stage."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from iccc import deploy as deploys
from iccc.city.devices import City
from iccc.deploy import Row, deploy
from iccc.observed import Status
from iccc.settings import Limits, Settings
from iccc.switch.parking import IN_USE
from tests.switch.rig import declared
from tests.unit.states import bilaspur

UPSTREAM = {"leaf": ("acc",), "acc": ("agg",), "core": (), "agg": ("core",)}  # not in the order of the declaration
WIDEN, NARROW = "deploys/switches-widen.py", "deploys/switches-narrow.py"


def city() -> City:
    switches = {name: declared(1, name=name, upstream=nearer) for name, nearer in UPSTREAM.items()}
    return replace(bilaspur(), switches=switches, cameras={}, recorders={})


def waves(monkeypatch: pytest.MonkeyPatch, wave: int, told: Mapping[tuple[str, str], Row]) -> list[tuple[str, ...]]:
    """The waves of a deploy to all switches in which each tells ``told``, by deploy file and name, and else nothing."""
    run: list[tuple[str, ...]] = []

    def played(_city: Any, _settings: Any, run_file: Any, deploy_file: str, _standing: Any) -> Iterator[Row]:
        run.append((deploy_file, *run_file.devices))
        yield from (told[deploy_file, name] for name in run_file.devices if (deploy_file, name) in told)

    monkeypatch.setattr(deploys, "_wave", played)
    settings = Settings(Path(), limits=Limits(wave=wave))
    deploy(city(), settings, "a-run", dict.fromkeys(UPSTREAM, ""), lambda _row: None)
    return run


def test_switches_are_widened_from_the_core_and_narrowed_from_the_leaves_across_waves(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert waves(monkeypatch, 2, {}) == [
        (WIDEN, "core", "agg"),
        (WIDEN, "acc", "leaf"),
        (NARROW, "leaf", "acc"),
        (NARROW, "agg", "core"),
    ]


def test_a_switch_that_was_refused_is_not_narrowed_but_one_that_left_a_port_alone_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told = {
        (WIDEN, "agg"): Row("agg", "widen", Status.REFUSED, "the failure budget is used up"),
        (WIDEN, "leaf"): Row("leaf", "ports[p5].shutdown", Status.REFUSED, IN_USE),
    }
    assert waves(monkeypatch, 9, told)[1] == (NARROW, "leaf", "acc", "core")


def test_recorders_get_their_channels_after_the_cameras_and_were_held_against_the_plan_before(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole = bilaspur()
    some = replace(
        whole,
        switches={},
        recorders={name: whole.recorders[name] for name in ("bsp-rec01", "bsp-rec02")},
        cameras={"bsp-j01-c01": whole.cameras["bsp-j01-c01"]},
    )
    run: list[tuple[str, dict[str, str]]] = []

    def played(_city: Any, _settings: Any, run_file: Any, deploy_file: str, _standing: Any) -> Iterator[Row]:
        run.append((deploy_file, dict(run_file.state_hashes)))
        if deploy_file == "deploys/recorders.py":
            yield Row("bsp-rec01", "time.mode", Status.APPLIED, "")

    monkeypatch.setattr(deploys, "_wave", played)
    hashes = dict.fromkeys([*some.recorders, *some.cameras], "as planned")
    deploy(some, Settings(Path()), "a-run", hashes, lambda _row: None)
    assert [file for file, _ in run] == [
        "deploys/recorders.py", "deploys/cameras.py", "deploys/recorder-channels.py",
    ]  # fmt: skip
    assert run[0][1] == dict.fromkeys(some.recorders, "as planned")
    assert run[-1][1] == {}
