"""Files in the format of NetBox's device-type library beside what is made of them.

A case is a folder: device types, ``arguments.txt`` (options of the command, if any), and ``expected.yaml`` (the whole
output) or ``expected.txt`` (the whole message).
"""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from iccc.city.model.catalogue import Catalogue
from iccc.cli.main import cli
from iccc.errors import DeclarationError
from iccc.yamlfile import Document

CASES = Path(__file__).parent / "cases"
GOOD = sorted(path.name for path in CASES.iterdir() if not path.name.startswith("bad_"))
BAD = sorted(path.name for path in CASES.iterdir() if path.name.startswith("bad_"))


def run(case: Path) -> None:
    """The command, with every device type of the case."""
    options = case / "arguments.txt"
    files = sorted(path.name for path in case.glob("*.yaml") if path.name != "expected.yaml")
    given = shlex.split(options.read_text(encoding="utf-8")) if options.exists() else []
    cli.main(["catalogue", "import", *files, *given], standalone_mode=False)


@pytest.mark.parametrize("name", GOOD)
def test_made(name: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(CASES / name)
    run(CASES / name)
    out, talk = capfd.readouterr()
    assert out == (CASES / name / "expected.yaml").read_text(encoding="utf-8")
    document = Document("expected.yaml", out)
    assert document.parse(Catalogue) is not None, document.mistakes
    said = [line.partition(": ")[2] for line in talk.splitlines()]
    assert said == [line[4:] for line in out.splitlines() if line.startswith("  # ")]


@pytest.mark.parametrize("name", BAD)
def test_mistakes(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(CASES / name)
    with pytest.raises(DeclarationError) as raised:
        run(CASES / name)
    assert f"{raised.value}\n" == (CASES / name / "expected.txt").read_text(encoding="utf-8")
