"""The campaign of faults: 50 cameras on two recording servers, one deploy, then one fault after the other.

The tests go in their order. After each one all cameras are recorded again, and what was recorded before is there.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from functools import partial

import pytest

from iccc.lab.debian.space import hindrance
from tests.flow.declaration import CITY
from tests.hosts.campaign import ARMED_S, FIRST, SECOND, CampaignLab, camera_of, newest, open_at
from tests.hosts.checks import Checks
from tests.hosts.control_lab import SERVER
from tests.hosts.server_lab import rows

pytestmark = pytest.mark.hosts

WITHIN_S = 15 * 60  # all of it, on two cores
GOP_S = 2  # a recording grows by one group of pictures at a time
BUSY_S = 5  # for a machine that does other things too
CUT_LINK_S = 25
FROZEN = "bsp-j02-c03"
LEAST_S = 10  # shorter gaps are not told


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CampaignLab]:
    if reason := hindrance():
        pytest.skip(reason)
    began = time.monotonic()
    with CampaignLab(tmp_path_factory.mktemp("campaign")) as lab:
        print(f"lab: {time.monotonic() - began:.0f} s")
        yield lab
    took = time.monotonic() - began
    print(f"the campaign: {took:.0f} s")
    assert took < WITHIN_S


@pytest.fixture(scope="module")
def deployed(lab: CampaignLab) -> CampaignLab:
    began = time.monotonic()
    done = lab.deploy()
    print(f"first deploy: {time.monotonic() - began:.0f} s")
    assert done.code == 0, done
    for host in (FIRST, SECOND):
        lab.records(host, lab.cameras(host))
    return lab


@pytest.fixture
def whole(deployed: CampaignLab) -> Iterator[CampaignLab]:
    """All cameras are recorded after the test, as they were before it."""
    yield deployed
    for host in (FIRST, SECOND):
        deployed.records(host, deployed.cameras(host))


def test_a_second_deploy_changes_nothing(whole: CampaignLab) -> None:
    began = time.monotonic()
    done = whole.deploy()
    print(f"second deploy: {time.monotonic() - began:.0f} s")
    assert done.code == 0 and "Nothing to do" in done.out, done
    assert [len(whole.cameras(host)) for host in (FIRST, SECOND)] == [23, 27]


def test_what_was_deployed_is_verified(whole: CampaignLab) -> None:
    """All but the one thing that there is none of here: the time servers of the country."""
    for host in (FIRST, SECOND):
        whole.becomes(lambda host=host: "^*" in whole.ssh(host, "chronyc -n sources"), 60)  # type: ignore[misc]
    seen = Checks(whole)
    assert (seen.of("fail"), seen.of("unknown")) == ({(SERVER, "time_source")}, set()), seen.done.out


def test_a_recorder_that_is_killed_loses_one_group_of_pictures(whole: CampaignLab) -> None:
    victim = "bsp-j01-c01"
    whole.amid(FIRST, victim)
    before = whole.footage(FIRST)
    cut = newest(before, victim)
    whole.ssh(FIRST, f"sudo systemctl kill --kill-whom=all --signal=KILL iccc-record@{victim}")
    at = time.time()
    print(f"recorded again {whole.records(FIRST, [victim], at + 0.5, 20):.1f} s after a SIGKILL")
    after = whole.untouched(FIRST, before)
    assert newest(after, victim) != cut
    lost_s = whole.lost_s(FIRST, cut, at)
    print(f"{whole.frames(FIRST, cut)} frames are readable; lost before the kill: {lost_s:.1f} s")
    assert whole.frames(FIRST, cut) > 0 and lost_s < GOP_S + 1 + BUSY_S
    running = {path for path in before if newest(before, camera_of(path)) == path} - {cut}
    assert all(after[path].size >= before[path].size for path in running)  # no other one was begun anew


def test_a_camera_that_dies_and_one_that_freezes_come_back_by_themselves(whole: CampaignLab) -> None:
    dead, frozen = "bsp-j01-c02", FROZEN
    before = {host: whole.footage(host) for host in (FIRST, SECOND)}
    whole.asked("power", f"device={dead}", "on=false")
    whole.asked("fault", f"device={frozen}", "fault=stream-stops")
    try:
        since = time.time()
        for host, but in ((FIRST, dead), (SECOND, frozen)):
            whole.records(host, whole.cameras(host) - {but}, since)
        assert {row["device"] for row in whole.told("drift", "--limit", dead)["findings"]} == {dead}
        # 10 s without a byte end ffmpeg; a unit that is started again and again has failed nothing.
        for host, but in ((FIRST, dead), (SECOND, frozen)):
            whole.becomes(partial(whole.is_restarted, host, but), 30)
    finally:
        whole.asked("fault", f"device={frozen}", "fault=none")
        whole.asked("power", f"device={dead}", "on=true")
    back = time.time()
    whole.done["freeze"] = (since, back)
    for host, but in ((FIRST, dead), (SECOND, frozen)):
        print(f"{but} is recorded {whole.records(host, [but], back, 60):.1f} s after it came back")
        whole.untouched(host, before[host])


def test_a_link_that_is_cut_for_25_s_costs_these_and_no_more(whole: CampaignLab) -> None:
    whole.amid(FIRST, "bsp-j01-c01")
    before = whole.footage(FIRST)
    whole.link(FIRST, up=False)
    cut = time.time()
    try:
        done = whole.iccc("drift", "--limit", FIRST)
        assert done.code == 3 and FIRST in done.out + done.err, done
        time.sleep(max(0.0, cut + CUT_LINK_S - time.time()))
    finally:
        whole.link(FIRST, up=True)
    back = time.time()
    whole.done["link"] = (cut, back)
    took = whole.records(FIRST, whole.cameras(FIRST), back, 40)
    print(f"all are recorded {took:.1f} s after the link came back")
    after = whole.untouched(FIRST, before)
    lost = {camera: whole.lost_s(FIRST, open_at(after, camera, cut), cut) for camera in ("bsp-j01-c01", "bsp-j01-c21")}
    print(f"lost before the cut: {lost}")
    assert max(lost.values()) < GOP_S + 1 + BUSY_S
    assert whole.iccc("plan", "--limit", FIRST).code == 0


def test_a_full_disk_is_freed_by_the_retention_and_recorded_onto_again(whole: CampaignLab) -> None:
    before = whole.footage(FIRST)
    # What is left of a camera that is not declared any more goes first when space is needed.
    fill = "for day in $(seq -w 1 28); do dd if=/dev/zero of=202601${day}T000000.mp4 bs=1M count=32; done"
    whole.ssh(
        FIRST,
        "sudo sh -c 'mkdir -p /srv/recordings/gone-c01; cd /srv/recordings/gone-c01; "
        f"{fill} 2>/dev/null; touch -d 2026-02-01 *; true'",
    )
    full = time.time()
    assert whole.free_percent(FIRST) < 1
    freed = "sudo journalctl --no-pager -o short-unix -u iccc-retention | grep 'for space' | tail -n 1"

    def run() -> float:
        said = whole.ssh(FIRST, freed).split()
        return float(said[0]) if said else 0.0

    whole.becomes(lambda: run() > full, 75)  # every minute
    took = whole.records(FIRST, whole.cameras(FIRST), run(), 15 + BUSY_S)
    print(f"all are recorded {took:.1f} s after the retention has run, {run() - full:.0f} s after the disk was full")
    whole.untouched(FIRST, before)
    assert whole.free_percent(FIRST) > 5
    whole.ssh(FIRST, "sudo rm -rf /srv/recordings/gone-c01")


def test_a_host_that_loses_its_power_loses_seconds_and_records_by_itself(whole: CampaignLab) -> None:
    whole.amid(FIRST, "bsp-j01-c01")
    before, beside = whole.footage(FIRST), whole.footage(SECOND)
    cameras = whole.cameras(FIRST)
    whole.asked("power", f"device={FIRST}", "on=false")
    cut = time.time()
    try:
        done = whole.iccc("drift", "--limit", FIRST)
        assert done.code == 3 and FIRST in done.out, done
        assert "Traceback" not in done.err
    finally:
        whole.asked("power", f"device={FIRST}", "on=true")
    on = time.time()
    whole.becomes(lambda: whole.ssh(FIRST, "echo up", check=False) == "up\n", 30)
    print(f"all are recorded {whole.records(FIRST, cameras, on, 60):.1f} s after the power came back")
    after = whole.untouched(FIRST, before)
    lost_s = {camera: whole.lost_s(FIRST, open_at(after, camera, cut), cut) for camera in sorted(cameras)[:5]}
    print(f"lost before the cut: {lost_s}")
    assert max(lost_s.values()) < 15
    whole.untouched(SECOND, beside)
    # What a power cut can leave on a real disk: the retention goes on beside it.
    whole.ssh(FIRST, "sudo sh -c ': >/srv/recordings/bsp-j01-c01/20260101T000000.mp4'")
    whole.ssh(FIRST, "sudo systemctl start iccc-retention.service")
    seen = Checks(whole, "--footage", "--limit", "bsp-j01-c01")
    whole.ssh(FIRST, "sudo rm /srv/recordings/bsp-j01-c01/20260101T000000.mp4")
    assert not {text for text in seen.texts("fail") if "footage reaches back" in text}, "an empty one is no footage"
    assert whole.iccc("plan", "--limit", FIRST).code == 0


def test_a_time_server_that_is_an_hour_off_is_told(whole: CampaignLab) -> None:
    """Its own chrony stands still, and another program answers in its place."""
    with whole.wrong_time(3600):
        assert {(row["device"], row["path"]) for row in whole.told("drift", "--limit", SERVER)["findings"]} == {
            (SERVER, "time.services[chrony.service].running")
        }
        whole.ssh(FIRST, "sudo systemctl restart chrony")
        whole.becomes(lambda: "^*" in whole.ssh(FIRST, "chronyc -n sources"), 40)
        seen = Checks(whole, "--limit", FIRST)
        assert (seen.done.code, seen.of("fail")) == (2, {(FIRST, "time_source")}), seen.done.out
        assert any("3600.0" in text or "3599.9" in text for text in seen.texts("fail")), seen.texts("fail")
    whole.ssh(FIRST, "sudo systemctl restart chrony")


def test_a_deploy_that_is_killed_is_finished_by_the_next_one(whole: CampaignLab) -> None:
    """Segments of another length: units, manifest and, in two batches, every camera."""
    files = "sudo find /etc/systemd/system /etc/iccc -type f -path '*iccc*' -exec sha256sum '{}' +"
    recorders = whole.root / "cities" / CITY / "recorders.yaml"
    kept, last = recorders.read_text(encoding="utf-8"), whole.recorded(FIRST)[-1]
    points = (
        ("systemd-analyze", "verify"),  # nothing is in its place yet
        ("systemctl", "daemon-reload"),  # all is, and nobody was told
        ("systemctl", f"iccc-record@{last}"),  # 20 cameras are started anew, 3 are not
    )
    before = whole.ssh(FIRST, files)
    for length, (command, arguments) in enumerate(points, 70):
        text = kept.replace("{source: LABEL=recordings}", f"{{source: LABEL=recordings}}, segment_s: {length}")
        assert text != kept
        recorders.write_text(text, encoding="utf-8")
        with whole.held(FIRST, command, arguments) as is_held:
            whole.kill_deploy(is_held, "--limit", FIRST)
            whole.ssh(FIRST, "sudo pkill --signal KILL -f stdin.buffer.read", check=False)  # what it had sent
        midway = whole.ssh(FIRST, files)
        assert whole.ssh(FIRST, "systemctl list-units --failed --plain --no-legend 'iccc-*'") == ""
        done = whole.deploy("--limit", FIRST)
        assert done.code == 0, done
        after = whole.ssh(FIRST, files)
        assert set(midway.splitlines()) <= set(before.splitlines()) | set(after.splitlines())
        assert whole.ssh(FIRST, "sudo find /etc -name '*.iccc-new'") == ""
        assert f"-segment_time {length} " in whole.ssh(FIRST, "cat /usr/local/lib/iccc/record")
        running = "ps axww -o args | grep -c '^ffmpeg.*[-]segment_time " + str(length) + " ' || true"
        whole.becomes(lambda running=running: int(whole.ssh(FIRST, running)) == 23, 40)  # type: ignore[misc]
        before = after
    assert "Nothing to do" in whole.deploy("--limit", FIRST).out
    recorders.write_text(kept, encoding="utf-8")
    assert whole.deploy("--limit", FIRST).code == 0


def test_what_shuts_us_out_is_taken_back_by_the_host(whole: CampaignLab) -> None:
    rules = "sudo nft list ruleset; sudo sha256sum /etc/nftables.conf /etc/ssh/sshd_config.d/50-iccc.conf"
    before = whole.ssh(FIRST, rules)
    with whole.shut_out("firewall", "ssh"):
        began = time.monotonic()
        done = whole.deploy("--limit", FIRST)
        print(f"the deploy ended after {time.monotonic() - began:.0f} s")
    told = rows(done)
    assert done.code == 2 and len(told) == 2 and all(FIRST in row for row in told), done
    assert all("has taken it back by itself" in row for row in told), told
    assert "firewall" in told[0] and "timed out" in told[0] and "ssh" in told[1] and "refused" in told[1], told
    assert whole.ssh(FIRST, rules) == before
    assert whole.iccc("plan", "--limit", FIRST).code == 0


@pytest.mark.parametrize("end", ["waits", "loses its power"])
def test_a_deploy_that_shuts_us_out_and_is_killed_shuts_nobody_out(whole: CampaignLab, end: str) -> None:
    rules = "sudo nft list ruleset; sudo sha256sum /etc/nftables.conf"
    before = whole.ssh(FIRST, rules)
    with whole.shut_out("firewall"):
        whole.kill_deploy(lambda: not whole.lets_in(FIRST), "--limit", FIRST)
    if end != "waits":
        whole.asked("power", f"device={FIRST}", "on=false")
        whole.asked("power", f"device={FIRST}", "on=true")
    began = time.monotonic()
    whole.becomes(lambda: whole.lets_in(FIRST), ARMED_S + 15)
    print(f"{end}: lets in {time.monotonic() - began:.0f} s after the kill")
    assert whole.ssh(FIRST, rules) == before
    assert whole.iccc("plan", "--limit", FIRST).code == 0


def test_at_the_end_the_report_has_the_gaps_and_the_other_server_has_none(whole: CampaignLab) -> None:
    """All that faults have cost cameras of the first server, as long as it was; of the second one what froze alone."""
    cameras = {host: whole.cameras(host) for host in (FIRST, SECOND)}
    seen = Checks(whole, "--footage", "--limit", "kind:camera")
    gaps = {camera for camera, check in seen.of("fail") if check == "gaps"}
    assert {check for _, check in seen.of("fail")} == {"gaps"} and seen.done.code == 2, seen.done.out
    assert gaps == cameras[FIRST] | {FROZEN}, gaps
    told = {one["device"]: one["text"] for one in seen.checks if one["check"] == "gaps" and one["outcome"] == "fail"}
    true = whole.gaps(FIRST, cameras[FIRST]) | whole.gaps(SECOND, [FROZEN])
    for camera in sorted(gaps):
        count, whole_s, longest_s = _told(told[camera])
        lengths = [to - since for since, to in true[camera]]
        surely = [length for length in lengths if length > LEAST_S + 1]  # whether one of 10 s is over 10 s, who knows
        about = (camera, told[camera], true[camera])
        assert len(surely) <= count <= len(lengths), about
        assert sum(surely) - count <= whole_s <= sum(lengths) + count, about
        assert longest_s == pytest.approx(max(lengths), abs=1.5), about
    # Both ends of what was done are known to this test too.
    for camera, (since, to) in {
        **dict.fromkeys(cameras[FIRST], whole.done["link"]),
        FROZEN: whole.done["freeze"],
    }.items():
        assert any(a < since + 1 and b > to for a, b in true[camera]), (camera, since, to, true[camera])
    print(sorted(set(told.values())))


def _told(text: str) -> tuple[int, float, float]:
    """Number of gaps, seconds in all, and seconds of the longest: of ``a gap of 31 s``, or of several."""
    number, whole = re.search(r"(\d+) gaps, (\d+) s in all", text), re.search(r" of (\d+) s from", text)
    assert whole is not None, text
    longest = float(whole[1])
    return (int(number[1]), float(number[2]), longest) if number else (1, longest, longest)
