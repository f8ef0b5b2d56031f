"""What the control centre's own servers are given; configurations are judged by their own checkers, where installed."""

from __future__ import annotations

import json
import shutil
import ssl
import subprocess
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from ruamel.yaml import YAML

from iccc.city.declared import Declared
from iccc.city.devices import City, Equipment, Host, RecorderHost, SnmpAccess
from iccc.city.load import TEMPLATES, load_city
from iccc.city.model.common import Lifecycle
from iccc.city.policies import AlertMail, Heartbeat
from iccc.compare import Change, compare
from iccc.secrets import Community, Secret, SnmpLogin, UsmUser
from iccc.server.desired import desired
from iccc.server.driver import lacking
from iccc.server.files import group, packages, parts_of
from iccc.server.firewall import openings
from iccc.server.logs import CERTIFICATE, CONFIG, DEVICES, KEY, takers
from iccc.server.monitoring import MAIL_PASSWORD
from iccc.server.parts import Content, Group
from iccc.server.sealed import Sealed
from iccc.server.seen import OTHER, state
from iccc.server.state import STORED, Part
from iccc.server.timekeeping import MARK, SERVE, UNIT
from iccc.server.tls import certified

ROOT = Path(__file__).parents[2]
SECRET = Secret("Kx7-Tq2.Wm9~Rb4_")
PROMETHEUS = "/etc/prometheus/prometheus.yml"
ALERTMANAGER = "/etc/prometheus/alertmanager.yml"
USER = UsmUser("reader", "sha256", Secret('pass "word" \\ 1'), "aes", Secret("privacy-word"))


@cache
def sagar() -> City:
    """As if its servers and switches were installed, with a recorder that is a server too."""
    city = load_city(ROOT, "sagar")
    there = {name: replace(one, status=Lifecycle.INSTALLED) for name, one in city.equipment.items()}
    switches = {name: replace(one, status=Lifecycle.INSTALLED) for name, one in city.switches.items()}
    first = next(iter(city.recorders.values()))
    host = RecorderHost("iccc", 24, "10.94.0.1", first.where, "LABEL=r", "/srv/recordings", "xfs", 60, 10)
    recorder = replace(first, recorder_type="server", host=host, status=Lifecycle.INSTALLED)
    return replace(city, equipment=there, switches=switches, recorders={**city.recorders, recorder.name: recorder})


def server(role: str) -> Equipment:
    return next(one for one in sagar().servers.values() if role in one.roles)


def spoken(_device: str) -> SnmpLogin:
    return Community("2c", Secret("comm&<unity"))


SEALED = Sealed(SECRET, spoken)


def made(name: str, role: str, city: City | None = None, sealed: Sealed = SEALED) -> Group:
    return group(name, server(role), city or sagar(), sealed)


def text(name: str, role: str, path: str) -> str:
    return made(name, role).files[path].text


def test_a_server_has_what_its_roles_need_and_no_more() -> None:
    base = {"time", "tls", "syslog", "firewall", "metrics", "ssh"}
    assert set(parts_of(server("ntp"), sagar())) == base
    assert set(parts_of(server("monitoring"), sagar())) == base | {"prometheus", "alerts", "probes", "snmp"}
    assert "prometheus" in packages(server("monitoring"), sagar())
    assert not {"prometheus", "ffmpeg"} & set(packages(server("ntp"), sagar()))


def test_a_time_server_follows_upstream_and_serves_every_network() -> None:
    told = text("time", "ntp", "/etc/chrony/chrony.conf").splitlines()
    assert "server samay1.nic.in iburst" in told and "peer 10.94.1.12" in told and "peer 10.94.1.11" not in told
    assert {"allow 10.92.0.0/16", "allow 10.93.0.0/16", "allow 10.94.0.0/24", "allow 10.95.0.0/16"} <= set(told)
    assert not [line for line in told if line.startswith("local")]  # else a clock that was never right is served
    alone = replace(sagar(), declared=without_upstream())
    lines = made("time", "ntp", alone).files["/etc/chrony/chrony.conf"].text.splitlines()
    assert "local stratum 10 orphan" in lines and UNIT not in made("time", "ntp", alone).services
    assert UNIT in made("time", "ntp").services
    other = text("time", "syslog", "/etc/chrony/chrony.conf").splitlines()
    assert "server 10.94.1.11 iburst maxpoll 8" in other and not [line for line in other if line.startswith("allow")]


