"""Enrolled host keys and pins."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest

from iccc.errors import StateError, UsageError
from iccc.sessions.reach import Trust
from iccc.state.log import ActLog, Why
from iccc.state.store import open_store
from iccc.trust import TrustStore
from tests.ground.support import NOON

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f"
OTHER = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAICAhIiMkJSYnKCkqKywtLi8wMTIzNDU2Nzg5Ojs8PT4/"
PIN = "ab" * 32


@pytest.fixture
def log(tmp_path: Path) -> ActLog:
    return ActLog(open_store(tmp_path))


def test_enrolled_identities_come_back(tmp_path: Path, log: ActLog) -> None:
    store = TrustStore(tmp_path, log)
    assert store.enrol_host_key("sw1", f"{KEY} root@switch", "asha", NOON)
    assert store.enrol_tls_pin("cam1", ":".join(["AB"] * 32), "asha", NOON)
    assert store.enrol_tls_pin("sw1", PIN, "asha", NOON)
    trust: Trust = TrustStore(tmp_path, log)
    assert (trust.host_key("sw1"), trust.tls_pin("sw1")) == (KEY, PIN)
    assert (trust.host_key("cam1"), trust.tls_pin("cam1")) == (None, PIN)
    assert (trust.host_key("cam2"), trust.tls_pin("cam2")) == (None, None)
    enrolled = store.all()["sw1"].host_key
    assert enrolled is not None
    assert (enrolled.by, enrolled.at) == ("asha", "2026-01-26T12:00:00.000000+00:00")
    assert json.loads((tmp_path / "trust.json").read_text())["version"] == 1


def test_units_are_enrolled_together_and_another_one_needs_a_replace(tmp_path: Path, log: ActLog) -> None:
    store = TrustStore(tmp_path, log)
    mac = "02:00:00:00:00:01"
    store.enrol_host_key("cam1", KEY, "asha", NOON)
    assert store.enrol_units({"cam1": ("SN1", mac), "cam2": ("SN2", None), "cam3": ("", mac)}, "asha", NOON) == 3
    again = TrustStore(tmp_path, log)
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
    tmp_path: Path, log: ActLog, caplog: pytest.LogCaptureFixture
) -> None:
    store = TrustStore(tmp_path, log)
    store.enrol_host_key("sw1", KEY, "asha", NOON)
    assert not store.enrol_host_key("sw1", KEY, "ravi", NOON)
    with pytest.raises(UsageError, match="another SSH host key is enrolled .* by asha, .*--replace"):
        store.enrol_host_key("sw1", OTHER, "ravi", NOON)
    assert TrustStore(tmp_path, log).host_key("sw1") == KEY
    with caplog.at_level(logging.WARNING):
        assert store.enrol_host_key("sw1", OTHER, "ravi", NOON, replace=True)
    assert "SSH host key replaced" in caplog.text
    assert TrustStore(tmp_path, log).host_key("sw1") == OTHER
    assert [(act.by, act.device, act.what.split(":")[0]) for act in log.acts()] == [
        ("asha", "sw1", "SSH host key enrolled"),
        ("ravi", "sw1", "SSH host key replaced"),
    ]


def test_many_keys_are_enrolled_together_or_not_at_all(tmp_path: Path, log: ActLog) -> None:
    store = TrustStore(tmp_path, log)
    store.enrol_tls_pin("sw1", PIN, "asha", NOON)
    assert store.enrol_host_keys({"sw1": KEY, "sw2": KEY}, "asha", NOON) == 2
    assert store.enrol_host_keys({"sw1": KEY, "sw3": KEY}, "asha", NOON) == 1
    before = len(log.acts())
    for refused in ({"sw4": KEY, "sw1": OTHER}, {"sw4": KEY, "sw5": "nonsense"}):
        with pytest.raises(UsageError):
            store.enrol_host_keys(refused, "asha", NOON)
    again = TrustStore(tmp_path, log)
    assert {name: again.host_key(name) for name in again.all()} == {"sw1": KEY, "sw2": KEY, "sw3": KEY}
    assert again.tls_pin("sw1") == PIN
    assert len(log.acts()) == before


def test_a_removed_device_can_be_enrolled_anew(tmp_path: Path, log: ActLog) -> None:
    store = TrustStore(tmp_path, log)
    store.enrol_host_key("sw1", KEY, "asha", NOON)
    assert store.remove("sw1", "asha", NOON, Why("replaced after lightning"))
    assert not store.remove("sw1", "asha", NOON)
    assert TrustStore(tmp_path, log).all() == {}
    assert store.enrol_host_key("sw1", OTHER, "asha", NOON)
    assert log.acts("sw1")[1].why.reason == "replaced after lightning"


@pytest.mark.parametrize(
    "key", ["", "ssh-ed25519", "ssh-ed25519 ????", "ssh-rsa " + KEY.split()[1], "ssh-ed25519 AAAA", "x AAECAw=="]
)
def test_what_is_no_host_key_is_refused(key: str, tmp_path: Path, log: ActLog) -> None:
    with pytest.raises(UsageError, match="not an SSH host key"):
        TrustStore(tmp_path, log).enrol_host_key("sw1", key, "asha", NOON)
    assert not (tmp_path / "trust.json").exists()


@pytest.mark.parametrize("pin", ["", "ab", "zz" * 32, "ab" * 33])
def test_what_is_no_pin_is_refused(pin: str, tmp_path: Path, log: ActLog) -> None:
    with pytest.raises(UsageError, match="not the SHA-256"):
        TrustStore(tmp_path, log).enrol_tls_pin("cam1", pin, "asha", NOON)


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"version": 2, "devices": {}}', '{"version": 1, "devices": {"a": 1}}']
)
def test_a_damaged_file_is_an_error_never_an_empty_store(text: str, tmp_path: Path, log: ActLog) -> None:
    (tmp_path / "trust.json").write_text(text)
    with pytest.raises(StateError, match="trust.json"):
        TrustStore(tmp_path, log)
