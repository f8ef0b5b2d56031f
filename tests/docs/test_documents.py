"""The documents tell what is there: links, files, commands, exit codes, and the help of every command."""

from __future__ import annotations

import asyncio
import re
import shlex
from pathlib import Path

import click
import pytest

from iccc.city.load import city_names
from iccc.cli.camera import ACTS, Acts
from iccc.cli.common import Exit
from iccc.cli.main import COMMANDS, cli
from iccc.lab.client import LabClient, LabError
from iccc.lab.control import Control
from iccc.lab.device import Fault
from tests.docs.generate_cli import PAGE, page
from tests.docs.pages import PAGES, ROOT, anchors, blocks, commands, file_names, links, text

README, CARE, LAB = "README.md", "docs/care.md", "docs/lab.md"
TO_READ = [name for name in PAGES if ROOT / name != PAGE]  # written by people
CITIES = city_names(ROOT)


def shown_commands(program: str) -> list[str]:
    """The lines that run ``program``, of all pages that people write; each once."""
    return list(dict.fromkeys(line for name in TO_READ for line in commands(name, program)))


@pytest.mark.parametrize("name", PAGES)
def test_links_lead_somewhere(name: str) -> None:
    for link in links(name):
        if link.startswith(("http://", "https://")):
            continue
        path, _, anchor = link.partition("#")
        target = ((ROOT / name).parent / path).resolve() if path else ROOT / name
        assert target.exists(), link
        if anchor:
            assert anchor in anchors(target.relative_to(ROOT).as_posix()), link


@pytest.mark.parametrize("name", PAGES)
def test_named_files_are_there(name: str) -> None:
    assert [file for file in file_names(name) if not (ROOT / file).exists()] == []


def test_files_are_found_in_the_documents() -> None:
    """So that the test above cannot pass by finding nothing."""
    assert "iccc/engine/worker.py" in file_names("docs/how-it-flows.md")
    assert "pyinfra.cfg" in file_names(README)


def test_command_line_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run `make docs`"


def test_every_command_is_documented() -> None:
    headings = re.findall(r"^## iccc (\S+)$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert headings == list(COMMANDS)
    shown = {shlex.split(line, comments=True)[1] for line in shown_commands("iccc")}
    assert set(COMMANDS) - shown == set()


def test_every_act_on_cameras_is_documented(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert re.findall(r"^## iccc camera CITY (\S+)$", PAGE.read_text(encoding="utf-8"), re.MULTILINE) == list(ACTS)
    lines = [shlex.split(line, comments=True) for line in commands(CARE, "iccc camera")]
    assert {words[3] for words in lines} == set(ACTS)
    for _, name, _, act, *arguments in lines:
        root = click.Context(cli)
        group = cli.get_command(root, name)
        assert isinstance(group, Acts)
        found = group.get_command(root, act)
        assert found is not None
        for argument in arguments:
            if argument.endswith((".bin", ".age")):  # options that read a file want it to exist
                (tmp_path / argument).parent.mkdir(parents=True, exist_ok=True)
                (tmp_path / argument).touch()
        found.make_context(act, arguments, parent=root)


@pytest.mark.parametrize("line", shown_commands("iccc"))
def test_commands_parse(line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    name, *arguments = shlex.split(line, comments=True)[1:]
    for argument in arguments:
        if "/" not in argument and argument.endswith((".json", ".xlsx", ".yaml")):
            Path(argument).touch()  # options that read a file want it to exist
    root = click.Context(cli)
    command = cli.get_command(root, name)
    assert command is not None, name
    with command.make_context(name, arguments, parent=root) as context:
        assert context.params.get("city_key", "bilaspur") in CITIES


def test_commands_named_in_the_text_exist() -> None:
    """Outside of code blocks; what is not there yet is named without ``iccc`` before it."""
    for name in PAGES:
        for word in re.findall(r"`iccc ([a-z][a-z-]*)\b", text(name)):
            assert word in COMMANDS, f"{name}: iccc {word}"


async def operations(sock: Path) -> set[str]:
    """What a control socket says that it can do."""
    control = Control(None, sock, dict)  # type: ignore[arg-type]  # no operation is carried out
    await control.open()
    try:
        with pytest.raises(LabError) as refused:
            await asyncio.to_thread(LabClient(sock).call, "no-such-operation")
    finally:
        await control.close()
    return set(str(refused.value).partition("not one of ")[2].split(", "))


def test_lab_operations_and_faults_are_those_of_the_lab(tmp_path: Path) -> None:
    lines = [shlex.split(line, comments=True) for line in commands(LAB, "iccc") if " lab bilaspur " in line]
    assert {line[3] for line in lines} == asyncio.run(operations(tmp_path / "sock"))
    faults = text(LAB).partition("\nFaults: ")[2].partition("\n\n")[0]
    assert re.findall(r"`([^`]+)`", faults) == [str(fault) for fault in Fault]


@pytest.mark.parametrize("line", shown_commands("pyinfra"))
def test_pyinfra_lines_name_files(line: str) -> None:
    inventory, deploy = shlex.split(line)[1:3]
    assert (ROOT / inventory).is_file()
    assert (ROOT / deploy).is_file()


@pytest.mark.parametrize("line", shown_commands("make"))
def test_make_targets_exist(line: str) -> None:
    target = shlex.split(line, comments=True)[1]
    assert re.search(rf"^{target}:", text("Makefile"), re.MULTILINE)


def test_exit_codes_are_those_of_the_commands() -> None:
    table = re.findall(r"^\| (\d+) \|", text(README), re.MULTILINE)
    assert [int(code) for code in table] == [*sorted(Exit), 130]


def test_the_junction_file_is_shown_whole() -> None:
    shown = next(content for language, content in blocks(README) if language == "yaml")
    assert shown == text("cities/bilaspur/junctions/j01.yaml")
