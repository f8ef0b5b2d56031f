"""What ``iccc check`` found, in every format: of the shipped cities, and of rows that are made by hand."""

from __future__ import annotations

import json
from datetime import date
from functools import cache
from pathlib import Path
from urllib.parse import unquote
from xml.etree import ElementTree as ET

import jsonschema
import pytest
from click.testing import CliRunner

from iccc.city.devices import City
from iccc.city.load import city_names, load_city
from iccc.cli.common import Exit
from iccc.cli.main import cli
from iccc.report.check import WRITERS
from iccc.rules.all import RULES
from iccc.rules.checked import of_city
from iccc.rules.judge import Verdict, judge, outcomes
from iccc.rules.rule import Outcome, Row, Rule, Severity, Stage
from iccc.yamlfile import Where
from tests.report.sarif import LOG
from tests.rules.test_cases import CASES, made

ROOT = Path(__file__).parents[2]
DAY = date(2026, 7, 1)
EVIL = "\x1b[2J\x9b31m]]> <b>&\u202e\x00\ud800\nno findings"
AT = Where("cities/jhansi/a file: with%20odd name.yaml", 3, 7)
ORDER = ("first", "second", "third")


@cache
def city(key: str) -> City:
    return load_city(ROOT, key)


def rule(id_: str, severity: Severity = Severity.HIGH, in_force_from: date | None = None) -> Rule:
    return Rule(id_, severity, Stage.DESIGN, f"Title of {id_}", f"do {id_}", "a source", lambda *_: (), in_force_from)


BY_HAND = (
    Verdict(
        rule("first", Severity.CRITICAL),
        (Row(Outcome.FAIL, "s1", AT, f"broken {EVIL}"), Row(Outcome.UNKNOWN, "s2", AT, "who knows")),
        3,
    ),
    Verdict(rule("second"), (Row(Outcome.NEEDS_HUMAN, "s3", AT, "look"), Row(Outcome.WARN, EVIL, AT, "so so")), 0),
    Verdict(rule("third", Severity.LOW), (Row(Outcome.FAIL, "s4", AT, "a bit broken"),), 0),
    Verdict(rule("later", in_force_from=date(2030, 1, 1)), (), 0, in_force=False),
    Verdict(rule("about-nothing"), (), 0),
)


def written(format_: str, verdicts: tuple[Verdict, ...] = BY_HAND) -> str:
    return WRITERS[format_](of_city(city("jhansi"), DAY, verdicts)).decode()


def test_text_has_findings_by_severity_and_open_questions_apart() -> None:
    lines = written("text").splitlines()
    heads = [line for line in lines if line.startswith(("Findings", "Open", "Waived", "critical", "high", "low"))]
    assert heads == [
        "Findings: 3",
        "critical, fail, first: Title of first",
        "high, warn, second: Title of second",
        "low, fail, third: Title of third",
        "Open questions: 2",
        "critical, unknown, first: Title of first",
        "high, needs human, second: Title of second",
    ]
    assert f"{AT}: a bit broken (s4)" in lines
    assert [line for line in lines if line.startswith("  do: ")] == [
        f"  do: do {n}" for n in (*ORDER, "first", "second")
    ]
    assert lines[-3:] == [
        "Not in force yet: later (2030-01-01).",
        "",
        "3 pass, 2 fail, 1 warn, 1 unknown, 1 needs human.",
    ]


def test_text_of_nothing_to_say_is_the_counts() -> None:
    lines = written("text", (Verdict(rule("first"), (), 2),)).splitlines()
    assert lines[1:] == ["", "2 pass."]


@pytest.mark.parametrize("format_", WRITERS)
def test_no_row_can_write_control_codes_or_a_line_of_its_own(format_: str) -> None:
    text = written(format_)
    assert set(text) & set("\x1b\x9b\x00\u202e\ud800") == set()
    assert "\nno findings" not in text


def test_junit_counts_what_it_has() -> None:
    root = ET.fromstring(written("junit"))
    suites = {suite.get("name"): suite for suite in root}
    assert list(suites) == ["first", "second", "third", "later"]
    assert [root.get(key) for key in ("tests", "failures", "errors", "skipped")] == ["7", "3", "0", "3"]
    names = [case.get("name") for case in suites["first"]]
    assert names == [f"s1 ({AT})", f"s2 ({AT})", "3 pass"]
    failure = suites["third"].find("testcase/failure")
    assert failure is not None and failure.text is not None
    assert failure.text.splitlines() == [f"{AT}: a bit broken", "low, design: Title of third", "do: do third"]
    assert [each.get("message") for each in root.iter("skipped")] == [
        "unknown: who knows",
        "needs human: look",
        "in force from 2030-01-01",
    ]


