"""Under which name a device is known, and who is given credentials."""

from __future__ import annotations

from iccc.city.devices import Kind
from iccc.discover.reading import Names

DECLARED = {"10.82.1.11": "bsp-j01-c01"}
STORED = {"bsp-j09-c01", "bsp-rec01"}


def names(kinds: dict[str, str], strangers: bool = True) -> Names:
    return Names(kinds, DECLARED.get, STORED.__contains__, strangers)


def test_a_name_that_the_store_knows_is_taken_and_every_other_is_made_of_the_address() -> None:
    kinds: dict[str, str] = {}
    told = {"10.82.9.11": "bsp-j09-c01", "10.82.9.12": "ipc", "10.82.9.13": ""}
    assert names(kinds).settle(Kind.CAMERA, told) == {
        "10.82.9.11": "bsp-j09-c01", "10.82.9.12": "camera-10-82-9-12", "10.82.9.13": "camera-10-82-9-13",
    }  # fmt: skip
    assert set(kinds.values()) == {"camera"}


def test_a_name_that_two_tell_is_nobodys_and_a_label_may_say_it() -> None:
    told = {"10.83.0.11": "bsp-rec01", "10.83.0.12": "bsp-rec01"}
    labels = {"10.83.0.11": "bsp-rec01"}
    assert names({}).settle(Kind.RECORDER, told) == {a: f"recorder-{a.replace('.', '-')}" for a in told}
    assert names({}).settle(Kind.RECORDER, told, labels)["10.83.0.11"] == "bsp-rec01"


def test_of_what_is_declared_the_declaration_says_who_is_given_credentials() -> None:
    kinds: dict[str, str] = {}
    assert names(kinds).settle(Kind.CAMERA, {"10.82.1.11": "bsp-j09-c01"}) == {"10.82.1.11": "bsp-j01-c01"}
    assert kinds == {}  # a third party's stays without


def test_strangers_are_not_logged_in_to_unless_they_are_adopted() -> None:
    kinds: dict[str, str] = {}
    names(kinds, strangers=False).settle(Kind.CAMERA, {"10.82.9.12": "ipc"})
    assert kinds == {}


def test_a_switch_is_called_by_its_sys_name() -> None:
    assert names({}).settle(Kind.SWITCH, {"10.81.0.5": "core-a", "10.81.0.6": "Switch 6"}) == {
        "10.81.0.5": "core-a", "10.81.0.6": "switch-10-81-0-6",
    }  # fmt: skip
