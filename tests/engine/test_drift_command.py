"""``iccc drift`` on a camera that refuses connections: formats, waivers, the store over runs, and the mail."""

from __future__ import annotations

import json
import shutil
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from iccc.cli.common import Exit
from iccc.cli.main import cli
from iccc.context import open_context
from iccc.errors import UsageError
from iccc.finding import Class, Finding, Severity
from iccc.settings import load_settings
from tests.flow.declaration import CITY
from tests.sessions.mailbox import HOST, serving

CAMERA = "bsp-j01-c01"
GRACE = """schema: waivers/v1
grace:
  - drift: reach
    scope: kind:camera
    minutes: 60
    reason: Cameras restart
    approver: City Engineer
    given_on: 2020-01-01
    expires: 2099-12-31
"""


@pytest.fixture
def place(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The small city in a folder of its own, without state."""
    shutil.copytree(root, tmp_path, dirs_exist_ok=True, ignore=shutil.ignore_patterns("state", "out"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*words: str) -> Result:
    return CliRunner().invoke(cli, ["drift", CITY, "--limit", CAMERA, *words], standalone_mode=False)


def run_whole(*words: str) -> Result:
    return CliRunner().invoke(cli, ["drift", CITY, *words], standalone_mode=False)


def found(*words: str, code: Exit = Exit.UNKNOWN) -> dict[str, Any]:
    done = run("--format", "json", *words)
    assert done.return_value == code, done.exception
    data: dict[str, Any] = json.loads(done.stdout)
    return data


def subject_and_text(path: Path) -> tuple[str, str]:
    message = BytesParser(policy=policy.default).parsebytes(path.read_bytes())
    assert isinstance(message, EmailMessage)
    part = message.get_body(("plain",))
    assert part is not None
    return str(message["Subject"]), part.get_content()


def test_a_finding_stands_over_runs_and_is_filtered_and_in_grace(place: Path) -> None:
    (first,) = found()["findings"]
    (second,) = found()["findings"]
    assert (first["device"], first["class"]) == (CAMERA, "reach")
    assert first["first_seen"] == second["first_seen"]
    assert found("--since", "24h")["summary"]["findings"] == 1
    worse = {"critical": [], "major": ["critical"], "minor": ["critical", "major"]}[first["severity"]]
    for severity in ("critical", "major", "minor"):
        hidden = severity in worse
        data = found("--severity", severity, code=Exit.CLEAN if hidden else Exit.UNKNOWN)
        assert len(data["findings"]) == (not hidden)
    (place / "cities" / CITY / "waivers.yaml").write_text(GRACE, encoding="utf-8")
    data = found(code=Exit.CLEAN)
    assert (data["findings"], [one["id"] for one in data["in_grace"]]) == ([], [first["id"]])
    assert "In grace: 1" in run().stdout


def test_a_mistyped_waiver_is_said_by_a_run_of_the_whole_city(place: Path) -> None:
    waivers = (
        GRACE.replace("grace:", "waivers:").replace("    minutes: 60\n", "").replace("drift: reach", "drift: raech")
    )
    (place / "cities" / CITY / "waivers.yaml").write_text(waivers, encoding="utf-8")
    line = f"cities/{CITY}/waivers.yaml:3:5 covers nothing"
    assert line in run_whole().stdout.splitlines()
    assert line not in run().stdout


@pytest.mark.parametrize("name", ["x.prom", "x.sarif", "x.md", "x.csv", "x.jsonl", "x.xml"])
def test_the_ending_of_a_file_says_the_format_and_nothing_is_left_beside_it(place: Path, name: str) -> None:
    out = place / "made"
    assert run("-o", str(out / name)).return_value == Exit.UNKNOWN
    assert [path.name for path in out.iterdir()] == [name]
    starts = {"x.prom": "# HELP iccc_findings ", "x.md": "# Drift of ", "x.csv": "\ufeffState,", "x.xml": "<?xml"}
    assert (out / name).read_text(encoding="utf-8").startswith(starts.get(name, "{"))
    assert (out / name).stat().st_mode & 0o044, "node_exporter is another user"


def test_the_next_mail_goes_on_where_the_last_one_of_the_whole_city_was(place: Path) -> None:
    assert run("--mail", "-o", "part.eml").return_value == Exit.UNKNOWN
    assert run_whole("--mail", "--severity", "critical", "-o", "severe.eml").return_value == Exit.UNKNOWN
    assert run_whole("--mail", "-o", "first.eml").return_value == Exit.UNKNOWN
    assert run_whole("--mail", "-o", "second.eml").return_value == Exit.UNKNOWN
    for name in ("part", "severe", "first"):
        subject, text = subject_and_text(place / f"{name}.eml")
        assert " new" in subject and "New: " in text, name
    subject, text = subject_and_text(place / "second.eml")
    assert "new" not in subject and "New:" not in text and "Still standing: " in text


def test_an_event_that_another_command_saw_is_told_once_and_by_the_next_mail(place: Path) -> None:
    event = Finding(
        CAMERA, "firmware", Class.INVENTORY, Severity.MINOR, "another firmware", "x.yaml:1:1", "bsp-j01", event=True
    )
    assert run_whole("--mail", "-o", "before.eml").return_value == Exit.UNKNOWN
    with open_context(CITY, "plan", load_settings(place)) as context:
        context.keep({}, [event], {})

    def paths(*words: str, code: Exit) -> set[str]:
        return {one["path"] for one in found(*words, code=code)["findings"]}

    assert paths("--severity", "critical", code=Exit.CLEAN) == set()
    assert paths(code=Exit.DIFFERENT) == {"", "firmware"}, "what was not listed waits"
    assert paths(code=Exit.UNKNOWN) == {""}
    assert run_whole("--mail", "-o", "after.eml").return_value == Exit.DIFFERENT
    subject, text = subject_and_text(place / "after.eml")
    assert "1 new" in subject and "another firmware" in text.partition("New: 1")[2].partition("Still standing")[0]
    assert run_whole("--mail", "-o", "last.eml").return_value == Exit.UNKNOWN


def test_a_mail_is_sent_once_and_one_that_is_refused_is_an_error(place: Path) -> None:
    with (place / "pyinfra.cfg").open("a", encoding="utf-8") as file:
        file.write(f"\n[mail]\nhost = {HOST}\nport = 2599\nfrom = iccc@example.test\nto = noc@example.test\n")
    with serving(2599) as box:
        box.says = "451 try later"
        refused = run("--mail")
        assert isinstance(refused.exception, UsageError) and "451 try later" in str(refused.exception)
        box.says = "250 OK"
        assert run("--mail").return_value == Exit.UNKNOWN
    ((_, recipients, message),) = box.taken
    assert recipients == ["noc@example.test"]
    assert str(message["Subject"]).startswith("Bilaspur: 1 finding, 1 new"), "the refused one was none"


def test_a_password_is_looked_for_before_anything_is_read(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with (place / "pyinfra.cfg").open("a", encoding="utf-8") as file:
        file.write(f"\n[mail]\nhost = {HOST}\nport = 2598\nfrom = iccc@example.test\nto = noc@example.test\n")
        file.write("starttls = yes\nuser = iccc\n")
    missing = run("--mail")
    assert str(missing.exception) == f"no secret mail/smtp for iccc: iccc secret {CITY} set mail/smtp"
    monkeypatch.setenv("ICCC_SECRET_MAIL_SMTP", "correct horse")
    with serving(2598) as box:
        refused = run("--mail")
    assert "STARTTLS" in str(refused.exception) and box.taken == [], "never in the clear"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--mail",), r"needs \[mail\] in pyinfra.cfg"),
        (("--mail", "-o", "x.eml", "--since", "1h"), "no --since, no --format"),
        (("--mail", "-o", "x.txt"), "ends in .eml"),
        (("-o", "x.eml"), "written with --mail"),
        (("--since", "soon"), "--since 'soon' is not like"),
    ],
)
def test_what_does_not_fit_is_said_before_anything_is_read(place: Path, words: tuple[str, ...], said: str) -> None:
    done = run(*words)
    assert isinstance(done.exception, UsageError)
    with pytest.raises(UsageError, match=said):
        raise done.exception