def test_sarif_says_kind_and_level() -> None:
    log = json.loads(written("sarif"))
    jsonschema.validate(log, LOG)
    results = log["runs"][0]["results"]
    assert [(each["ruleId"], each["kind"], each["level"]) for each in results] == [
        ("first", "fail", "error"),
        ("first", "open", "none"),
        ("second", "review", "none"),
        ("second", "fail", "warning"),
        ("third", "fail", "note"),
    ]
    place = results[0]["locations"][0]["physicalLocation"]
    assert unquote(place["artifactLocation"]["uri"]) == AT.file
    assert place["region"] == {"startLine": 3, "startColumn": 7}


def test_sarif_suppresses_what_is_waived(tmp_path: Path) -> None:
    case = CASES / "committee-rights" / "waived"
    spoilt, today, waived = made(case, tmp_path)
    log = json.loads(WRITERS["sarif"](of_city(spoilt, today, judge(spoilt, today, [waived]))))
    jsonschema.validate(log, LOG)
    (result,) = log["runs"][0]["results"]
    assert result["kind"] == "fail"
    assert result["suppressions"] == [
        {
            "kind": "external",
            "status": "accepted",
            "justification": "Decided by the budget committee (Municipal Commissioner, until 2026-12-31)",
        }
    ]


@pytest.mark.parametrize("key", city_names(ROOT))
def test_shipped_cities_in_every_format(key: str) -> None:
    """The same rows in all of them, each at a line that the file has."""
    verdicts = judge(city(key), DAY, RULES)
    data = {name: write(of_city(city(key), DAY, verdicts)).decode() for name, write in WRITERS.items()}
    rows = [(v.rule.id, row) for v in verdicts for row in v.rows]
    log = json.loads(data["sarif"])
    jsonschema.validate(log, LOG)
    (run,) = log["runs"]
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == [v.rule.id for v in verdicts]
    for (id_, row), result in zip(rows, run["results"], strict=True):
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"] == id_
        (location,) = result["locations"]
        uri, region = location["physicalLocation"]["artifactLocation"]["uri"], location["physicalLocation"]["region"]
        line = (ROOT / uri).read_text(encoding="utf-8").splitlines()[region["startLine"] - 1]
        assert len(line) >= region["startColumn"]
        assert f"{row.where}: {row.text}" in data["text"]
    told = json.loads(data["json"])
    assert [(each["id"], len(each["rows"])) for each in told["rules"]] == [(v.rule.id, len(v.rows)) for v in verdicts]
    assert told["outcomes"] == {str(outcome): count for outcome, count in outcomes(verdicts).items()}
    cases = ET.fromstring(data["junit"]).iter("testcase")
    assert sum(len(case) > 0 for case in cases) == len(rows) + sum(not v.in_force for v in verdicts)


@pytest.mark.parametrize("format_", WRITERS)
def test_the_command_writes_every_format(format_: str, tmp_path: Path) -> None:
    file = tmp_path / "found"
    words = ["check", "jhansi", "--on", str(DAY), "--format", format_, "-o", str(file)]
    assert CliRunner().invoke(cli, words, standalone_mode=False).return_value == Exit.DIFFERENT
    assert file.read_bytes() == WRITERS[format_](of_city(city("jhansi"), DAY, judge(city("jhansi"), DAY, RULES)))


@pytest.mark.parametrize(("format_", "line"), [("json", '"line": 2'), ("sarif", '"startLine": 2'), ("junit", ":2:")])
def test_mistakes_are_written_in_every_format(format_: str, line: str, tmp_path: Path) -> None:
    """A city that does not load has its mistakes in the report, and the exit code of an error."""
    (tmp_path / "cities" / "nowhere").mkdir(parents=True)
    (tmp_path / "cities" / "nowhere" / "city.yaml").write_text("schema: city/v1\ncty: {}\n", encoding="utf-8")
    (tmp_path / "pyinfra.cfg").write_text((ROOT / "pyinfra.cfg").read_text(encoding="utf-8"), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path)
        done = CliRunner().invoke(cli, ["check", "nowhere", "--format", format_], standalone_mode=False)
    assert done.return_value == Exit.ERROR
    assert "'cty' is no key here" in done.output.replace("&apos;", "'")
    assert line in done.output
    assert "what depends on this file is judged when it can be read" in done.output