def without_upstream() -> Declared:
    """The city's declaration, which names nobody that its time servers follow."""
    sheet = sagar().declared.city
    time = sheet.file.time.model_copy(update={"upstream": ()})
    return replace(sagar().declared, city=sheet._replace(file=sheet.file.model_copy(update={"time": time})))


CHRONYC = """\
#!/bin/sh
echo "$*" >>"$LOG"
case "$*" in *waitsync*) [ -e "$LOG.right" ];; esac
"""


def test_a_time_server_serves_its_own_clock_only_after_it_was_right_once(tmp_path: Path) -> None:
    """The script itself, with a chronyc that is never synchronised, and then is."""
    mark, log = tmp_path / "synchronised", tmp_path / "log"
    script = text("time", "ntp", SERVE).replace(MARK, str(mark))
    (tmp_path / "chronyc").write_text(CHRONYC, encoding="ascii")
    (tmp_path / "chronyc").chmod(0o755)
    run = {"PATH": f"{tmp_path}:/usr/bin:/bin", "LOG": str(log)}
    with pytest.raises(subprocess.TimeoutExpired):
        subprocess.run(["sh", "-c", script], env=run, timeout=1, check=False)
    assert "local" not in log.read_text() and not mark.exists()
    log.with_suffix(".right").touch()
    subprocess.run(["sh", "-c", script], env=run, timeout=10, check=True)
    assert log.read_text().splitlines()[-1] == "-n local stratum 10 orphan" and mark.exists()
    log.write_text("")
    log.with_suffix(".right").unlink()  # chrony was started again while the server is cut off
    subprocess.run(["sh", "-c", script], env=run, timeout=10, check=True)
    assert log.read_text() == "-n local stratum 10 orphan\n"


def test_the_firewall_is_open_for_what_the_roles_serve() -> None:
    def ports(role: str) -> dict[str, str]:
        lines = text("firewall", role, "/etc/nftables.conf").splitlines()
        rules = [line.split() for line in lines if "dport" in line]
        return {
            f"{rule[rule.index('dport') - 1]} {rule[rule.index('dport') + 1]}": " ".join(rule[:-1]) for rule in rules
        }

    assert set(ports("ntp")) == {"tcp 22", "tcp 9100", "udp 123"}
    assert set(ports("syslog")) == {"tcp 22", "tcp 9100", "udp 514", "tcp 6514", "tcp 9090", "tcp 9093"}
    senders = ports("syslog")["tcp 6514"]
    assert "10.94.1.11" in senders and "10.94.0.11" in senders and "10.94.0.12" not in senders  # an appliance
    assert "10.93.0.0/16" in ports("syslog")["udp 514"]


def test_a_device_that_floods_is_stopped_by_the_firewall_before_the_rule_that_lets_others_in() -> None:
    lines = [line.strip() for line in text("firewall", "syslog", "/etc/nftables.conf").splitlines()]
    (limit,) = (line for line in lines if "log_senders {" in line and "limit" in line)
    assert limit.startswith("udp dport 514 update @log_senders { ip saddr limit rate over 5 kbytes/second burst 10 mb")
    assert limit.partition("}")[2].split()[0] == "drop"
    assert lines.index(limit) < lines.index("ct state established,related accept")
    assert "log_senders" not in text("firewall", "ntp", "/etc/nftables.conf")
    taken = text("syslog", "syslog", CONFIG)
    assert 'port="514" ruleset="keep" rateLimit.interval="10" rateLimit.burst="50000"' in taken


def test_logs_are_named_by_address_and_kept_as_long_as_declared() -> None:
    table = json.loads(text("syslog", "syslog", DEVICES))
    names = {one["index"]: one["value"] for one in table["table"]}
    switch = next(iter(sagar().switches.values()))
    assert names[switch.address] == switch.name and names["127.0.0.1"] == server("syslog").name
    rotation = text("syslog", "syslog", "/etc/logrotate.d/iccc")
    assert "system.log {\n    daily\n    rotate 180\n" in rotation
    assert "access.log {\n    daily\n    rotate 365\n" in rotation
    assert "\n    maxage" not in rotation  # by age a clock that jumps a year ahead would delete all of them


