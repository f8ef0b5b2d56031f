"""Recorders that are Debian servers: deployed over SSH onto real systemd, recording the lab's cameras."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from iccc.lab.debian.space import hindrance
from iccc.sessions.shell import fingerprint_of
from tests.hosts.server_lab import BARE, GOOD, Done, ServerLab, rows

pytestmark = pytest.mark.hosts

CAMERAS = {"bsp-j01-c01", "bsp-j01-c02", "bsp-j01-c03", "bsp-j01-c04", "bsp-j01-c21", "bsp-j01-c25", "bsp-j01-c26",
           "bsp-j01-c41"}  # fmt: skip
NO_PACKAGE = "prometheus-node-exporter"


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerLab]:
    if reason := hindrance():
        pytest.skip(reason)
    with ServerLab(tmp_path_factory.mktemp("servers")) as lab:
        yield lab


@pytest.fixture(scope="module")
def first(lab: ServerLab) -> Done:
    """The first deploy, of everything: one server as it should be, one that lacks its disks and may lack a package."""
    pin = f"Package: {NO_PACKAGE}\\nPin: version *\\nPin-Priority: -1\\n"
    lab.ssh(BARE, f"printf '{pin}' | sudo tee /etc/apt/preferences.d/never >/dev/null")
    began = time.monotonic()
    done = lab.deploy()
    print(f"first deploy: {time.monotonic() - began:.0f} s")
    return done


def test_what_one_server_lacks_is_rows_of_that_one_and_the_rest_is_done(lab: ServerLab, first: Done) -> None:
    told = rows(first)
    assert first.code == 2
    assert all(BARE in row for row in told), told
    assert any("LABEL=recordings is not mounted on /srv/recordings" in row for row in told), told
    assert any(f"packages[{NO_PACKAGE}]" in row and "no installation candidate" in row for row in told), told
    assert any("8 changes: failed  /srv/recordings is not mounted" in row for row in told), told  # the cameras
    assert lab.ssh(BARE, "systemctl is-active chrony rsyslog nftables").split() == ["active"] * 3
    assert lab.ssh(BARE, "sudo find /srv/recordings -type f; ls /etc/systemd/system/iccc-record@.service") == (
        "/etc/systemd/system/iccc-record@.service\n"
    )


def test_the_other_one_records_all_its_cameras(lab: ServerLab, first: Done) -> None:
    lab.becomes(lambda: {camera for camera, (_, size) in lab.newest(GOOD).items() if size > 2000} == CAMERAS, 40)
    assert all(age < 10 for age, _ in lab.newest(GOOD).values())
    script = (
        "for f in /srv/recordings/*/*.mp4; do ffprobe -v error -show_entries stream=codec_name -of csv=p=0 $f; done"
    )
    codecs = lab.ssh(GOOD, f'sudo sh -c "{script.replace("$", chr(92) + "$")}"').split()
    assert len(codecs) >= len(CAMERAS) and set(codecs) == {"hevc"}


def test_a_recording_that_lies_there_is_not_written_over(lab: ServerLab, first: Done) -> None:
    """As after a clock was set back: what a camera's run would write next lies there, and has its name already."""
    folder = "/srv/recordings/bsp-j01-c03"
    newest = lab.ssh(GOOD, f"sudo ls {folder}").split()[-1]
    taken = "".join(f"{newest[:8]}T%H%M{second:02}{newest[15:]} " for second in range(10))  # whichever second it is
    names = lab.ssh(GOOD, f"date -u -d 'now + 1 minute' '+{taken}'").split()
    lab.ssh(
        GOOD,
        f'cd /; for n in {" ".join(names)}; do echo kept | sudo -u iccc-rec sh -c "umask 0227; cat >{folder}/$n"; done',
    )
    sums = f"sudo sh -c 'cd {folder}; sha256sum {' '.join(names)}'"
    before = lab.ssh(GOOD, sums)

    def goes_on() -> bool:
        told = lab.ssh(GOOD, f"sudo find {folder} -name '*.mp4' -size +2k -printf '%f\\n' | sort").split()
        return told[-1][15:] != newest[15:]

    took = lab.becomes(goes_on, 100)
    print(f"recorded by another run {took:.0f} s after the names were taken")
    assert lab.ssh(GOOD, sums) == before
    assert lab.ssh(GOOD, f"sudo find {folder} -name '*.mp4' -perm /222") == ""
    lab.ssh(GOOD, f"sudo sh -c 'cd {folder}; rm {' '.join(names)}'")


