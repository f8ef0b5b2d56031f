"""What is waived, in grace or planned work: cases as files, and what holds for all findings and all waivers.

A case has ``waivers`` and ``grace`` as in ``waivers.yaml`` (their lines are the case's own), ``work`` as in
``city.yaml``, ``findings`` with what the store knows of each, and what is expected; ``ID0`` is the id of the first one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from iccc.city.declared import Sheet
from iccc.city.devices import City
from iccc.city.model.waivers import Grace, Waiver, WaiversFile
from iccc.city.policies import Maintenance, PlannedWork
from iccc.drift.suppress import Judged, judge
from iccc.finding import Class, Finding, Severity
from iccc.state.findings import Known
from iccc.yamlfile import Document, Where
from tests.unit.states import bilaspur

CASES = sorted((Path(__file__).parent / "suppress").glob("*.yaml"))
NOW = datetime(2026, 11, 30, 6, 0, tzinfo=UTC)  # 11:30 in the city
CITY = bilaspur()


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_case(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    case = yaml.safe_load(text)
    findings = [finding(entry) for entry in case["findings"]]
    text = text.replace("ID0", f'"{findings[0].id}"')
    city = with_waivers(text, Document("waivers.yaml", text).value, case.get("work", []))
    now = case.get("now", NOW)
    known = {found.id: history(entry, now) for found, entry in zip(findings, case["findings"], strict=True)}
    judged = judge(findings, known, city, now)
    order = {found.id: number for number, found in enumerate(findings)}
    lines = sorted(said(judged), key=lambda one: order.get(one[0], len(order)))
    assert [line for _, line in lines] == case["expected"].splitlines()


def finding(entry: dict[str, Any]) -> Finding:
    under = tuple(map(finding, entry.get("under", ())))
    behind, affected = tuple(entry.get("behind", ())), tuple(entry.get("affected", ()))
    class_, site = Class(entry["class"]), entry["device"].rpartition("-")[0]
    return Finding(
        entry["device"], entry["path"], class_, Severity.MAJOR, "x", "f:1:1", site, None, None, behind, under, affected
    )


def history(entry: dict[str, Any], now: datetime) -> Known:
    return Known(entry.get("first_seen", now), entry.get("came_back_24h", 0))


def with_waivers(text: str, value: Any, work: list[dict[str, Any]]) -> City:
    asked = {key: value.get(key, []) for key in ("waivers", "grace")}
    file = WaiversFile.model_validate({"schema": "waivers/v1", **asked})
    planned = tuple(
        PlannedWork(one["scope"], at(one["from"]), at(one["to"]), "x", "City Engineer", Where("city.yaml", 1, n))
        for n, one in enumerate(work, start=1)
    )
    declared = replace(CITY.declared, waivers=Sheet(Document("waivers.yaml", text), file))
    return replace(CITY, declared=declared, maintenance=Maintenance(work=planned))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def said(judged: Judged) -> Iterator[tuple[str, str]]:
    for one in judged.open:
        note = judged.notes.get(one.id)
        yield one.id, f"open {named(one)}{f': {note}' if note else ''}{under(one)}"
    for word, part in (("waived", judged.waived), ("in grace", judged.in_grace), ("planned", judged.planned)):
        for each in part:
            by = each.by
            told = f"{word} {named(each.finding)}: {by.approver} until {by.until} at {by.where}{under(each.finding)}"
            yield each.finding.id, told


def named(one: Finding) -> str:
    return f"{one.device} {one.path}".strip()


def under(one: Finding) -> str:
    return f" (under it: {', '.join(below.path for below in one.under)})" if one.under else ""


devices = st.sampled_from(["bsp-j01-sw1", "bsp-j01-c01", "bsp-j02-c01", "nobody"])
paths = st.sampled_from(["", "hostname", "ports[Gi1/1].full_duplex"])
leaves = st.builds(
    lambda name, path, class_, behind: Finding(name, path, class_, Severity.MINOR, "x", "f:1:1", "s", behind=behind),
    devices, paths, st.sampled_from(Class), st.sampled_from([(), ("bsp-j01-c02",)]),
)  # fmt: skip
trees = st.builds(lambda root, under: replace(root, under=tuple(under)), leaves, st.lists(leaves, max_size=3))
days = st.integers(-2, 2).map(lambda days: (NOW + timedelta(days=days)).date())
words = st.sampled_from([*map(str, Class), "*", "ports[*]*", "hostname"])
scopes = st.sampled_from(["*", "bsp-j01", "kind:camera", "kind:switch&bsp-j01", "bsp-j99"])
waivers = st.builds(
    lambda drift, scope, first, last: Waiver(
        drift=drift, scope=scope, reason="Known", approver="City Engineer", given_on=first, expires=last
    ),
    words, scopes, days, days,
)  # fmt: skip
graces = st.builds(
    lambda drift, scope, minutes: Grace(
        drift=drift, scope=scope, minutes=minutes, reason="Known", approver="City Engineer",
        given_on=NOW.date(), expires=NOW.date(),
    ),
    words, scopes, st.integers(1, 90),
)  # fmt: skip


def everything(found: Iterator[Finding]) -> Counter[tuple[str, tuple[str, ...]]]:
    counted: Counter[tuple[str, tuple[str, ...]]] = Counter()
    waiting = list(found)
    while waiting:
        one = waiting.pop()
        counted[one.id, one.behind] += 1
        waiting += one.under
    return counted


@given(st.lists(trees, max_size=4), st.lists(waivers, max_size=3), st.lists(graces, max_size=2), st.integers(0, 100))
def test_nothing_is_lost_and_without_a_decision_nothing_is_hidden(
    found: list[Finding], waived: list[Waiver], graced: list[Grace], minutes: int
) -> None:
    known = {one.id: Known(NOW - timedelta(minutes=minutes)) for one in found}
    file = WaiversFile(schema="waivers/v1", waivers=tuple(waived), grace=tuple(graced))
    city = replace(CITY, declared=replace(CITY.declared, waivers=Sheet(Document("w.yaml", "a: 1"), file)))
    judged = judge(found, known, city, NOW)
    told = [*judged.open, *(one.finding for one in judged.suppressed)]
    assert everything(iter(told)) == everything(iter(found))
    plain = judge(found, known, replace(CITY, declared=replace(CITY.declared, waivers=None)), NOW)
    assert (plain.open, plain.suppressed) == (tuple(found), ())
    for one in judged.waived:
        assert not one.finding.behind or one.finding.class_ is Class.REACH
        assert any(w.given_on <= NOW.date() <= w.expires for w in waived)


@pytest.mark.parametrize(
    ("about", "idle"),
    [
        ("drift: operational, scope: '*'", False),
        ("drift: operationl, scope: '*'", True),
        ("drift: 'ports[*].full_duplex', scope: bsp-j01", False),
        ("drift: 'port[*].full_duplex', scope: bsp-j01", True),
        ("drift: operational, scope: bsp-j02", True),
        ("finding: ID0", False),
        ("finding: '0123456789'", True),
        ("rule: poe-headroom, scope: bsp-j01", False),  # iccc check says what becomes of it
        ("drift: operationl, scope: '*'", None),  # not in force any more
    ],
)
def test_a_waiver_that_never_was_about_anything_is_said(about: str, idle: bool | None) -> None:
    gone = Finding("bsp-j01-sw1", "ports[Gi1/1].full_duplex", Class.OPERATIONAL, Severity.MINOR, "x", "f:1:1", "s")
    expires = "2026-11-29" if idle is None else "2026-12-31"
    text = (
        f"waivers:\n  - {{{about}, reason: Known, approver: City Engineer, given_on: 2026-11-01, expires: {expires}}}\n"
    )
    text = text.replace("ID0", f"'{gone.id}'")
    city = with_waivers(text, Document("waivers.yaml", text).value, [])
    lines = [str(where) for where in judge([], {}, city, NOW, [gone]).idle]
    assert lines == (["waivers.yaml:2:5"] if idle else [])
    assert judge([], {}, city, NOW).idle == (), "of a part of a city nothing is said"