def test_servers_send_over_tls_to_a_log_server_of_ours_and_as_before_to_any_other() -> None:
    assert takers(sagar()) == {"10.94.1.13": server("syslog").name}
    told = text("syslog", "ntp", CONFIG)
    assert 'port="6514"' in told and f'StreamDriverPermittedPeers="{server("syslog").name}"' in told
    assert 'port="514"' not in told
    elsewhere = replace(sagar(), syslog_hosts=("192.0.2.7",))
    plain = made("syslog", "ntp", elsewhere).files[CONFIG].text
    assert 'target="192.0.2.7" port="514"' in plain and "gtls" not in plain
    assert "tls" not in parts_of(server("ntp"), elsewhere)
    assert "rsyslog-gnutls" not in packages(server("ntp"), elsewhere)


def test_a_certificate_is_of_its_server_and_always_the_same() -> None:
    one = certified(SECRET.reveal(), "sgr-srv03")
    certified.cache_clear()
    assert certified(SECRET.reveal(), "sgr-srv03") == one
    other = certified(SECRET.reveal(), "sgr-srv01")
    assert other.authority == one.authority and other.key != one.key
    assert certified("another secret", "sgr-srv03").authority != one.authority
    certificate = x509.load_pem_x509_certificate(one.certificate.encode())
    authority = x509.load_pem_x509_certificate(one.authority.encode())
    certificate.verify_directly_issued_by(authority)
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["sgr-srv03"]
    with pytest.raises(InvalidSignature):
        certificate.verify_directly_issued_by(
            x509.load_pem_x509_certificate(certified("another secret", "x").authority.encode())
        )


def test_a_foreign_tls_takes_the_certificates_for_the_right_name_alone(tmp_path: Path) -> None:
    """OpenSSL on both sides, in memory."""

    def shaken(name: str, by: str) -> str:
        own = certified(SECRET.reveal(), "sgr-srv03")
        for file, content in (("cert", own.certificate), ("key", own.key)):
            (tmp_path / file).write_text(content, encoding="ascii")
        side = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        side.load_cert_chain(tmp_path / "cert", tmp_path / "key")
        client = ssl.create_default_context(cadata=certified(by, "x").authority)
        a, b, c, d = (ssl.MemoryBIO() for _ in range(4))
        asks, serves = client.wrap_bio(a, b, server_hostname=name), side.wrap_bio(c, d, server_side=True)
        for _ in range(4):
            for one in (asks, serves):
                try:
                    one.do_handshake()
                except ssl.SSLWantReadError:
                    pass
                except ssl.SSLCertVerificationError as error:
                    return error.verify_message
                c.write(b.read())
                a.write(d.read())
        return "fine"

    assert shaken("sgr-srv03", SECRET.reveal()) == "fine"
    assert "Hostname mismatch" in shaken("sgr-srv01", SECRET.reveal())
    assert shaken("sgr-srv03", "another secret") not in ("fine", "")


def test_no_secret_is_in_what_is_wanted_or_printed() -> None:
    wanted = desired(server("monitoring"), sagar()).state
    assert isinstance(wanted.snmp, Part) and isinstance(wanted.tls, Part)
    assert wanted.snmp.files["/etc/prometheus/iccc-snmp.yml"].sha256 == STORED
    assert (wanted.tls.files[KEY].sha256, wanted.tls.files[KEY].mode) == (STORED, "0600")
    told = repr(made("snmp", "monitoring")) + repr(made("tls", "monitoring")) + repr(SEALED)
    assert "comm" not in told and "PRIVATE" not in told and SECRET.reveal() not in told
    assert "comm&<unity" in made("snmp", "monitoring").files["/etc/prometheus/iccc-snmp.yml"].text


