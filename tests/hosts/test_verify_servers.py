"""``iccc verify`` on recorders that are Debian servers: exactly what is broken fails, and nothing else."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from iccc.lab.debian.space import hindrance
from iccc.sessions.shell import fingerprint_of
from tests.hosts.checks import Checks
from tests.hosts.control_lab import SERVER, UPSTREAM, TimeServer, declare_server
from tests.hosts.server_lab import BARE, GOOD, ServerLab
from tests.support import rows_of

pytestmark = pytest.mark.hosts

OTHER = BARE  # here it has its disks
SLOTS = ("c01", "c02", "c03", "c04", "c21", "c25", "c26", "c41")
CAMERAS = {recorder: {f"{site}-{slot}" for slot in SLOTS} for recorder, site in ((GOOD, "bsp-j01"), (OTHER, "bsp-j02"))}
LIMIT = ("--limit", "bsp-j01&kind:camera", "--limit", "bsp-j02&kind:camera", "--limit", GOOD, "--limit", OTHER,
         "--limit", SERVER)  # fmt: skip
HOSTS = (GOOD, OTHER, SERVER)
FROZEN = "bsp-j01-c03"
DEPLOY_S = 900  # of the whole town, beside other work
TOLD_S = 75  # ffmpeg gives up after 10 s, and its second try after 15 s leaves another file without a picture
WITH_PICTURE_BYTES = 10_000  # more than the head of a file
OF_SERVER = {"recorded", "unit"}  # checks of a camera that its server answers


class WholeLab(ServerLab):
    """Two servers that record, and the control centre's, which follows a time server of the test's own."""

    without = ()

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        declare_server(root, UPSTREAM)


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerLab]:
    """As declared, and recording."""
    if reason := hindrance():
        pytest.skip(reason)
    with WholeLab(tmp_path_factory.mktemp("verified")) as lab, TimeServer(lab.root):
        done = lab.iccc("deploy", "--yes", timeout_s=DEPLOY_S)  # switches too: cameras are looked at on their ports
        assert done.code == 0, done
        for host, cameras in CAMERAS.items():
            lab.becomes(lambda host=host, cameras=cameras: lab.newest(host).keys() == cameras, 40)  # type: ignore[misc]
        yield lab


def test_what_is_as_declared_passes(lab: ServerLab) -> None:
    lab.becomes(lambda: all("^*" in lab.ssh(host, "chronyc -n sources") for host in HOSTS), 90)
    lab.becomes(lambda: not Checks(lab, "--limit", SERVER).of("unknown"), 120)  # Prometheus asks one after the other
    seen = Checks(lab, *LIMIT)
    assert (seen.done.code, seen.of("fail"), seen.of("unknown")) == (0, set(), set()), seen.done.out
    passed = seen.of("pass")
    assert {(camera, check) for each in CAMERAS.values() for camera in each for check in OF_SERVER} <= passed
    checks = {"service", "socket", "firewall", "time_source", "logins", "clock", "reachable"}
    assert {(host, check) for host in HOSTS for check in checks} <= passed
    assert {(GOOD, "mount"), (OTHER, "mount"), (SERVER, "targets")} <= passed
    assert any(check["text"].endswith("hevc 2560x1440") for check in seen.checks if check["check"] == "recorded")


def test_with_one_recorder_stopped_exactly_its_cameras_fail(lab: ServerLab) -> None:
    lab.ssh(OTHER, "sudo systemctl stop iccc-recording.target")
    try:
        seen = Checks(lab, *LIMIT)
    finally:
        lab.ssh(OTHER, "sudo systemctl start iccc-recording.target")
    expected = {(camera, check) for camera in CAMERAS[OTHER] for check in OF_SERVER}
    assert seen.of("fail") == expected | {(OTHER, "service")}
    assert (seen.done.code, seen.of("unknown")) == (2, set())
    counts = json.loads(lab.iccc("report", "counts", "--format", "json").out)
    recording = {row["of"]: row["stages"]["recording"] for row in counts["rows"] if row["level"] == "site"}
    assert [(recording[site]["count"], recording[site]["unknown"]) for site in ("bsp-j01", "bsp-j02", "bsp-j03")] == [
        (8, 0), (0, 0), (None, 8),
    ]  # fmt: skip
    page = lab.iccc("report", "acceptance", "--format", "json", "--limit", OTHER)
    (part,) = json.loads(page.out)["recorders"]
    assert (part["key"], part["outcome"]) == (OTHER, "fail")


def test_with_one_camera_frozen_exactly_that_one_fails_and_other_hosts_faults_are_rows(lab: ServerLab) -> None:
    """While ffmpeg finds out, the other host is changed by hand, and shows another key."""
    lab.asked("fault", f"device={FROZEN}", "fault=stream-stops")
    since = time.monotonic()
    _changed_by_hand(lab)
    _a_wrong_host_key(lab)
    time.sleep(max(0.0, since + TOLD_S - time.monotonic()))
    seen = Checks(lab, *LIMIT)
    lab.asked("fault", f"device={FROZEN}", "fault=none")
    assert seen.of("fail") == {(FROZEN, "recorded")}, seen.done.out
    assert (seen.done.code, seen.of("unknown")) == (2, set())


def _changed_by_hand(lab: ServerLab) -> None:
    """Somebody opens a port and stops a service: these two, and no more."""
    rule = "insert rule inet iccc input tcp dport 8080 accept"
    lab.ssh(OTHER, f"sudo nft {rule}; sudo systemctl stop rsyslog syslog.socket")
    seen = Checks(lab, "--limit", OTHER)
    lab.ssh(OTHER, "sudo systemctl reload nftables; sudo systemctl start rsyslog")
    assert seen.of("fail") == {(OTHER, "firewall"), (OTHER, "service")}
    texts = sorted(seen.texts("fail"))
    assert texts[0] == "rsyslog.service does not run" and "+ tcp dport 8080 accept" in texts[1], texts


def _a_wrong_host_key(lab: ServerLab) -> None:
    """Refused, with both fingerprints, and all of it in one row; the other host is looked at."""
    keys = lab.sheet["host_keys"]
    lab.enrol(OTHER, keys[GOOD])
    try:
        seen = Checks(lab, "--limit", GOOD, "--limit", OTHER)
    finally:
        lab.enrol(OTHER, keys[OTHER])
    assert seen.done.code == 3 and not seen.of("fail")
    assert {device for device, _ in seen.of("unknown")} == {OTHER}
    rows = [line for line in rows_of(seen.done.out) if line.startswith("unknown ")]
    assert len(rows) == 1 and fingerprint_of(keys[OTHER]) in rows[0] and fingerprint_of(keys[GOOD]) in rows[0], rows
    assert (GOOD, "firewall") in seen.of("pass")


def test_gaps_are_told_and_young_footage_is_unknown_with_its_begin(lab: ServerLab) -> None:
    lab.becomes(lambda: lab.newest(GOOD)[FROZEN][0] < 5 and lab.newest(GOOD)[FROZEN][1] > WITH_PICTURE_BYTES, 60)
    seen = Checks(lab, "--footage", *LIMIT)
    assert seen.of("fail") <= {(camera, "gaps") for camera in CAMERAS[OTHER] | {FROZEN}}
    gap = next(check["text"] for check in seen.checks if (check["device"], check["check"]) == (FROZEN, "gaps"))
    assert "gap" in gap and not gap.startswith("no gap"), gap
    young = [check["text"] for check in seen.checks if check["check"] == "retention"]
    assert len(young) == 16 and all("declared 30, recorded there since 20" in text for text in young), young


def test_a_host_that_hangs_is_one_row(lab: ServerLab) -> None:
    """The last test: nobody gets in any more."""
    lab.ssh(OTHER, "sudo systemctl kill --kill-who=main --signal=STOP ssh")
    seen = Checks(lab, *LIMIT)
    cameras = {(camera, check) for camera in CAMERAS[OTHER] for check in OF_SERVER}
    assert seen.done.code == 3 and not seen.of("fail"), seen.done.out
    assert cameras <= seen.of("unknown") and {device for device, _ in seen.of("unknown")} == {OTHER} | CAMERAS[OTHER]
    rows = [line for line in rows_of(seen.done.out) if line.startswith("unknown ")]
    assert len(rows) == 1 and OTHER in rows[0], rows
