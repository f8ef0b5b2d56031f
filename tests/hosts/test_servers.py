"""The control centre's server as a real Debian host: time, logs, monitoring and alerts of a small city."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest

from iccc.lab.debian.space import Key, hindrance
from iccc.server.timekeeping import MARK
from tests.flow.declaration import CITY
from tests.hosts.checks import Checks
from tests.hosts.control_lab import ADDRESS, DEAD, RECORDER, SERVER, UPSTREAM, ControlLab, TimeServer
from tests.hosts.server_lab import Done, rows

pytestmark = [pytest.mark.hosts, pytest.mark.timeout(900)]  # on a machine with other work

CAMERA = "10.82.1.11"  # bsp-j01-c01, a device in the network of the lab
CAMERA_NAME = "bsp-j01-c01"
LIMITS = ("--limit", "kind:server", "--limit", "type:server", "--limit", "bsp-j01-c*")


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ControlLab]:
    if reason := hindrance():
        pytest.skip(reason)
    with ControlLab(tmp_path_factory.mktemp("control")) as lab:
        yield lab


@pytest.fixture(scope="module")
def first(lab: ControlLab) -> Done:
    """The first deploy: of server, recorder and cameras. Then one of these dies, and what it has recorded is gone."""
    began = time.monotonic()
    done = lab.deploy(*LIMITS)
    print(f"first deploy: {time.monotonic() - began:.0f} s")
    lab.asked("fault", f"device={DEAD}", "fault=dead")
    restarts = f"systemctl show --property=NRestarts --value iccc-record@{DEAD}.service"
    lab.becomes(lambda: lab.ssh(RECORDER, restarts) != "0\n", 40)
    lab.ssh(RECORDER, f"sudo find /srv/recordings/{DEAD} -name '*.mp4' -delete; sudo systemctl start iccc-retention")
    return done


def asked(lab: ControlLab, path: str) -> Any:
    """What Prometheus answers on the server itself."""
    script = f"import urllib.request as u; print(u.urlopen('http://127.0.0.1:9090/api/v1/{path}').read().decode())"
    return json.loads(lab.ssh(SERVER, f'python3 -c "{script}"'))["data"]


def value(lab: ControlLab, expression: str) -> list[tuple[dict[str, str], float]]:
    found = asked(lab, f"query?query={quote(expression)}")["result"]
    return [(one["metric"], float(one["value"][1])) for one in found]


def test_everything_is_deployed(lab: ControlLab, first: Done) -> None:
    assert first.code == 0 and not rows(first), rows(first)
    units = "chrony rsyslog nftables prometheus prometheus-alertmanager prometheus-blackbox-exporter"
    assert set(lab.ssh(SERVER, f"systemctl is-active {units} prometheus-snmp-exporter").split()) == {"active"}


def test_a_second_deploy_has_nothing_to_do(lab: ControlLab, first: Done) -> None:
    began = time.monotonic()
    done = lab.deploy("--limit", "kind:server")
    print(f"second deploy: {time.monotonic() - began:.0f} s")
    assert done.code == 0 and "Nothing to do" in done.out, done
    assert lab.iccc("drift", "--limit", "kind:server", "--format", "json").code == 0


def test_bare_pyinfra_has_nothing_to_do_either(lab: ControlLab, first: Done) -> None:
    command = (sys.executable, "-m", "pyinfra", "-y", "--limit", SERVER, "inventory/bilaspur.py", "deploys/servers.py")
    done = lab.run(*command, timeout_s=120)
    assert done.code == 0, done
    assert "Changed: 0" in done.out + done.err or "No changes" in done.out + done.err, done


def test_all_targets_of_prometheus_are_up(lab: ControlLab, first: Done) -> None:
    """The servers, the pinged, the switches by SNMP with the login of the store, and the monitoring itself."""

    def up() -> bool:
        targets = asked(lab, "targets")["activeTargets"]
        return len(targets) > 20 and all(one["health"] == "up" for one in targets)

    lab.becomes(up, 75)  # switches are asked once a minute
    lab.becomes(lambda: (SERVER, "watching") in Checks(lab, "--limit", SERVER).of("pass"), 90)
    answers = {metric["device"]: told for metric, told in value(lab, "probe_success")}
    assert set(answers.values()) == {1} and {SERVER, RECORDER, "bsp-core1", "bsp-j01-sw1"} <= set(answers)
    assert any(watts > 0 for _, watts in value(lab, "pethMainPsePower"))


def test_the_logins_of_snmp_are_for_the_exporter_alone(lab: ControlLab, first: Done) -> None:
    path = "/etc/prometheus/iccc-snmp.yml"
    assert lab.ssh(SERVER, f"stat -c '%a %U:%G' {path}") == "640 root:prometheus\n"
    community = json.loads(lab.ssh(SERVER, f"sudo cat {path}"))["switch_2c"]["auth"]["community"]
    assert community not in lab.ssh(
        SERVER, "ps axww -o args; sudo journalctl --no-pager; cat /etc/prometheus/*.yml; true"
    )
    assert community not in first.out + first.err


def answered(lab: ControlLab) -> tuple[int, int]:
    """Leap indicator (3: not synchronised) and stratum that the server tells a camera, in the words of RFC 5905."""
    script = (
        "import socket,struct,time\n"
        "s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.settimeout(5); s.bind(('" + CAMERA + "', 0))\n"
        "s.sendto(b'\\x23' + 47 * b'\\0', ('" + ADDRESS + "', 123)); told = s.recv(512)\n"
        "print(told[0] >> 6, told[0] & 7, told[1], struct.unpack('!I', told[40:44])[0] - 2208988800 - time.time())\n"
    )
    leap, mode, stratum, off = lab.run(sys.executable, "-c", script).out.split()
    assert int(mode) == 4 and abs(float(off)) < 3
    return int(leap), int(stratum)


def test_a_clock_that_was_never_right_is_served_to_nobody_and_one_that_was_goes_on(
    lab: ControlLab, first: Done
) -> None:
    """Without upstream; with it; cut off again and chrony started anew; and after a power cut."""
    assert answered(lab) == (3, 0)
    never = Checks(lab, "--limit", SERVER).texts("fail")
    assert any("never synchronised since boot, and serves no time" in text for text in never), never
    with TimeServer(lab.root):
        lab.ssh(SERVER, "sudo systemctl restart chrony")  # it asks four times in a row then
        print(f"synchronised after {lab.becomes(lambda: answered(lab) == (0, 2), 90):.0f} s")
        lab.becomes(lambda: "/run" in lab.ssh(SERVER, f"ls {MARK}", check=False), 20)
    lab.ssh(SERVER, "sudo systemctl restart chrony")
    print(f"its own clock after {lab.becomes(lambda: answered(lab) == (0, 10), 20):.0f} s")
    cut = Checks(lab, "--limit", SERVER).texts("fail")
    assert any("serves its own clock (stratum 10), synchronised first since boot at 20" in text for text in cut), cut
    lab.ssh(SERVER, f"sudo rm {MARK}; sudo systemctl restart chrony")  # as after a start of the system
    time.sleep(6)
    assert answered(lab) == (3, 0)


def test_evidence_tells_what_was_measured_of_the_clocks_and_nothing_else(lab: ControlLab, first: Done) -> None:
    """Of the recorder, of the time server that it follows, and of the camera; also when the logs are rotated."""
    with TimeServer(lab.root):
        lab.ssh(SERVER, "sudo systemctl restart chrony")
        lab.becomes(lambda: answered(lab) == (0, 2), 90)
        lab.ssh(RECORDER, "sudo systemctl restart chrony")
        lab.becomes(lambda: "^*" in lab.ssh(RECORDER, "chronyc -n sources"), 90)
    assert Checks(lab, "--limit", CAMERA_NAME).done.code in (0, 2, 3)

    def told() -> dict[str, Any]:
        done = lab.iccc("evidence", CAMERA_NAME, "--from", "20m", "--to", "0m", "--reason", "FIR 7", "--format", "json")
        assert "Traceback" not in done.err, done
        return dict(json.loads(done.out))

    found = told()
    clocks = {one["name"]: one for one in found["server_clocks"]}
    assert clocks.keys() == {RECORDER, SERVER}
    assert clocks[RECORDER]["sources"].keys() == {ADDRESS} and clocks[SERVER]["sources"].keys() == {UPSTREAM}
    for one in clocks.values():
        assert one["known"] and one["samples"] >= 1 and abs(one["largest"]["seconds"]) < 1
        assert one["unmeasured_spans"] >= 1  # before the first sample
        assert one["steps"] == [] and one["steps_known_from"] is not None
    assert found["camera_clock"]["within"]
    lab.ssh(RECORDER, "sudo logrotate --force /etc/logrotate.d/chrony")
    files = lab.ssh(RECORDER, "sudo ls /var/log/chrony /var/log").split()
    assert any(name.startswith("tracking.log-") and name.endswith(".gz") for name in files), files
    rotated = next(one for one in told()["server_clocks"] if one["name"] == RECORDER)
    assert rotated["samples"] >= clocks[RECORDER]["samples"]
    assert rotated["steps_known_from"] == clocks[RECORDER]["steps_known_from"]


def test_lines_of_devices_and_of_servers_lie_in_the_files_of_whoever_sent_them(lab: ControlLab, first: Done) -> None:
    """A device's own word for its name is not believed; the recorder's lines come over TLS."""
    send = (
        "import socket; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(('{}', 0));"
        " s.sendto(b'<{}>Jan  1 00:00:00 bsp-core1 hello: {}', ('" + ADDRESS + "', 514))"
    )
    for source, priority, word in (
        (CAMERA, 134, "from-a-camera"),
        (CAMERA, 38, "who-logs-in"),
        ("10.82.9.9", 134, "odd"),
    ):
        assert lab.run(sys.executable, "-c", send.format(source, priority, word)).code == 0
    lab.ssh(RECORDER, "logger over-tls")
    wanted = {
        "bsp-j01-c01/system.log": "from-a-camera", "bsp-j01-c01/access.log": "who-logs-in",
        "undeclared-10.82.9.9/system.log": "odd", f"{RECORDER}/system.log": "over-tls",
    }  # fmt: skip

    def all_there() -> bool:
        kept = lab.ssh(SERVER, "sudo grep -r . /var/log/iccc", check=False).splitlines()
        return all(
            any(line.startswith(f"/var/log/iccc/{file}:") and word in line for line in kept)
            for file, word in wanted.items()
        )

    lab.becomes(all_there, 20)
    assert lab.ssh(RECORDER, "sudo ss -Htn state established dport = :514") == ""
    assert lab.ssh(RECORDER, "sudo ss -Htn state established dport = :6514") != ""
    assert lab.ssh(SERVER, "sudo stat -c %a /var/log/iccc/bsp-j01-c01/access.log") == "640\n"


def test_a_device_that_floods_costs_nobody_else_a_line(lab: ControlLab, first: Done) -> None:
    """After 10 MB the kernel drops what comes of it; the firewall is as declared for verification meanwhile."""
    flood = (
        "import socket; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(('10.82.9.8', 0))\n"
        "for _ in range(8000): s.sendto(b'<134>Jan  1 00:00:00 x flood: ' + 1970 * b'f', ('" + ADDRESS + "', 514))"
    )
    quiet = (
        "import socket; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(('" + CAMERA + "', 0));"
        " s.sendto(b'<134>Jan  1 00:00:00 x quiet: after-the-flood', ('" + ADDRESS + "', 514))"
    )
    assert lab.run(sys.executable, "-c", flood).code == 0
    assert lab.run(sys.executable, "-c", quiet).code == 0
    kept = "/var/log/iccc/undeclared-10.82.9.8/system.log"
    lab.becomes(
        lambda: "after-the-flood" in lab.ssh(SERVER, "sudo cat /var/log/iccc/bsp-j01-c01/system.log", check=False), 30
    )
    size = int(lab.ssh(SERVER, f"sudo stat -c %s {kept}"))
    assert 1e6 < size < 1.2e7, size  # of 16 MB
    assert (SERVER, "firewall") in Checks(lab, "--limit", SERVER).of("pass")


def test_a_stranger_without_a_certificate_gets_no_line_in(lab: ControlLab, first: Done) -> None:
    script = (
        f"exec 3<>/dev/tcp/{ADDRESS}/6514; echo '<13>Jan  1 00:00:00 x stranger: hello' >&3; sleep 1;"
        f"echo '<13>Jan  1 00:00:00 x stranger: hello' | timeout 5 openssl s_client -quiet -connect {ADDRESS}:6514"
    )
    lab.ssh(RECORDER, f'bash -c "{script}" >/dev/null 2>&1; true')
    time.sleep(1)
    assert "stranger: hello" not in lab.ssh(SERVER, "sudo grep -r stranger /var/log/iccc", check=False)


def test_an_alert_fires_when_a_camera_is_not_recorded_and_for_no_other(lab: ControlLab, first: Done) -> None:
    def firing() -> set[str]:
        return {
            metric["camera"] for metric, _ in value(lab, 'ALERTS{alertname="CameraNotRecording",alertstate="firing"}')
        }

    print(f"alert after {lab.becomes(lambda: bool(firing()), 150):.0f} s")
    assert firing() == {DEAD}
    amtool = lab.ssh(SERVER, "amtool --alertmanager.url=http://127.0.0.1:9093 alert query alertname=CameraNotRecording")
    assert DEAD in amtool


def test_a_configuration_that_somebody_changed_is_a_finding_that_a_deploy_mends(lab: ControlLab, first: Done) -> None:
    files = "/etc/prometheus/prometheus.yml /etc/prometheus/iccc-snmp.yml"
    lab.ssh(SERVER, f"echo '# mine' | sudo tee -a {files} >/dev/null; sudo systemctl stop chrony")
    found = json.loads(lab.iccc("drift", "--limit", SERVER, "--format", "json").out)
    paths = {one["path"] for one in found["findings"]}
    assert paths == {
        "prometheus.files[/etc/prometheus/prometheus.yml].sha256", "snmp.files[/etc/prometheus/iccc-snmp.yml].sha256",
        "time.services[chrony.service].running", "time.services[iccc-time.service].running",  # it goes with the first
    }, paths  # fmt: skip
    assert lab.deploy("--limit", SERVER).code == 0
    assert lab.iccc("drift", "--limit", SERVER).code == 0


def test_what_its_checker_refuses_is_not_loaded_and_the_rest_is_done(lab: ControlLab, first: Done) -> None:
    templates = lab.root / "templates" / "server"
    files = {name: (templates / name).read_text(encoding="utf-8") for name in ("rules.yml.j2", "blackbox.yml.j2")}
    (templates / "rules.yml.j2").write_text(files["rules.yml.j2"].replace("== 5", "==== 5"), encoding="utf-8")
    (templates / "blackbox.yml.j2").write_text(files["blackbox.yml.j2"].replace("5s", "6s"), encoding="utf-8")
    sums = "sudo sha256sum /etc/prometheus/prometheus.yml /etc/prometheus/iccc-rules.yml"
    before = lab.ssh(SERVER, sums)
    try:
        done = lab.deploy("--limit", SERVER)
    finally:
        for name, text in files.items():
            (templates / name).write_text(text, encoding="utf-8")
    assert done.code == 2 and len(rows(done)) == 1, rows(done)
    assert "prometheus.files[/etc/prometheus/iccc-rules.yml]" in rows(done)[0] and "promtool" in rows(done)[0]
    assert lab.ssh(SERVER, sums) == before
    assert "6s" in lab.ssh(SERVER, "cat /etc/prometheus/blackbox.yml")


def test_an_administrator_who_is_not_declared_any_more_gets_in_no_more(lab: ControlLab, first: Done) -> None:
    key, other = Key(), Key()
    for name, one in (("key-admin", key), ("key-other", other)):
        (lab.root / name).touch(mode=0o600)
        (lab.root / name).write_text(one.private, encoding="ascii")
    city = lab.root / "cities" / CITY / "city.yaml"
    kept = city.read_text(encoding="utf-8")

    def declare(administrators: str) -> None:
        city.write_text(kept.replace("\nusers:\n", f"\nusers:\n  server: {administrators}\n", 1), encoding="utf-8")
        assert lab.deploy("--limit", SERVER).code == 0

    def comes_in(name: str) -> str:
        options = [part for word in lab.options for part in ("-o", word)]
        script = f"sudo -n id -un; mkdir -p .ssh; echo {other.public} >>.ssh/authorized_keys"
        return lab.run("ssh", "-i", str(lab.root / name), *options, f"ravi@{ADDRESS}", script).out

    try:
        declare("{ravi: {keys: [" + key.public + "]}}")
        assert comes_in("key-admin") == "root\n"
        assert comes_in("key-other") == ""  # he has let in another key himself, which counts nowhere
        declare("{}")
        assert comes_in("key-admin") == ""
        assert comes_in("key-other") == ""  # in his own folder, where sshd looks now that he is in no group
    finally:
        city.write_text(kept, encoding="utf-8")