def test_recordings_begin_anew_when_the_clock_is_set(lab: ServerLab, first: Done) -> None:
    """The clock here is that of the machine, and nobody sets it: the unit is started as the timer starts it."""
    assert lab.ssh(GOOD, "systemctl is-active iccc-clock-set.timer") == "active\n"
    assert "OnClockChange=yes" in lab.ssh(GOOD, "systemctl cat iccc-clock-set.timer")
    runs = "sudo find /srv/recordings -name '*.mp4' -newermt '-10 seconds' -size +2k | sed 's/.*-//' | sort -u"
    lab.becomes(lambda: len(lab.ssh(GOOD, runs).split()) == len(CAMERAS), 60)
    before = set(lab.ssh(GOOD, runs).split())
    lab.ssh(GOOD, "sudo systemctl start iccc-clock-set.service")
    lab.becomes(lambda: len(set(lab.ssh(GOOD, runs).split()) - before) == len(CAMERAS), 20)
    said = lab.ssh(GOOD, "sudo journalctl --no-pager -u iccc-clock-set")
    assert f"the clock was set: {len(CAMERAS)} recordings begin anew" in said


def test_a_second_deploy_has_nothing_to_do_whether_cameras_are_up_or_not(lab: ServerLab, first: Done) -> None:
    lab.asked("fault", "device=bsp-j01-c01", "fault=dead")
    try:
        done = lab.deploy("--limit", GOOD)
        assert done.code == 0 and "Nothing to do" in done.out, done
        assert lab.iccc("plan", "--limit", GOOD).code == 0
    finally:
        lab.asked("fault", "device=bsp-j01-c01", "fault=none")


def test_bare_pyinfra_has_nothing_to_do_either(lab: ServerLab, first: Done) -> None:
    command = (sys.executable, "-m", "pyinfra", "-y", "--limit", GOOD, "inventory/bilaspur.py")
    for file in ("deploys/recorders.py", "deploys/recorder-channels.py"):
        done = lab.run(*command, file, timeout_s=120)
        assert done.code == 0, done
        assert "Changed: 0" in done.out + done.err or "No changes" in done.out + done.err, done


def test_no_password_is_in_a_process_list_a_log_or_a_file_that_others_read(lab: ServerLab, first: Done) -> None:
    sources = lab.ssh(GOOD, "sudo cat /etc/iccc/recording/*.ffconcat")
    passwords = {line.split(":")[2].split("@")[0] for line in sources.splitlines() if line.startswith("file ")}
    assert len(passwords) == len(CAMERAS)
    seen = lab.ssh(
        GOOD, "ps axww -o args; sudo journalctl --no-pager; cat /etc/iccc/recording.json /etc/iccc/recording/*.json"
    )
    assert "ffmpeg" in seen
    assert not [password for password in passwords if password in seen]
    assert not [password for password in passwords if password in first.out + first.err]
    assert lab.ssh(GOOD, "sudo stat -c '%a %U:%G' /etc/iccc/recording/*.ffconcat | sort -u") == "640 root:iccc-rec\n"


def test_a_wrong_host_key_gets_no_login(lab: ServerLab, first: Done) -> None:
    other = lab.sheet["host_keys"][BARE]
    lab.enrol(GOOD, other)
    logins = "sudo journalctl -u ssh --no-pager | grep -c Accepted"
    before = int(lab.ssh(GOOD, logins))
    try:
        done = lab.deploy("--limit", GOOD)
    finally:
        lab.enrol(GOOD, lab.sheet["host_keys"][GOOD])
    said = done.out + done.err
    assert done.code == 3, done
    assert fingerprint_of(other) in said and fingerprint_of(lab.sheet["host_keys"][GOOD]) in said
    assert int(lab.ssh(GOOD, logins)) == before + 1  # the one that counts


def test_what_is_wrong_in_a_part_is_its_row_nothing_of_it_is_loaded_and_the_others_are_done(
    lab: ServerLab, first: Done
) -> None:
    """A template with a mistake, one whose result its checker refuses, and a disk that is full; metrics are fine."""
    templates = lab.root / "templates" / "recorder"
    kept = {path: path.read_text(encoding="utf-8") for path in templates.iterdir()}
    loaded = (
        "sudo sha256sum /etc/nftables.conf /etc/chrony/conf.d/iccc.conf /etc/rsyslog.d/*.conf; sudo nft list ruleset; "
        "systemctl show --property=ExecMainStartTimestamp chrony rsyslog"
    )
    lab.ssh(
        GOOD,
        "sudo sh -ec 'cp -a /etc/rsyslog.d /tmp/kept; mount -t tmpfs -o size=32k full /etc/rsyslog.d; "
        "cp -a /tmp/kept/. /etc/rsyslog.d; dd if=/dev/zero of=/etc/rsyslog.d/full 2>/dev/null || true'",
    )
    before = lab.ssh(GOOD, loaded)
    for name, old, new in (
        ("chrony.conf.j2", "{% endfor %}", "{% endwhile %}"),
        ("nftables.conf.j2", "policy drop;", "policy perhaps;"),
        ("rsyslog.conf.j2", "# To", "# All of it to"),
        ("node-exporter.j2", "# How", "# Tells how"),
    ):
        text = kept[templates / name]
        assert old in text
        (templates / name).write_text(text.replace(old, new), encoding="utf-8")
    try:
        done = lab.deploy("--limit", GOOD)
        told = rows(done)
        assert lab.ssh(GOOD, loaded) == before
        assert "Tells how" in lab.ssh(GOOD, "cat /etc/default/prometheus-node-exporter")
    finally:
        for path, text in kept.items():
            path.write_text(text, encoding="utf-8")
        lab.ssh(GOOD, "sudo umount /etc/rsyslog.d")
    assert done.code == 2 and len(told) == 3 and all(GOOD in row for row in told), told
    by_part = {part: next(row for row in told if part in row) for part in ("time", "firewall", "syslog")}
    assert "templates/recorder/chrony.conf.j2:" in by_part["time"] and "endwhile" in by_part["time"], told
    assert "nothing was changed" in by_part["firewall"] and "expecting accept or drop" in by_part["firewall"], told
    assert "No space left on device; it is as before" in by_part["syslog"], told
    assert lab.deploy("--limit", GOOD).code == 0


