"""``iccc explain CITY FINDING``: the chain of a finding, from what the state store keeps."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from iccc.cli.main import cli
from iccc.drift import reach
from iccc.errors import UsageError
from iccc.finding import Class, Evidence, Finding, Severity
from iccc.report.explain_finding import Chain, as_json, as_text, chain_of
from iccc.report.table import WIDTH
from iccc.state.findings import Episode, Findings
from iccc.state.store import open_store
from tests.drift.networks import Builder, Network
from tests.support import NOW

HOUR = timedelta(hours=1)


def spur() -> Network:
    """A spur of two places, cut between them."""
    made = Builder()
    core = made.switch("core0", "core", "core")
    made.recorder(core)
    made.chain("spur", False, (core, core), [1, 1], ups=False)
    city = made.city()
    return Network(city, cuts=frozenset(link for link in city.links if link.b == "spur-s1-sw0"))


NETWORK = spur()
(ROOT,) = reach.with_roots(NETWORK.view, NETWORK.silent, NETWORK.candidates)
READ = dict.fromkeys(["core0", "spur-s0-sw0"], NOW) | {"spur-s1-sw0": NOW - HOUR}


def episode(finding: Finding, begun: int = 0, resolved: int | None = None) -> Episode:
    gone = None if resolved is None else NOW + resolved * HOUR
    last = gone or NOW + (begun + 1) * HOUR
    start = NOW + begun * HOUR
    return Episode(
        finding.id,
        finding.device,
        finding.path,
        finding.class_,
        finding.severity,
        finding.text,
        start,
        last,
        gone,
        finding,
    )


def chain(id_: str, *episodes: Episode) -> Chain:
    return chain_of(NETWORK.city, id_, episodes or [episode(ROOT)], READ)


def test_a_root_tells_evidence_way_and_what_follows() -> None:
    text = as_text(chain(ROOT.id)).decode()
    assert text.startswith(f"{ROOT.id}  critical  reach  spur-s1-sw0 at Spur-S1\n")
    assert "first seen 2025-07-31 12:00:00 IST, last seen 2025-07-31 13:00:00 IST\n" in text
    assert "  2025-07-31 12:00:00 IST  spur-s0-sw0 Gi1/4 ifOperStatus  down(2)\n" in text
    way = text[text.index("Way from the core") :].splitlines()[1:6]
    assert way == [
        "  core0: answered, last read 2025-07-31 12:00:00 IST",
        "    Gi1/2 to Gi1/3: nothing found",
        "  spur-s0-sw0: answered, last read 2025-07-31 12:00:00 IST",
        f"    Gi1/4 to Gi1/3: found: {', '.join(one.id for one in ROOT.under)}",
        f"  spur-s1-sw0: silent (id {ROOT.id}), last read 2025-07-31 11:00:00 IST",
    ]
    assert f"Under it: {len(ROOT.under)} findings" in text
    assert f"Unknown behind it: {len(ROOT.behind)} devices" in text
    assert all(name in text for name in ROOT.behind)
    assert max(map(len, text.splitlines())) <= WIDTH


def test_what_is_under_a_root_is_found_by_its_own_id_and_says_whence_it_follows() -> None:
    leaf = ROOT.under[0]
    found = chain(leaf.id)
    assert found.line == (ROOT, leaf)
    text = as_text(found).decode()
    assert f"Follows from\n  {ROOT.id}  {ROOT.device}: " in text and "Do        " in text
    data = json.loads(as_json(found))
    assert (data["finding"]["id"], data["root"]["id"], data["follows_from"]) == (leaf.id, ROOT.id, [ROOT.id])
    assert [(one["device"], one["read_at"]) for one in data["way"]] == [
        ("core0", NOW.isoformat()),
        ("spur-s0-sw0", NOW.isoformat()),
    ]
    assert data["root"]["evidence"][0]["at"] == NOW.isoformat()


def test_a_finding_that_came_back_says_how_often_and_the_standing_one_is_told() -> None:
    found = chain(ROOT.id, episode(ROOT, 0, 1), episode(ROOT, 2, 3), episode(ROOT, 4))
    assert (found.flaps, found.episode.resolved_at) == (2, None)
    assert "; came back 2 times" in " ".join(as_text(found).decode().split())
    deployed = chain_of(NETWORK.city, ROOT.id, [episode(ROOT, 0, 1), episode(ROOT, 2)], READ, {ROOT.device: NOW + HOUR})
    assert deployed.flaps == 0, "it stood before the first deploy"
    gone = chain(ROOT.id, episode(ROOT, 0, 1))
    assert ", gone 2025-07-31 13:00:00 IST" in " ".join(as_text(gone).decode().split())


def test_a_prefix_has_to_be_of_one_finding() -> None:
    assert chain(ROOT.id[:6]).finding == ROOT
    with pytest.raises(UsageError, match="no finding 'ffffffffff' in bilaspur"):
        chain("ffffffffff")
    with pytest.raises(UsageError, match=rf"'' is not one finding: .*{ROOT.id}"):
        chain("")


def test_what_a_device_said_stays_on_its_line() -> None:
    nasty = replace(ROOT, text="a\x1b[2Jb\nc", evidence=(Evidence("x\ny", "up\x07(1)", NOW),), under=())
    text = as_text(chain(ROOT.id, episode(nasty))).decode()
    assert "\x1b" not in text and "\x07" not in text and "\n" not in text[text.index("x y") - 4 : text.index("x y") + 8]


def test_the_command_reads_the_store_and_no_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = Path(__file__).parents[2]
    for name in ("cities", "catalogue", "pyinfra.cfg"):
        (tmp_path / name).symlink_to(root / name)
    monkeypatch.chdir(tmp_path)
    finding = Finding(
        "bsp-j05-sw2", "", Class.REACH, Severity.CRITICAL, "no answer", "j05.yaml:13:5", "bsp-j05", seen=[1], wanted=[2]
    )
    state = tmp_path / "state" / "lab" / "bilaspur"
    store = open_store(state)
    Findings(store).record([finding], lambda _episode: True, NOW)
    store.close()
    ran = CliRunner().invoke(cli, ["explain", "bilaspur", finding.id[:7]])
    assert ran.exit_code == 0, ran.output
    assert ran.output.startswith(f"{finding.id}  critical  reach  bsp-j05-sw2 at ")
    assert f"bsp-j05-sw2: silent (id {finding.id}), never read" in ran.output
    assert ran.output.count("never read") == 4, "core, aggregation, the switch before it in the ring"
    device = CliRunner().invoke(cli, ["explain", "bilaspur", "bsp-j05-sw2", "--format", "json"])
    assert json.loads(device.output)["kind"] == "explain"
