"""Enrolled host keys and pins."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from iccc.errors import StateError, UsageError
from iccc.sessions.reach import Trust
from iccc.state.log import ActLog, Why
from iccc.state.store import Store, open_store
from iccc.trust import TrustStore
from tests.ground.support import NOON

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f"
OTHER = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAICAhIiMkJSYnKCkqKywtLi8wMTIzNDU2Nzg5Ojs8PT4/"
PIN = "ab" * 32


@pytest.fixture
def kept(tmp_path: Path) -> Store:
    return open_store(tmp_path)


@pytest.fixture
def log(kept: Store) -> ActLog:
    return ActLog(kept)


def test_enrolled_identities_come_back(kept: Store, log: ActLog) -> None:
    store = TrustStore(kept)
    assert store.enrol_host_key("sw1", f"{KEY} root@switch", "asha", NOON)
    assert store.enrol_tls_pin("cam1", ":".join(["AB"] * 32), "asha", NOON)
    assert store.enrol_tls_pin("sw1", PIN, "asha", NOON)
    trust: Trust = TrustStore(kept)
    assert (trust.host_key("sw1"), trust.tls_pin("sw1")) == (KEY, PIN)
    assert (trust.host_key("cam1"), trust.tls_pin("cam1")) == (None, PIN)
    assert (trust.host_key("cam2"), trust.tls_pin("cam2")) == (None, None)
    enrolled = store.all()["sw1"].host_key
    assert enrolled is not None
    assert (enrolled.by, enrolled.at) == ("asha", "2026-01-26T12:00:00.000000+00:00")


def test_units_are_enrolled_together_and_another_one_needs_a_replace(kept: Store, log: ActLog) -> None:
    store = TrustStore(kept)
    mac = "02:00:00:00:00:01"
    store.enrol_host_key("cam1", KEY, "asha", NOON)
    assert store.enrol_units({"cam1": ("SN1", mac), "cam2": ("SN2", None), "cam3": ("", mac)}, "asha", NOON) == 3
    again = TrustStore(kept)
    assert [again.serial(f"cam{number}") for number in (1, 2, 3, 4)] == ["SN1", "SN2", None, None]
    assert [again.mac(f"cam{number}") for number in (1, 2, 3, 4)] == [mac, None, mac, None]
    assert again.host_key("cam1") == KEY
    assert again.enrol_units({"cam1": ("SN1", None)}, "ravi", NOON) == 0
    with pytest.raises(UsageError, match="another serial number is enrolled .* by asha, .*--replace"):
        again.enrol_units({"cam2": ("SN9", None), "cam5": ("SN5", None)}, "ravi", NOON)
    assert (again.serial("cam2"), again.serial("cam5")) == ("SN2", None), "all or none"
    assert again.enrol_units({"cam1": ("SN9", None)}, "ravi", NOON, replace=True) == 1
    assert (again.serial("cam1"), again.mac("cam1")) == ("SN9", mac)


def test_another_key_needs_an_explicit_replace_and_is_logged(
    kept: Store, log: ActLog, caplog: pytest.LogCaptureFixture
) -> None:
    store = TrustStore(kept)
    store.enrol_host_key("sw1", KEY, "asha", NOON)
    assert not store.enrol_host_key("sw1", KEY, "ravi", NOON)
    with pytest.raises(UsageError, match="another SSH host key is enrolled .* by asha, .*--replace"):
        store.enrol_host_key("sw1", OTHER, "ravi", NOON)
    assert TrustStore(kept).host_key("sw1") == KEY
    with caplog.at_level(logging.WARNING):
        assert store.enrol_host_key("sw1", OTHER, "ravi", NOON, replace=True)
    assert "SSH host key replaced" in caplog.text
    assert TrustStore(kept).host_key("sw1") == OTHER
    assert [(act.by, act.device, act.what.split(":")[0]) for act in log.acts()] == [
        ("asha", "sw1", "SSH host key enrolled"),
        ("ravi", "sw1", "SSH host key replaced"),
    ]


def test_many_keys_are_enrolled_together_or_not_at_all(kept: Store, log: ActLog) -> None:
    store = TrustStore(kept)
    store.enrol_tls_pin("sw1", PIN, "asha", NOON)
    assert store.enrol_host_keys({"sw1": KEY, "sw2": KEY}, "asha", NOON) == 2
    assert store.enrol_host_keys({"sw1": KEY, "sw3": KEY}, "asha", NOON) == 1
    before = len(log.acts())
    for refused in ({"sw4": KEY, "sw1": OTHER}, {"sw4": KEY, "sw5": "nonsense"}):
        with pytest.raises(UsageError):
            store.enrol_host_keys(refused, "asha", NOON)
    again = TrustStore(kept)
    assert {name: again.host_key(name) for name in again.all()} == {"sw1": KEY, "sw2": KEY, "sw3": KEY}
    assert again.tls_pin("sw1") == PIN
    assert len(log.acts()) == before


def test_a_removed_device_can_be_enrolled_anew(kept: Store, log: ActLog) -> None:
    store = TrustStore(kept)
    store.enrol_host_key("sw1", KEY, "asha", NOON)
    assert store.remove("sw1", "asha", NOON, Why("replaced after lightning"))
    assert not store.remove("sw1", "asha", NOON)
    assert TrustStore(kept).all() == {}
    assert store.enrol_host_key("sw1", OTHER, "asha", NOON)
    assert log.acts("sw1")[1].why.reason == "replaced after lightning"


@pytest.mark.parametrize(
    "key", ["", "ssh-ed25519", "ssh-ed25519 ????", "ssh-rsa " + KEY.split()[1], "ssh-ed25519 AAAA", "x AAECAw=="]
)
def test_what_is_no_host_key_is_refused(key: str, kept: Store, log: ActLog) -> None:
    with pytest.raises(UsageError, match="not an SSH host key"):
        TrustStore(kept).enrol_host_key("sw1", key, "asha", NOON)
    assert not TrustStore(kept).all() and not log.acts()


@pytest.mark.parametrize("pin", ["", "ab", "zz" * 32, "ab" * 33])
def test_what_is_no_pin_is_refused(pin: str, kept: Store, log: ActLog) -> None:
    with pytest.raises(UsageError, match="not the SHA-256"):
        TrustStore(kept).enrol_tls_pin("cam1", pin, "asha", NOON)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"host_key": 1}', '{"tls_pin": {"value": "x"}}'])
def test_what_is_damaged_is_an_error_never_an_empty_store(text: str, kept: Store) -> None:
    kept.execute("INSERT INTO trust VALUES ('sw1', ?)", (text,))
    with pytest.raises(StateError, match="what is enrolled of sw1 is not understood"):
        TrustStore(kept)


def test_a_file_of_before_is_not_taken_for_nothing(kept: Store) -> None:
    kept.path.with_name("trust.json").write_text("{}")
    with pytest.raises(StateError, match="remove it, then iccc enrol"):
        TrustStore(kept)


def test_the_act_and_its_line_in_the_log_are_one(kept: Store, log: ActLog, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise StateError("disk full")

    trust = TrustStore(kept)
    monkeypatch.setattr(kept, "execute_many", full)
    with pytest.raises(StateError, match="disk full"):
        trust.tls_proved("cam1", PIN, NOON)
    assert not log.acts() and trust.tls_pin("cam1") is None and TrustStore(kept).tls_pin("cam1") is None


def test_one_more_of_thousands_costs_one_row(kept: Store) -> None:
    trust = TrustStore(kept)
    trust.enrol_tls_pins({f"cam{number}": f"{number:064x}" for number in range(3000)}, "asha", NOON)
    written: list[object] = []
    real = kept.execute_many
    kept.execute_many = lambda statement, rows: written.extend(rows) or real(statement, written)  # type: ignore
    trust.tls_proved("cam3000", PIN, NOON)
    assert len(written) == 1 and TrustStore(kept).tls_pin("cam3000") == PIN