@pytest.mark.parametrize(("proof", "seen"), [("right", STORED), ("wrong", OTHER)])
def test_a_file_with_secrets_is_compared_by_a_proof(proof: str, seen: str) -> None:
    wanted = desired(server("ntp"), sagar()).state.tls
    assert isinstance(wanted, Part)
    files = {
        path: {"sha256": "", "mode": one.mode, "owner": one.owner, "seal": proof} for path, one in wanted.files.items()
    }
    told = {
        "files": files, "services": {}, "cameras": {}, "packages": {}, "accounts": {}, "admins": {},
        "array": {"mounted": False, "separate": False, "fstab": None, "owner": None},
    }  # fmt: skip
    found = state(told, {"tls": wanted}, {}, (), dict.fromkeys(files, "right")).tls
    assert isinstance(found, Part) and {one.sha256 for one in found.files.values()} == {seen}
    unknown = state(told, {"tls": wanted}, {}, (), dict.fromkeys(files, "")).tls  # nothing is stored
    assert isinstance(unknown, Part) and {one.sha256 for one in unknown.files.values()} == {OTHER}


def test_whoever_has_a_key_and_is_not_declared_is_a_difference() -> None:
    city = replace(sagar(), server_users={"ravi": ("ssh-ed25519 AAAA ravi",)})
    wanted = desired(server("ntp"), city).state.admins
    assert wanted is not None and set(wanted.each) == {"ravi"}
    keys = Content("ssh-ed25519 AAAA ravi\n").digest
    told = {
        "files": {}, "services": {}, "cameras": {}, "packages": {}, "accounts": {},
        "admins": {"ravi": {"keys": keys, "root": True}, "gone": {"keys": keys, "root": True}},
        "array": {"mounted": False, "separate": False, "fstab": None, "owner": None},
    }  # fmt: skip
    seen = state(told, {}, {}, ("ravi",)).admins
    assert [one.path for one in compare(wanted, seen, "admins") if isinstance(one, Change)] == ["admins.others"]
    assert desired(server("ntp"), sagar()).state.admins is None  # not declared, not managed


def city_with(**changed: object) -> City:
    return replace(sagar(), **changed)  # type: ignore[arg-type]


CHECKED = {
    "as it is": (sagar, spoken),
    "with mail": (
        lambda: city_with(alerts=AlertMail("10.94.1.5:25", False, "iccc@example.in", ("a@example.in", "b@example.in"))),
        spoken,
    ),
    "with a login": (
        lambda: city_with(
            alerts=AlertMail("10.94.1.5:587", True, "iccc@example.in", ("a@example.in",), "alerts@example.in"),
            heartbeat=Heartbeat("https://watch.example.in/ping/7f3a", 5),
        ),
        spoken,
    ),
    "v3": (
        lambda: city_with(
            switches={n: replace(s, snmp=SnmpAccess("3", "reader")) for n, s in sagar().switches.items()}
        ),
        lambda _device: USER,
    ),
    "no cameras": (lambda: city_with(cameras={}), spoken),
}


