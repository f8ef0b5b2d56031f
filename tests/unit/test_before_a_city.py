"""What comes first: secrets of a city that is to be adopted, another unit in a place, a lab that is not up."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from iccc.cli.main import main
from iccc.context import open_context
from iccc.lab.client import LabClient, LabError
from iccc.past import ENDPOINT
from iccc.settings import load_settings
from tests.flow.declaration import found

CAMERA = "bsp-j01-c01"


def said(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], *words: str, code: int = 0, typed: str = ""
) -> tuple[str, str]:
    monkeypatch.setattr("sys.argv", ["iccc", *words])
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    with pytest.raises(SystemExit) as ended:
        main()
    assert int(ended.value.code or 0) == code
    return capfd.readouterr()


def test_a_city_that_is_to_be_adopted_has_secrets_before_it_is_declared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    found(tmp_path)
    monkeypatch.chdir(tmp_path)
    _, wrong = said(monkeypatch, capfd, "secret", "gwalior", "set", "snmp/ro", "--live", typed="public\n", code=1)
    assert "there are bilaspur" in wrong and "iccc secret gwalior init --live" in wrong
    assert not load_settings(tmp_path).state_dir("gwalior").exists(), "a mistyped city has no folder"
    said(monkeypatch, capfd, "secret", "gwalior", "init", "--live")
    said(monkeypatch, capfd, "secret", "gwalior", "set", "snmp/ro", "--live", typed="public\n")
    assert said(monkeypatch, capfd, "secret", "gwalior", "list", "--live")[0] == "snmp/ro\n"


def test_a_key_is_stored_with_all_its_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    found(tmp_path)
    monkeypatch.chdir(tmp_path)
    key = "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\nBBBB\n-----END OPENSSH PRIVATE KEY-----\n"
    said(monkeypatch, capfd, "secret", "bilaspur", "init")
    _, wrong = said(monkeypatch, capfd, "secret", "bilaspur", "set", "hosts/ssh_key", typed=key[:50], code=1)
    assert "no private key in OpenSSH's form" in wrong and "AAAA" not in wrong
    said(monkeypatch, capfd, "secret", "bilaspur", "set", "hosts/ssh_key", typed=f"{key}\n")
    with open_context("bilaspur", "verify", load_settings(tmp_path)) as context:
        stored = context.vault.ssh_key()
    assert stored is not None and stored.reveal() == key


def test_of_the_unit_before_no_endpoint_is_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else iccc discover would tell the replaced unit as exchanged for ever."""
    found(tmp_path)
    monkeypatch.chdir(tmp_path)
    with open_context("bilaspur", "replace", load_settings(tmp_path)) as context:
        context.learned.put(CAMERA, ENDPOINT, "uuid-old")
        context.other_unit(CAMERA)
        assert context.learned.get(CAMERA, ENDPOINT) is None


def test_a_lab_that_is_not_up_says_how_it_is_started(tmp_path: Path) -> None:
    with pytest.raises(LabError, match="no lab of bilaspur runs here: start it with `iccc lab bilaspur`"):
        LabClient(tmp_path / "bilaspur" / "lab.sock").ready()


def test_a_command_that_reads_nothing_says_that_no_lab_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    found(tmp_path)
    monkeypatch.chdir(tmp_path)
    _, told = said(monkeypatch, capfd, "plan", "bilaspur", "--limit", "bsp-j01-sw1", code=3)
    assert told.endswith("no lab of bilaspur runs here: start it with `iccc lab bilaspur`; real devices: --live\n")
