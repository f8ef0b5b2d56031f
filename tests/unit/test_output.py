"""``-o``: the ending of the file says the format; one that says none is refused before anything is done."""

from __future__ import annotations

import json
import shutil
from importlib import import_module
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from iccc.cli.main import COMMANDS, cli, main

WITH_OUTPUT = [
    name
    for name in COMMANDS
    if any(option.name == "output" for option in import_module(f"iccc.cli.{name.replace('-', '_')}").command.params)
]
ARGUMENTS = {"report": ("bilaspur", "ip-schedule"), "explain": ("bilaspur", "bsp-j01"), "catalogue": ("import", "x")}


@pytest.mark.parametrize("command", WITH_OUTPUT)
def test_an_ending_of_no_format_is_refused(command: str, tmp_path: Path) -> None:
    file = tmp_path / "q.docx"
    result = CliRunner().invoke(cli, [command, *ARGUMENTS.get(command, ("bilaspur",)), "-o", str(file)])
    assert result.exit_code == click.UsageError.exit_code
    assert ".docx is not one of ." in result.stderr
    assert not file.exists()


@pytest.mark.parametrize("order", [("--format", "json", "-o"), ("-o", "--format", "json")])
def test_a_format_that_is_said_wins_over_the_ending(order: tuple[str, ...], tmp_path: Path) -> None:
    file = tmp_path / "q.docx"
    words = [word for part in order for word in ((part, str(file)) if part == "-o" else (part,))]
    assert CliRunner().invoke(cli, ["bom", "bilaspur", *words]).exit_code == 0
    assert json.loads(file.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("command", "name", "begin"),
    [
        ("bom", "b.txt", "Bill of materials"),
        ("bom", "b.md", "Bill of materials"),
        ("bom", "b", "Bill of materials"),
        ("bom", "b.JSON", "{"),
        ("bom", "b.xlsx", "PK"),
        ("check", "c.sarif", "{"),
        ("check", "c.xml", "<?xml"),
    ],
)
def test_the_ending_says_the_format(command: str, name: str, begin: str, tmp_path: Path) -> None:
    CliRunner().invoke(cli, [command, "bilaspur", "-o", str(tmp_path / name)])
    assert (tmp_path / name).read_bytes().startswith(begin.encode())


def test_a_name_with_brackets_is_a_name(tmp_path: Path) -> None:
    path = tmp_path / "[/b]ill[red].csv"
    assert CliRunner().invoke(cli, ["bom", "bilaspur", "-o", str(path)]).exception is None
    assert path.exists()


def test_what_cannot_be_written_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setattr("sys.argv", ["iccc", "bom", "bilaspur", "-o", str(tmp_path / "file" / "b.json")])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 1
    assert "cannot be written: " in capfd.readouterr().err


def test_files_without_which_nothing_is_judged_are_named_last(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    root = Path(__file__).parents[2]
    for folder in ("cities/bilaspur", "catalogue"):
        shutil.copytree(root / folder, tmp_path / folder)
    (tmp_path / "cities" / "bilaspur" / "core.yaml").unlink()
    shutil.copy(root / "pyinfra.cfg", tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", ["iccc", "check", "bilaspur"])
    with pytest.raises(SystemExit):
        main()
    told = capfd.readouterr().err.splitlines()
    assert told == [
        "cities/bilaspur/core.yaml:1:1: the file is missing",
        "1 mistake; the rest is judged when cities/bilaspur/core.yaml can be read",
    ]