def test_retention_deletes_by_age_and_nothing_under_a_hold(lab: ServerLab, first: Done) -> None:
    holds = lab.root / "cities" / "bilaspur" / "evidence-holds.yaml"
    holds.write_text(
        "schema: evidence-holds/v1\nevidence_hold:\n"
        "  - {scope: bsp-j01-c02, reason: FIR 7, ordered_by: SP Bilaspur, ordered_on: 2026-01-05, until: 2027-01-05,\n"
        "     footage_from: 2026-01-01T00:00, footage_to: 2026-01-02T00:00}\n",
        encoding="utf-8",
    )
    assert lab.deploy("--limit", GOOD).code == 0
    old = "20260101T000000.mp4 20260301T000000.mp4"
    for camera in ("bsp-j01-c01", "bsp-j01-c02"):
        for name in old.split():
            stamp = f"{name[:4]}-{name[4:6]}-{name[6:8]} 00:01:00 UTC"
            path = f"/srv/recordings/{camera}/{name}"
            lab.ssh(GOOD, f"sudo sh -c 'echo x >{path}; touch -d \"{stamp}\" {path}'")
    lab.ssh(GOOD, "sudo systemctl start iccc-retention.service")
    left = lab.ssh(GOOD, "sudo sh -c 'cd /srv/recordings; ls -d */20260[13]*' || true", check=False)
    assert left.split() == ["bsp-j01-c02/20260101T000000.mp4"]
    assert 'iccc_retention_deleted{reason="age"} ' in lab.ssh(GOOD, "cat /var/lib/prometheus/node-exporter/iccc.prom")
    # As after a jump of its clock: nothing goes for its age then.
    kept, clock = "/srv/recordings/bsp-j01-c01/20260401T000000.mp4", "/var/lib/iccc-retention/clock.json"
    lab.ssh(GOOD, f"sudo sed -i s/:.*,/:0,/ {clock} && sudo systemctl start iccc-retention.service")
    lab.ssh(GOOD, f"sudo sh -c 'echo x >{kept}; touch -d \"2026-04-01 00:01:00 UTC\" {kept}'")
    lab.ssh(GOOD, "sudo systemctl start iccc-retention.service")
    assert "doubted 1\n" in lab.ssh(GOOD, f"sudo ls {kept}; cat /var/lib/prometheus/node-exporter/iccc.prom")
    lab.ssh(GOOD, f"sudo rm {clock} {kept}")
    lab.ssh(GOOD, "sudo rm /srv/recordings/bsp-j01-c02/20260101T000000.mp4")
    # An order that names the server itself forbids every other write to it.
    holds.write_text(
        "schema: evidence-holds/v1\nevidence_hold:\n"
        f"  - {{scope: {GOOD}, reason: FIR 7, ordered_by: SP Bilaspur, ordered_on: 2026-01-05, until: 2027-01-05}}\n",
        encoding="utf-8",
    )
    done = lab.deploy("--limit", GOOD)
    assert done.code == 0, done.out
    assert f'"{GOOD}": [' in lab.ssh(GOOD, "cat /etc/iccc/recording.json")
    holds.unlink()
    assert lab.deploy("--limit", GOOD).code == 0


def test_nothing_is_left_of_a_lab_that_is_killed(lab: ServerLab, first: Done) -> None:
    """The last test: the lab is gone after it."""
    group = f"iccc-lab-{lab.process.pid}"
    inside = [path for path in Path("/proc").glob("[0-9]*") if group in _read(path / "cgroup")]
    assert len(inside) > 20
    os.kill(lab.process.pid, signal.SIGKILL)
    lab.process.wait(5)
    until = time.monotonic() + 10
    while left := [path for path in inside if path.exists() and group in _read(path / "cgroup")]:
        assert time.monotonic() < until, [subprocess.getoutput(f"cat {path}/cmdline") for path in left]
        time.sleep(0.2)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError:
        return ""
