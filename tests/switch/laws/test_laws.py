"""The laws on random pairs: 80 drawn by hypothesis in every run, 10,000 seeded ones in the long campaign."""

from __future__ import annotations

import json
import re
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from iccc.compare import Unread
from tests.switch.laws.judge import Verdict, judge
from tests.switch.laws.pairs import switch, wish
from tests.switch.laws.subjects import SUBJECTS
from tests.switch.sims.truth import Truth

LONG_PAIRS = 10_000
REPORT = Path(__file__).resolve().parents[3] / "out" / "laws.json"


@pytest.mark.parametrize("name", SUBJECTS)
@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(random=st.randoms(use_true_random=False))
def test_a_plan_is_safe_complete_and_can_be_taken_back(name: str, random: Random) -> None:
    subject = SUBJECTS[name]
    truth = switch(random, subject)
    judge(subject, truth, wish(random, subject, truth))


@pytest.mark.parametrize("name", SUBJECTS)
@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(random=st.randoms(use_true_random=False))
def test_what_a_switch_shows_is_read_as_it_is(name: str, random: Random) -> None:
    subject = SUBJECTS[name]
    truth = switch(random, subject)
    seen = subject.platform.read(*subject.shows(subject.sim(truth))).state()
    assert _read(truth) == {part: value for part, value in _shown(seen).items() if part in _read(truth)}


def _read(truth: Truth) -> dict[str, object]:
    return {
        "hostname": truth.hostname,
        "vlans": set(truth.vlans),
        "modes": {name: port.mode for name, port in truth.ports.items()},
        "access": {name: port.access for name, port in truth.ports.items() if port.mode == "access"},
        "trunks": {name: port.allowed for name, port in truth.ports.items() if port.mode == "trunk"},
        "shut": {name: port.shutdown for name, port in truth.ports.items()},
        "addresses": {vlan: svi.address for vlan, svi in truth.interfaces.items()},
        "gateway": truth.gateway,
        "access_from": truth.access_from,
        "ntp": truth.ntp,
        "syslog": truth.syslog,
        "users": truth.users,
        "logins": truth.logins,
    }


def _shown(seen: object) -> dict[str, object]:
    from iccc.switch.state import SwitchState

    assert isinstance(seen, SwitchState)
    ports = seen.ports
    assert isinstance(ports, dict)
    assert not isinstance(seen.users, Unread)
    return {
        "hostname": seen.hostname,
        "vlans": set(seen.vlans),  # type: ignore[arg-type]
        "modes": {name: str(port.mode) for name, port in ports.items()},
        "access": {name: port.access_vlan for name, port in ports.items() if str(port.mode) == "access"},
        "trunks": {name: port.allowed_vlans for name, port in ports.items() if str(port.mode) == "trunk"},
        "shut": {name: port.shutdown for name, port in ports.items()},
        "addresses": {vlan: svi.address for vlan, svi in seen.interfaces.items()},  # type: ignore[union-attr]
        "gateway": seen.gateway,
        "access_from": seen.access_from,
        "ntp": set(seen.ntp_servers),  # type: ignore[arg-type]
        "syslog": set(seen.syslog_hosts),  # type: ignore[arg-type]
        "users": {name: user.level for name, user in (seen.users or {}).items()},
        "logins": seen.logins,
    }


@pytest.mark.long
@pytest.mark.parametrize("name", SUBJECTS)
def test_ten_thousand_pairs(name: str) -> None:
    seeds = range(LONG_PAIRS)
    with ProcessPoolExecutor() as workers:
        verdicts = list(workers.map(_judged, [name] * LONG_PAIRS, seeds, chunksize=100))
    refused = Counter(_kind(verdict.refused) for verdict in verdicts if verdict.refused)
    unsafe = [f"seed {seed}: {verdict.broken}" for seed, verdict in zip(seeds, verdicts, strict=True) if verdict.broken]
    lines = sum(verdict.lines for verdict in verdicts)
    figures = {"pairs": LONG_PAIRS, "lines": lines, "unsafe": len(unsafe), "refused": dict(refused.most_common())}
    _told(name, figures)
    assert not unsafe, "\n".join(unsafe[:20])
    assert sum(refused.values()) < LONG_PAIRS / 2


def _judged(name: str, seed: int) -> Verdict:
    subject = SUBJECTS[name]
    random = Random(f"{name}-{seed}")
    truth = switch(random, subject)
    try:
        return judge(subject, truth, wish(random, subject, truth))
    except AssertionError as error:
        return Verdict(broken=str(error) or "a law")


def _kind(refusal: str) -> str:
    """The refusal without what is the pair's own: ports, numbers, quoted lines."""
    return re.sub(r"'[^']*'|\"[^\"]*\"|[\w-]*\d[\w./-]*", "…", refusal)


def _told(name: str, figures: dict[str, object]) -> None:
    """For the closing report: ``out/laws.json``."""
    REPORT.parent.mkdir(exist_ok=True)
    known = json.loads(REPORT.read_text()) if REPORT.exists() else {}
    REPORT.write_text(json.dumps(known | {name: figures}, indent=1, ensure_ascii=False))
    print(name, figures)
