"""``pyinfra.cfg``: what it sets, and every mistake in it with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from iccc.errors import DeclarationError, UsageError
from iccc.sessions.dial import Target
from iccc.settings import Limits, SnmpReader, Timeouts, find_root, load_settings

ROOT = Path(__file__).parents[2]


def write(folder: Path, text: str) -> Path:
    (folder / "pyinfra.cfg").write_text(text, encoding="utf-8")
    return folder


def told(folder: Path, text: str) -> list[str]:
    with pytest.raises(DeclarationError) as raised:
        load_settings(write(folder, text))
    return [str(mistake) for mistake in raised.value.mistakes]


@pytest.fixture(autouse=True)
def no_target(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ICCC_TARGET", raising=False)


def test_the_shipped_file_talks_to_the_lab_and_repeats_no_default_wrongly() -> None:
    settings = load_settings(ROOT)
    assert settings.target is Target.LAB
    assert settings.timeouts == Timeouts()
    assert settings.limits == Limits()
    assert settings.pyinfra["fail_percent"] == "100"


def test_without_settings_everything_has_its_default(tmp_path: Path) -> None:
    settings = load_settings(write(tmp_path, ""))
    assert (settings.target, settings.timeouts, settings.limits) == (Target.LAB, Timeouts(), Limits())


def test_numbers_are_taken(tmp_path: Path) -> None:
    settings = load_settings(write(tmp_path, "[iccc]\nhttp_s = 0.25\nfailure_budget: 7\nWAVE = 3\ntarget = netns\n"))
    assert (settings.timeouts.http_s, settings.limits.failure_budget, settings.limits.wave) == (0.25, 7, 3)
    assert settings.target is Target.NETNS


def test_how_long_a_guarded_port_is_waited_for_can_be_set(tmp_path: Path) -> None:
    assert load_settings(write(tmp_path, "[iccc]\nsettle_s = 10\n")).timeouts.settle_s == 10.0


def test_all_mistakes_are_said_at_once(tmp_path: Path) -> None:
    text = """# settings
[iccc]
target = labor
http_s = five
snmp_s = -1
failure_budget = 2.5
conect_s = 3
cli_in_flight = 0

[pyinfra]
parallel = many
"""
    listed = told(tmp_path, text)
    assert listed[0] == "pyinfra.cfg:11:1: parallel 'many' is not a whole number"
    assert listed[1] == "pyinfra.cfg:3:1: target 'labor' is not one of lab, netns, live"
    assert listed[2] == "pyinfra.cfg:4:1: http_s 'five' is not a number from above 0 to 100000"
    assert "pyinfra.cfg:5:1: snmp_s '-1' is not a number from above 0 to 100000" in listed
    assert "pyinfra.cfg:6:1: failure_budget '2.5' is not a whole number from above 0 to 100000" in listed
    assert "pyinfra.cfg:8:1: cli_in_flight '0' is not a whole number from above 0 to 100000" in listed
    known = "there are target, snmp_reader, "
    assert listed[-1].startswith(f"pyinfra.cfg:7:1: 'conect_s' is no setting; {known}")
    assert len(listed) == 7


@pytest.mark.parametrize("number", ["nan", "inf", "-inf", "1e300", "", "٣٣٣٣٣٣٣", "1_000_000"])
def test_a_time_out_is_a_number_that_can_be_waited_for(tmp_path: Path, number: str) -> None:
    (mistake,) = told(tmp_path, f"[iccc]\ndevice_s = {number}\n")
    assert mistake == f"pyinfra.cfg:2:1: device_s {number!r} is not a number from above 0 to 100000"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("target = lab\n", "pyinfra.cfg:1:1: a setting before the first [section]"),
        ("[iccc]\ntarget = lab\ntarget = live\n", "pyinfra.cfg:3:1: target stands here twice"),
        ("[iccc]\n[pyinfra]\n[iccc]\n", "pyinfra.cfg:3:1: [iccc] stands here twice"),
        ("[iccc]\ntarget\n", "pyinfra.cfg:2:1: not a line like key = value"),
        ("[iccc]\n\n[icc]\ntarget = live\n", "pyinfra.cfg:3:1: section [icc] is not one of [iccc], [pyinfra], [mail]"),
    ],
)
def test_a_file_of_another_shape(tmp_path: Path, text: str, expected: str) -> None:
    assert told(tmp_path, text) == [expected]


def test_a_file_that_is_not_utf8(tmp_path: Path) -> None:
    (tmp_path / "pyinfra.cfg").write_bytes(b"[iccc]\n# caf\xe9\n")
    with pytest.raises(DeclarationError, match="pyinfra.cfg:1:1: the file is not UTF-8"):
        load_settings(tmp_path)


def test_no_value_is_expanded(tmp_path: Path) -> None:
    (mistake,) = told(tmp_path, "[iccc]\ntarget = %(home)s\n")
    assert "'%(home)s' is not one of" in mistake


def test_the_command_line_wins_over_the_environment_and_that_over_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, "[iccc]\ntarget = lab\n")
    monkeypatch.setenv("ICCC_TARGET", "netns")
    assert load_settings(tmp_path).target is Target.NETNS
    assert load_settings(tmp_path, Target.LIVE).target is Target.LIVE
    monkeypatch.setenv("ICCC_TARGET", "everywhere")
    with pytest.raises(UsageError, match="ICCC_TARGET 'everywhere' is not one of lab, netns, live"):
        load_settings(tmp_path)


def test_the_root_is_found_from_below(tmp_path: Path) -> None:
    write(tmp_path, "")
    below = tmp_path / "cities" / "bilaspur"
    below.mkdir(parents=True)
    assert find_root(below) == tmp_path.resolve()


def test_outside_of_a_project_it_is_said_where_to_go(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no pyinfra.cfg in .* or above it: run iccc inside the project's folder"):
        find_root(tmp_path)


def test_what_the_lab_taught_is_kept_apart_from_the_live_network(tmp_path: Path) -> None:
    write(tmp_path, "")
    folders = {load_settings(tmp_path, target).state_dir("bilaspur") for target in Target}
    assert folders == {tmp_path / "state" / str(target) / "bilaspur" for target in Target}


def test_the_reader_of_snmp_is_chosen_by_the_file_and_by_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ICCC_SNMP_READER", raising=False)
    assert load_settings(write(tmp_path, "")).snmp_reader is SnmpReader.GUFO
    assert load_settings(write(tmp_path, "[iccc]\nsnmp_reader = pysnmp\n")).snmp_reader is SnmpReader.PYSNMP
    assert told(tmp_path, "[iccc]\nsnmp_reader = easy\n") == [
        "pyinfra.cfg:2:1: snmp_reader 'easy' is not one of gufo, pysnmp"
    ]
    monkeypatch.setenv("ICCC_SNMP_READER", "pysnmp")
    assert load_settings(write(tmp_path, "")).snmp_reader is SnmpReader.PYSNMP
    monkeypatch.setenv("ICCC_SNMP_READER", "easy")
    with pytest.raises(UsageError, match="ICCC_SNMP_READER 'easy' is not one of gufo, pysnmp"):
        load_settings(write(tmp_path, ""))
