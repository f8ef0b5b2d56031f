"""What ``iccc drift`` found, in every format: of findings made by hand, with what hostile devices would say."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree as ET

import jsonschema
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from iccc.drift.suppress import Decision, Judged, Sort, Suppressed
from iccc.errors import UsageError
from iccc.finding import Class, Evidence, Finding, Severity
from iccc.localtime import moment
from iccc.report.drift import WRITERS
from iccc.report.drift_table import COLUMNS, as_md
from iccc.report.drifted import Drifted, narrowed
from iccc.state.findings import Episode, Known
from iccc.yamlfile import Where
from tests.report.sarif import LOG
from tests.unit.states import bilaspur

CITY = bilaspur()
NOW = datetime(2026, 11, 30, 1, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
EVIL = "\x1b[2J\x9b31m]]> <b>&\u202e\x00\ud800\nno findings | `x` http://evil.example www.evil.example"


def finding(device: str, class_: Class, severity: Severity = Severity.MAJOR, text: str = "is wrong") -> Finding:
    return Finding(device, "part", class_, severity, text, "cities/bilaspur/city.yaml:3:7", "bsp-j01")


DEAD = replace(
    finding("bsp-j01-sw1", Class.REACH, Severity.CRITICAL, "does not answer"),
    behind=("bsp-j01-c01", "bsp-j01-c02"),
    under=(finding("bsp-agg1", Class.OPERATIONAL),),
    affected=("bsp-j01-c03",),
    evidence=(Evidence("IF-MIB ifOperStatus.3", "down(2)", NOW), Evidence("x", "y", NOW)),
    next_step="Look at its power.",
)
DIFFERS = replace(finding("bsp-j01-c04", Class.CONFIG, Severity.MINOR), seen="=1+1", wanted="a|b", where="")
UNREAD = finding("bsp-j01-c05", Class.OBSERVABILITY, text="cut off")
NASTY = finding("bsp-j01-c06", Class.TOPOLOGY, text=EVIL)
OPEN = (DEAD, NASTY, DIFFERS, UNREAD)


def by(sort: Sort) -> Decision:
    return Decision(sort, f"{sort} {EVIL}", f"because {EVIL}", "City Engineer", "2026-12-31", Where("w.yaml", 3, 5))


WAIVED = Suppressed(finding("bsp-j01-c07", Class.OPERATIONAL), by(Sort.WAIVER))
GRACE = Suppressed(finding("bsp-j01-c08", Class.REACH), by(Sort.GRACE))
PLANNED = Suppressed(replace(DEAD, device="bsp-j02-sw1", under=()), by(Sort.WORK))
GONE = Episode(
    "0123456789", "bsp-j01-c09", "", Class.REACH, Severity.MAJOR, f"gone {EVIL}", NOW - 9 * HOUR, NOW - HOUR, NOW
)
KNOWN = {
    DEAD.id: Known(NOW - 3 * HOUR, 2, 5),
    NASTY.id: Known(NOW, new=True),
    DIFFERS.id: Known(NOW - 48 * HOUR),
    UNREAD.id: Known(NOW, new=True),
    WAIVED.finding.id: Known(NOW - 99 * HOUR),
}
ALL = Drifted(
    CITY, "lab", NOW, "digest", 629, ("bsp-j01-c05",),
    Judged(OPEN, (WAIVED,), (GRACE,), (PLANNED,), {DIFFERS.id: "its waiver expired on 2026-11-29"}),
    KNOWN, (GONE,), {"bsp-j01-sw2": ("vlans[99]",)}, 4.5,
)  # fmt: skip
NOTHING = Drifted(CITY, "lab", NOW, "digest", 629, (), Judged())


def written(format_: str, drifted: Drifted = ALL) -> str:
    return WRITERS[format_](drifted).decode()


@pytest.mark.parametrize("format_", WRITERS)
def test_no_device_can_write_control_codes_or_a_line_of_its_own(format_: str) -> None:
    text = written(format_)
    assert set(text) & set("\x1b\x9b\x00\u202e\ud800") == set()
    if format_ in ("json", "jsonl"):
        first = json.loads(text)["findings"][1] if format_ == "json" else json.loads(text.splitlines()[1])
        assert first["text"] == EVIL, "escaped, so that programs read what was said"
    assert "\nno findings" not in text


def test_text_says_of_each_finding_what_since_why_and_what_to_do_in_few_lines() -> None:
    lines = written("text").splitlines()
    start = lines.index("  critical bsp-j01-sw1  does not answer")
    assert lines[start + 1 : start + 5] == [
        f"           cities/bilaspur/city.yaml:3:7   id {DEAD.id}   since 2026-11-30 03:30 IST;"
        " came back 2 times in 24 h, 5 in 7 days",
        "           unknown behind it: 2 (bsp-j01-c01, bsp-j01-c02); not recorded because of it: 1 (bsp-j01-c03);"
        " under it: 1 finding",
        "           IF-MIB ifOperStatus.3: down(2) (and 1 more)",
        "           do: Look at its power.",
    ]
    assert "           its waiver expired on 2026-11-29" in lines
    heads = ["Waived: 1", "In grace: 1", "Planned work: 1", "Resolved: 1", "Not declared, left alone:"]
    assert [line for line in lines if line in heads] == heads
    planned = lines[lines.index("Planned work: 1") :]
    assert planned[3] == "           with 2 unknown behind it, 1 not recorded because of it"
    assert lines[-1] == "4 findings; 2 devices unknown behind them. 1 waived, 1 in grace, 1 planned work."
    ten = Drifted(CITY, "lab", NOW, "", 629, (), Judged((DEAD,) * 10))
    assert len(written("text", ten).splitlines()) <= 56


def test_nothing_is_said_only_of_a_whole_run_without_anything() -> None:
    assert written("text", NOTHING).splitlines()[-1] == "Nothing: 629 devices are as declared."
    for less in (
        narrowed(NOTHING, None, Severity.CRITICAL),
        narrowed(NOTHING, NOW, None),
        replace(NOTHING, judged=Judged(waived=(WAIVED,))),
    ):
        assert "as declared" not in written("text", less)


def test_json_has_every_finding_whole_and_jsonl_one_a_line() -> None:
    data = json.loads(written("json"))
    assert (data["version"], data["kind"], data["city"], data["duration_s"]) == (2, "drift", "bilaspur", 4.5)
    assert data["summary"] | {"findings": 4, "waived": 1, "in_grace": 1, "planned": 1, "resolved": 1} == data["summary"]
    assert {word: data["summary"][word] for word in (*Class, "critical")} == {
        "config": 1, "topology": 1, "inventory": 0, "operational": 0, "addressing": 0, "reach": 1, "observability": 1,
        "critical": 1,
    }  # fmt: skip
    dead = data["findings"][0]
    assert (dead["under"][0]["device"], dead["behind"], dead["next_step"]) == (
        "bsp-agg1", list(DEAD.behind), DEAD.next_step,
    )  # fmt: skip
    assert (dead["came_back_24h"], dead["came_back_7d"]) == (2, 5)
    assert data["findings"][2]["note"] == "its waiver expired on 2026-11-29"
    assert data["waived"][0]["decision"]["where"] == "w.yaml:3:5"
    lines = [json.loads(line) for line in written("jsonl").splitlines()]
    assert [line["state"] for line in lines] == ["open"] * 4 + ["waived", "in_grace", "planned", "resolved"]
    keys = ("findings", "waived", "in_grace", "planned", "resolved")
    assert [line["id"] for line in lines] == [one["id"] for key in keys for one in data[key]]


def test_junit_parts_what_is_wrong_from_what_was_not_seen() -> None:
    root = ET.fromstring(written("junit"))
    assert [suite.get("name") for suite in root] == list(Class)
    assert [root.get(key) for key in ("tests", "failures", "errors", "skipped")] == ["9", "2", "2", "3"]
    tags = {case.get("name"): case[0].tag for case in root.iter("testcase") if len(case)}
    assert tags["bsp-j01-sw1 part"] == tags["bsp-j01-c05 part"] == "error"
    assert tags["bsp-j01-c04 part"] == "failure" and tags["bsp-j01-c07 part"] == "skipped"
    quiet = ET.fromstring(written("junit", NOTHING))
    assert [quiet.get(key) for key in ("tests", "failures", "errors", "skipped")] == ["7", "0", "0", "0"]


def test_sarif_is_valid_and_suppresses_what_is_decided() -> None:
    log = json.loads(written("sarif"))
    jsonschema.validate(log, LOG)
    results = log["runs"][0]["results"]
    assert [(one["ruleId"], one["kind"], one["level"], len(one["suppressions"])) for one in results] == [
        ("reach", "fail", "error", 0),
        ("topology", "fail", "error", 0),
        ("config", "fail", "warning", 0),
        ("observability", "open", "none", 0),
        ("operational", "fail", "error", 1),
        ("reach", "fail", "error", 1),
        ("reach", "fail", "error", 1),
    ]
    place = results[0]["locations"][0]["physicalLocation"]
    assert (place["artifactLocation"]["uri"], place["region"]["startLine"]) == ("cities/bilaspur/city.yaml", 3)
    assert "physicalLocation" not in results[2]["locations"][0], "no line is known"
    assert results[0]["partialFingerprints"] == {"finding/v1": DEAD.id}


def test_csv_is_a_table_without_formulas() -> None:
    rows = list(csv.reader(io.StringIO(WRITERS["csv"](ALL).decode("utf-8-sig"))))
    assert tuple(rows[0]) == COLUMNS and {len(row) for row in rows} == {len(COLUMNS)}
    assert [row[0] for row in rows[1:]] == ["open"] * 4 + ["waived", "in grace", "planned work", "resolved"]
    formula = replace(NASTY, text="=HYPERLINK(1)", next_step="@x", site="+1", path="-1")
    (_, row) = csv.reader(io.StringIO(written("csv", replace(NOTHING, judged=Judged((formula,))))))
    assert [cell for cell in row if cell[:1] in "=+-@" and cell] == []


def test_what_is_gone_is_told_by_severity_and_not_without_end() -> None:
    (gone,) = ALL.resolved
    many = [replace(gone, device=f"x{n}", severity=Severity.MINOR) for n in range(29)]
    worst = replace(gone, device="worst", severity=Severity.CRITICAL)
    text = WRITERS["text"](replace(ALL, resolved=[*many, worst])).decode()
    told = text[text.index("Resolved: 30") :].splitlines()
    assert told[1].startswith("  critical worst") and told[1].endswith(" IST")
    assert told[21] == "  … and 10 more" and told[20].startswith("  minor")


def test_nothing_is_worse_than_critical() -> None:
    heads = {one: WRITERS["text"](narrowed(ALL, None, one)).decode().splitlines()[0] for one in Severity}
    assert heads[Severity.CRITICAL].endswith(", critical")
    assert heads[Severity.MAJOR].endswith(", major and worse")


@given(st.text())
@example("http://a.example www.a.example WWW.a.example")
def test_no_cell_of_markdown_is_markup(text: str) -> None:
    """Cells stay cells: what is not escaped is no bar, bracket, emphasis, code, tag, name or link."""
    one = replace(NASTY, text=text, next_step=text)
    lines = as_md(replace(NOTHING, judged=Judged((one,)))).decode().split("\n")
    assert len(lines) == 8  # the last one is empty: title, gap, head, rule, row, gap, sum; a line end would make more
    row = re.sub(r"\\[\\`*_\[\]<>|~&@$:.]", "", lines[4])
    assert row.count("|") == 8
    assert not re.search(r"[\\`*_\[\]<>~&@$]|://|www\.", row, re.IGNORECASE)


EXPOSITION = re.compile(r'[a-z_]+\{[a-z]+="[^"\\\n]*"(,[a-z]+="[^"\\\n]*")*\} -?[0-9.]+(e\+?[0-9]+)?')


def test_prometheus_has_every_class_and_severity_in_the_exposition_format() -> None:
    text = written("prometheus")
    assert text.endswith("\n")
    samples, helps = {}, []
    for line in text.splitlines():
        if line.startswith("#"):
            helps.append(line.split(" ", 3)[1:3])
        else:
            assert EXPOSITION.fullmatch(line), line
            name, value = line.rsplit(" ", 1)
            assert name not in samples
            samples[name] = float(value)
    assert [kind for kind, _ in helps] == ["HELP", "TYPE"] * 6
    singly = [name for name in samples if name.startswith("iccc_finding{")]
    assert len(singly) == 4 and any('severity="critical"' in name for name in singly)
    of_findings = {name: value for name, value in samples.items() if name.startswith("iccc_findings{")}
    assert len(of_findings) == len(Class) * len(Severity) and sum(of_findings.values()) == 4
    there = 'city="bilaspur",target="lab"'
    assert samples[f'iccc_findings{{{there},class="reach",severity="critical"}}'] == 1
    assert samples[f'iccc_findings_suppressed{{{there},by="grace"}}'] == 1
    assert samples[f'iccc_drift_devices{{{there},state="read"}}'] == 628
    assert samples[f'iccc_drift_devices{{{there},state="unread"}}'] == 1
    assert samples[f"iccc_drift_last_run_timestamp_seconds{{{there}}}"] == NOW.timestamp()
    assert samples[f"iccc_drift_duration_seconds{{{there}}}"] == 4.5


@pytest.mark.parametrize("severity", [None, *Severity])
@pytest.mark.parametrize("hours", [None, 0, 1, 24, 1000])
def test_narrowed_keeps_what_is_severe_and_late_enough(severity: Severity | None, hours: int | None) -> None:
    since = None if hours is None else NOW - hours * HOUR
    order = list(Severity)
    less = narrowed(ALL, since, severity)

    def kept(one: Finding) -> bool:
        severe = severity is None or order.index(one.severity) <= order.index(severity)
        return severe and (since is None or ALL.first_seen(one) > since)

    assert less.open == tuple(one for one in OPEN if kept(one))
    assert less.judged.waived == ((WAIVED,) if kept(WAIVED.finding) else ())
    assert (less.since, less.severity) == (since, severity)
    assert len(less.resolved) == (severity in (None, Severity.MAJOR, Severity.MINOR))


def test_only_what_is_not_seen_is_not_different() -> None:
    assert ALL.different
    assert not replace(ALL, judged=replace(ALL.judged, open=(DEAD, UNREAD))).different
    assert not replace(ALL, judged=replace(ALL.judged, open=())).different, "what is waived does not count"


def test_since_is_a_while_ago_or_a_time_of_the_city() -> None:
    assert moment("24h", NOW, 330) == NOW - 24 * HOUR
    assert moment("7d", NOW, 330) == NOW - 7 * 24 * HOUR
    assert moment("90m", NOW, 330) == NOW - 1.5 * HOUR
    assert moment("2026-11-30T05:30", NOW, 330) == datetime(2026, 11, 30, 0, 0, tzinfo=UTC)
    assert moment("2026-11-30", NOW, 330) == datetime(2026, 11, 29, 18, 30, tzinfo=UTC)
    assert moment("2026-11-30T00:30+00:00", NOW, 330) == NOW - HOUR / 2
    for wrong in ("yesterday", "24", "24 h", "-1h", "2026-13-01", "0001-01-01", "2026-11-30T07:00"):
        with pytest.raises(UsageError, match="--since"):
            moment(wrong, NOW, 330)


def test_a_waiver_that_covers_nothing_is_said_and_not_counted() -> None:
    idle = replace(NOTHING, judged=Judged(idle=(Where("cities/bilaspur/waivers.yaml", 12, 3),)))
    for run in (idle, narrowed(idle, NOW, Severity.CRITICAL)):
        assert "cities/bilaspur/waivers.yaml:12:3 covers nothing" in written("text", run).splitlines()
        assert json.loads(written("json", run))["idle_waivers"] == ["cities/bilaspur/waivers.yaml:12:3"]
    assert written("text", idle).splitlines()[-1] == "Nothing: 629 devices are as declared."
    assert json.loads(written("json", NOTHING))["idle_waivers"] == []


def test_what_nobody_compares_is_not_told_as_declared_without_a_word() -> None:
    by_hand = replace(NOTHING, by_hand=("bsp-rec01",))
    assert "Not compared: channels bound by hand, of bsp-rec01 (iccc channels" in WRITERS["text"](by_hand).decode()
    assert "Not compared" not in WRITERS["text"](NOTHING).decode()
