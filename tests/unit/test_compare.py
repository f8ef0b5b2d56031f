"""Laws of the one comparison."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iccc.camera.state import CameraState
from iccc.compare import ABSENT, Change, Unknown, Unread, Within, compare, managed, plain
from iccc.errors import DeviceError, Reason
from iccc.onvif.state import Time
from tests.unit.states import camera_states, states, unread, words

SECTIONS = [field.name for field in fields(CameraState)]


def leaves(value: Any, path: str = "") -> Iterator[str]:
    """The paths of everything that is declared, in the words of compare."""
    if is_dataclass(value) and not isinstance(value, Within | type):
        for field in fields(value):
            yield from leaves(getattr(value, field.name), f"{path}.{field.name}" if path else field.name)
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, f"{path}[{key}]")
    elif value is not None:
        yield path


@given(states)
def test_nothing_differs_from_itself(state: Any) -> None:
    assert list(compare(state, state)) == []


@given(camera_states, camera_states)
def test_every_difference_is_one_of_a_declared_leaf(wanted: Any, seen: Any) -> None:
    differences = list(compare(wanted, seen))
    paths = [difference.path for difference in differences]
    assert len(paths) == len(set(paths))
    for difference in differences:
        assert isinstance(difference, Change)
        assert difference.seen != difference.wanted
        assert any(leaf == difference.path or leaf.startswith(difference.path) for leaf in leaves(wanted))


@given(camera_states, camera_states, st.sets(st.sampled_from(SECTIONS)))
def test_what_is_not_declared_is_left_alone(wanted: Any, seen: Any, undeclared: set[str]) -> None:
    less = replace(wanted, **dict.fromkeys(undeclared))
    expected = [d for d in compare(wanted, seen) if d.path.split(".")[0].split("[")[0] not in undeclared]
    assert list(compare(less, seen)) == expected


@given(camera_states, camera_states, st.sets(st.sampled_from(SECTIONS)), unread)
def test_unread_is_neither_a_change_nor_in_sync(wanted: Any, seen: Any, lost: set[str], why: Unread) -> None:
    found = list(compare(wanted, replace(seen, **dict.fromkeys(lost, why))))
    assert {d.path for d in found if isinstance(d, Unknown)} == lost
    assert all(d.unread is why for d in found if isinstance(d, Unknown))
    assert [d for d in found if isinstance(d, Change)] == [
        d for d in compare(wanted, seen) if d.path.split(".")[0].split("[")[0] not in lost
    ]


@given(states, unread)
def test_a_device_that_was_not_read_is_one_unknown(wanted: Any, why: Unread) -> None:
    assert list(compare(wanted, why)) == [Unknown("", why)]


@given(st.dictionaries(words, words), st.dictionaries(words, words), st.sets(words))
def test_what_shall_not_exist(wanted: dict[str, Any], seen: dict[str, str], gone: set[str]) -> None:
    declared = {**wanted, **dict.fromkeys(gone, ABSENT)}
    found = {d.path: d for d in compare(declared, seen)}
    for key in gone:
        assert (f"[{key}]" in found) == (key in seen)
        if key in seen:
            assert found[f"[{key}]"] == Change(f"[{key}]", seen[key], ABSENT)


def test_a_missing_entry_is_one_change_with_all_of_it() -> None:
    wanted = {"a": Time(utc_offset_min=330), "b": 1}
    assert list(compare(wanted, {"b": 1})) == [Change("[a]", ABSENT, Time(utc_offset_min=330))]
    assert list(compare(wanted, None, "x")) == [Change("x", ABSENT, wanted)]


def test_an_entry_that_cannot_be_read_and_shall_not_exist_is_unknown() -> None:
    why = Unread(Reason.BAD_ANSWER, "cut off")
    assert list(compare({"a": ABSENT}, {"a": why})) == [Unknown("[a]", why)]


@given(st.floats(0, 100), st.floats(allow_nan=True))
def test_within_is_a_tolerance_to_both_sides(limit: float, seen: float) -> None:
    found = list(compare(Within(limit), seen, "skew_s"))
    assert (found == []) == (-limit <= seen <= limit)


@pytest.mark.parametrize("seen", [None, "0", ABSENT, (0,)])
def test_what_is_no_number_is_not_within(seen: object) -> None:
    assert [type(d) for d in compare(Within(5), seen)] == [Change]


@given(camera_states, st.floats(0.1, 60), st.floats(-1, 1), st.floats(-1, 1))
def test_a_ticking_clock_does_not_change_what_is_managed(seen: Any, limit: float, one: float, other: float) -> None:
    wanted = replace(seen, time=replace(seen.time, skew_s=Within(limit)))

    def at(skew_s: float) -> Any:
        return managed(wanted, replace(seen, time=replace(seen.time, skew_s=skew_s)))

    assert at(one * limit) == at(other * limit)
    assert at(one * limit) != at(limit * 1.5)


@given(camera_states, camera_states, camera_states)
def test_what_is_managed_decides_what_differs(wanted: Any, one: Any, other: Any) -> None:
    """The state hash of a plan rests on it: equal there, equal differences; and the other way round."""
    same = managed(wanted, one) == managed(wanted, other)
    assert same == (_told(wanted, one) == _told(wanted, other))


def _told(wanted: Any, seen: Any) -> list[tuple[str, Any]]:
    return [(d.path, plain(d.seen)) for d in compare(wanted, seen) if isinstance(d, Change)]


@given(camera_states, st.sets(st.sampled_from(SECTIONS)), st.dictionaries(words, words, min_size=1))
def test_what_is_not_declared_is_not_managed(seen: Any, undeclared: set[str], more: dict[str, str]) -> None:
    wanted = replace(seen, **dict.fromkeys(undeclared))
    foreign = replace(seen, **dict.fromkeys(undeclared))
    assert managed(wanted, seen) == managed(wanted, foreign)
    entries = {**seen.location, **{f"foreign {key}": value for key, value in more.items()}}
    assert managed(seen, replace(seen, location=entries)) == managed(seen, seen)


@given(states, states, unread)
def test_all_of_it_is_plain_json(one: Any, other: Any, why: Unread) -> None:
    for value in (managed(one, one), plain(other), plain(why), plain({3: ABSENT, "x": Within(2)})):
        assert json.loads(json.dumps(value, allow_nan=False)) == value


@given(st.frozensets(st.integers(1, 4094)), st.frozensets(words))
def test_plain_does_not_depend_on_the_order_of_a_set(vlans: frozenset[int], hosts: frozenset[str]) -> None:
    assert plain(vlans) == plain(frozenset(sorted(vlans, reverse=True)))
    assert plain(hosts) == sorted(hosts)


@dataclass(frozen=True)
class Odd:
    value: Any = None


def test_unread_bears_what_was_observed() -> None:
    error = DeviceError(Reason.REFUSED, "c1 10.0.0.1:80", "the port is closed")
    assert Unread.of(error) == Unread(Reason.REFUSED, "c1 10.0.0.1:80: the port is closed")
    assert managed(Odd(1), Odd(Unread.of(error))) == {"value": {"unread": "refused"}}


def test_true_is_not_one_and_text_is_no_number() -> None:
    assert [d.path for d in compare(Odd("1"), Odd(1))] == ["value"]
    assert [d.path for d in compare(Odd(False), Odd(None))] == ["value"]