@pytest.mark.parametrize("case", CHECKED)
def test_prometheus_and_alertmanager_take_what_is_made(case: str, tmp_path: Path) -> None:
    build, login = CHECKED[case]
    judged = 0
    for name in ("prometheus", "alerts", "probes", "snmp"):
        one = made(name, "monitoring", build(), Sealed(SECRET, login))  # type: ignore[arg-type]
        for path, content in one.files.items():
            file = Path(f"{tmp_path}{path}")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(content.text, encoding="utf-8")
        for check in one.checks:
            if shutil.which(check[0]) is None:
                print(f"{check[0]} is not installed here: {name} is not judged")
                continue
            words = [word.replace("{stage}", str(tmp_path)) for word in check]
            done = subprocess.run(words, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stdout + done.stderr
            judged += 1
    if not judged:
        pytest.skip("neither promtool nor amtool is installed (tests/hosts/install.sh installs them)")


MAIL = AlertMail("10.94.1.5:587", True, "iccc@example.in", ("a@example.in",), "alerts@example.in")


def test_the_password_of_the_mail_relay_is_in_one_file_that_alertmanager_alone_reads() -> None:
    city, word = city_with(alerts=MAIL), "pass: 'word' #1"
    one = made("alerts", "monitoring", city, replace(SEALED, mail=Secret(word)))
    file = one.files[MAIL_PASSWORD]
    assert (file.text, file.mode, file.owner) == (word, "0600", "prometheus:prometheus")
    assert "smtp_auth_password_file: /etc/prometheus/iccc-mail-password" in one.files[ALERTMANAGER].text
    assert word not in repr(one) and not [
        path for path, each in one.files.items() if word in each.text and each != file
    ]
    wanted = desired(server("monitoring"), city).state.alerts
    assert isinstance(wanted, Part) and wanted.files[MAIL_PASSWORD].sha256 == STORED
    assert MAIL_PASSWORD not in made("alerts", "monitoring").files


def test_without_the_password_nothing_of_alerts_is_written_and_the_row_says_what_to_do() -> None:
    stored: dict[tuple[str, str], Secret] = {}
    reach: Any = SimpleNamespace(credentials=SimpleNamespace(password=lambda *of: stored.get(of)))
    city, watcher = city_with(alerts=MAIL), server("monitoring")
    told = lacking(watcher, "alerts", city, reach)
    assert told.endswith(f"{MAIL.user}, who sends alerts, is not stored: iccc secret sagar set device/servers/alerts")
    assert lacking(watcher, "prometheus", city, reach) == "" == lacking(watcher, "alerts", sagar(), reach)
    stored["servers", "alerts"] = Secret("word")
    assert lacking(watcher, "alerts", city, reach) == ""


def test_two_servers_that_monitor_watch_each_other() -> None:
    one = server("monitoring")
    other = replace(one, name="sgr-srv09", address="10.94.1.19")
    city = city_with(equipment={**sagar().equipment, other.name: other})
    for device, seen in ((one, other), (other, one)):
        config = YAML(typ="safe").load(group("prometheus", device, city, SEALED).files[PROMETHEUS].text)
        (job,) = (job for job in config["scrape_configs"] if job["job_name"] == "monitoring")
        asked = [target for target in job["static_configs"][0]["targets"] if not target.startswith("127.0.0.1")]
        assert asked == [f"{seen.address}:9090", f"{seen.address}:9093"]
        rules = [rule for rule in openings(device, city) if rule.port in (9090, 9093)]
        assert len(rules) == 2 and all(seen.address in r.sources and device.address not in r.sources for r in rules)


def test_who_waits_for_the_heartbeat_gets_it_and_nobody_else() -> None:
    routed = YAML(typ="safe").load(
        made("alerts", "monitoring", city_with(alerts=MAIL, heartbeat=Heartbeat("https://watch.example.in/a", 5)))
        .files[ALERTMANAGER]
        .text
    )
    (route,) = routed["route"]["routes"]
    assert (route["matchers"], route["repeat_interval"]) == (['alertname = "Heartbeat"'], "5m")
    receivers = {one["name"]: one for one in routed["receivers"]}
    assert receivers["heartbeat"]["webhook_configs"] == [{"url": "https://watch.example.in/a", "send_resolved": False}]
    silent = YAML(typ="safe").load(text("alerts", "monitoring", ALERTMANAGER))
    assert {one["name"]: len(one) for one in silent["receivers"]} == {"city": 1, "heartbeat": 1}


ALARMS = """\
rule_files: [iccc-rules.yml]
evaluation_interval: 15s
tests:
  - interval: 15s
    input_series:
      - {series: 'iccc_newest_recording_timestamp_seconds{camera="good", host="rec"}', values: '0+15x60'}
      - {series: 'iccc_newest_recording_timestamp_seconds{camera="dead", host="rec"}', values: '0x60'}
      - {series: 'probe_success{device="sw1", kind="switch", site="j01"}', values: '1x20 0x40'}
      - {series: 'probe_success{device="sw2", kind="switch", site="j02"}', values: '1x60'}
      - {series: 'iccc_finding{class="topology", path="chains[r1]", device="sw1"}', values: '1x60'}
      - {series: 'iccc_finding{class="topology", path="chains[r2].blocking", device="sw2"}', values: '1x60'}
      - {series: 'iccc_finding{class="config", path="time.skew_s", device="c01"}', values: '1x60'}
      - {series: 'pethMainPsePower{device="sw1"}', values: '240x60'}
      - {series: 'pethMainPseConsumptionPower{device="sw1"}', values: '230x60'}
      - {series: 'upsOutputSource{device="ups1", site="j01"}', values: '3x20 5x40'}
      - {series: 'upsOutputSource{device="ups2", site="j02"}', values: '3x60'}
      - {series: 'node_time_seconds{host="rec"}', values: '60+15x60'}
      - {series: 'node_time_seconds{host="srv"}', values: '0+15x60'}
      - {series: 'iccc_array_free_percent{host="rec"}', values: '3x60'}
      - {series: 'up{host="rec", job="hosts", kind="recorder"}', values: '1x60'}
      - {series: 'up{host="mute", job="hosts", kind="recorder"}', values: '1x60'}
      - {series: 'up{host="srv", job="hosts", kind="server"}', values: '1x60'}
      - {series: 'iccc_retention_run_timestamp_seconds{host="rec"}', values: '0+15x60'}
      - {series: 'iccc_clock_doubted{host="rec"}', values: '1x60'}
      - {series: 'iccc_clock_doubted{host="rec2"}', values: '0x60'}
      - {series: 'prometheus_rule_evaluation_failures_total{rule_group="a"}', values: '0x30 1+1x30'}
      - {series: 'prometheus_rule_evaluation_failures_total{rule_group="b"}', values: '4x60'}
      - {series: 'prometheus_notifications_alertmanagers_discovered', values: '0x60'}
      - {series: 'prometheus_notifications_errors_total', values: '7x60'}
      - {series: 'alertmanager_notifications_failed_total{integration="email"}', values: '0+1x60'}
      - {series: 'alertmanager_notifications_failed_total{integration="webhook"}', values: '3x60'}
      - {series: 'prometheus_config_last_reload_successful{instance="a"}', values: '1x60'}
      - {series: 'alertmanager_config_last_reload_successful{instance="b"}', values: '0x60'}
    promql_expr_test:
      - expr: 'count by (alertname, alertstate) (ALERTS{alertstate="firing"})'
        eval_time: 14m
        exp_samples:
"""
# A disk that is full in three days at this rate, one that fills in a month, one that was full once.
FILLING = """\
rule_files: [iccc-rules.yml]
evaluation_interval: 5m
tests:
  - interval: 5m
    input_series:
      - {series: 'node_filesystem_avail_bytes{host="flooded", mountpoint="/var/log"}', values: '86400-100x40'}
      - {series: 'node_filesystem_avail_bytes{host="usual", mountpoint="/var/log"}', values: '864000-100x40'}
      - {series: 'node_filesystem_avail_bytes{host="freed", mountpoint="/"}', values: '1000+100x40'}
      - {series: 'node_filesystem_avail_bytes{host="recorder", mountpoint="/srv/recordings"}', values: '86400-100x40'}
    promql_expr_test:
      - expr: 'count by (host) (ALERTS{alertname="DiskFills", alertstate="firing"})'
        eval_time: 2h
        exp_samples: [{labels: '{host="flooded"}', value: 1}]
"""
FIRING = ("AlertsNotDelivered", "ArrayFull", "CameraNotRecording", "ClockDoubted", "ClockOff", "ConfigurationNotLoaded",
          "DeviceClockOff", "Heartbeat", "NotificationsFail", "PoeBudget", "RecorderTellsNothing", "RingOpen",
          "RulesFail", "SwitchDown", "UpsOnBattery")  # fmt: skip


def test_each_alert_fires_for_what_is_wrong_and_for_nothing_else(tmp_path: Path) -> None:
    if shutil.which("promtool") is None:
        pytest.skip("promtool is not installed (tests/hosts/install.sh installs it)")
    (tmp_path / "iccc-rules.yml").write_text(text("prometheus", "monitoring", "/etc/prometheus/iccc-rules.yml"))
    firing = "".join(
        f'          - {{labels: \'{{alertname="{name}", alertstate="firing"}}\', value: 1}}\n' for name in FIRING
    )
    (tmp_path / "test.yml").write_text(ALARMS + firing, encoding="utf-8")
    (tmp_path / "filling.yml").write_text(FILLING, encoding="utf-8")
    done = subprocess.run(
        ["promtool", "test", "rules", "test.yml", "filling.yml"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_templates_of_servers_are_part_of_what_is_declared() -> None:
    assert set(TEMPLATES) == {"templates/recorder", "templates/server"}
    assert "templates/server/rules.yml.j2" in sagar().templates
    assert CERTIFICATE.startswith("/etc/rsyslog.d/")
    assert isinstance(server("ntp").host, Host)
