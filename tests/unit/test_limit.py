"""``--limit``: names, globs and groups."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iccc.errors import UsageError
from iccc.limit import groups, select
from tests.unit.states import bilaspur

CITY = bilaspur()
DEVICES = list(CITY.devices())
WORDS = sorted({word for device in DEVICES for word in (device.name, *groups(device))})
words = st.sampled_from(WORDS)


def names(*limits: str) -> list[str]:
    return [device.name for device in select(CITY, limits)]


@pytest.mark.parametrize(
    ("limit", "count"),
    [("cameras", 523), ("kind:camera", 523), ("switches", 96), ("recorders", 10), ("core", 14), ("aggregation", 2),
     ("bsp-j01-c01", 1), ("bsp-j01-c*", 23), ("bsp-j01", 27), ("bsp-j01&switches", 4), ("bsp-j01&fixed", 10),
     ("phase:existing", 629), ("owner:project", 629), ("r6&access", 12), ("switch:bsp-j01-sw1", 5),
     ("bsp-j0[12]&ptz", 2), (" bsp-j01 & ptz ", 1), ("*", 629)],
)  # fmt: skip
def test_what_a_limit_names(limit: str, count: int) -> None:
    assert len(names(limit)) == count


def test_without_a_limit_it_is_all_in_the_order_of_a_deploy() -> None:
    assert select(CITY, []) == DEVICES


@settings(max_examples=40)
@given(st.lists(words, min_size=1, max_size=4))
def test_several_limits_are_an_or(limits: list[str]) -> None:
    chosen = set().union(*(names(limit) for limit in limits))
    assert names(*limits) == [device.name for device in DEVICES if device.name in chosen]


@settings(max_examples=40)
@given(words, words)
def test_an_ampersand_is_an_and(one: str, other: str) -> None:
    both = set(names(one)) & set(names(other))
    if both:
        assert set(names(f"{one}&{other}")) == both
    else:
        with pytest.raises(UsageError):
            names(f"{one}&{other}")


@pytest.mark.parametrize("limit", ["", "&", "nobody", "bsp-j99*", "bsp-j01&recorders", "&cameras"])
def test_a_limit_that_matches_nothing_is_an_error(limit: str) -> None:
    with pytest.raises(UsageError, match="matches nothing in bilaspur"):
        names("cameras", limit)


def test_a_misspelt_limit_gets_a_suggestion() -> None:
    with pytest.raises(UsageError, match="--limit 'camera' matches nothing in bilaspur; did you mean 'cameras'?"):
        names("camera")


def test_every_group_of_a_device_finds_it() -> None:
    for device in (CITY.cameras["bsp-j01-c21"], CITY.switches["bsp-agg1"], CITY.recorders["bsp-rec10"]):
        for group in groups(device):
            assert device.name in names(group)
