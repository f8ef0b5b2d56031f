"""What testinfra's modules make of a Debian server's answers, and what follows when it says something else."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from testinfra.host import Host

from iccc.city.load import load_city
from iccc.compare import Unread
from iccc.errors import DeviceError, Reason
from iccc.server.timekeeping import MARK
from iccc.verify import hosts
from iccc.verify.hosts import ServerBackend
from tests.field import test_servers as judged

SAID = {
    "uname -s": "Linux\n",
    "uname -m": "x86_64\n",
    "cat /etc/os-release": "ID=debian\nVERSION_ID=\"12\"\nVERSION_CODENAME=bookworm\n",
    "command -v command": "command\n",
    "command -v ss": "/usr/bin/ss\n",
    "test -d /run/systemd/system/": "",
    "systemctl is-active chrony.service": "active\n",
    "systemctl is-enabled chrony.service": "enabled\n",
    "cat /proc/mounts": "/dev/sda1 / ext4 rw 0 0\n/dev/sdb1 /srv/recordings xfs rw,noatime 0 0\n",
    "/usr/bin/ss --numeric --listening": (
        "Netid State  Recv-Q Send-Q Local Address:Port Peer Address:Port\n"
        "udp   UNCONN 0      0      127.0.0.1:323      0.0.0.0:*\n"
        "udp   UNCONN 0      0      0.0.0.0:123        0.0.0.0:*\n"
        "tcp   LISTEN 0      128    0.0.0.0:22         0.0.0.0:*\n"
        "tcp   LISTEN 0      128    [::]:22            [::]:*\n"
        "tcp   LISTEN 0      128    *:9100             *:*\n"
        "tcp   LISTEN 0      128    [::1]:25           [::]:*\n"
    ),
    "chronyc -c -N sources": "^,-,10.80.0.10,2,6,377,20,0.0,0.0,0.0\n^,*,samay1.nic.in,1,6,377,12,0.0,0.0,0.0\n",
    "chronyc -c tracking": "CA6D8E4A,samay1.nic.in,2,1764540000.0,-0.000123,0.0,0.0,0.0,0.0,0.0,0.0,0.0,64.0,Normal\n",
}  # fmt: skip


def ask(question: Callable[[Any], Any], said: Mapping[str, str] = SAID) -> Any:
    sent: list[str] = []

    def run(command: str) -> tuple[int, str, str]:
        sent.append(command)
        return (0, said[command], "") if command in said else (127, "", f"sh: {command}: not found")

    host = Host(ServerBackend("bsp-rec01", run=run))
    host.backend.set_host(host)
    answer = question(host)
    assert len(sent) == len(set(sent)), "a command was sent twice"
    return answer


def test_services() -> None:
    assert ask(lambda host: hosts.service(host, "chrony.service")) == {"running": True, "enabled": True}


def test_mounts() -> None:
    seen = ask(lambda host: hosts.mount(host, "/srv/recordings"))
    assert (seen["mounted"], seen["separate"], seen["options"]) == (True, True, ["rw", "noatime"])
    assert ask(lambda host: hosts.mount(host, "/srv/other")) == {"mounted": False}


def test_sockets_that_others_could_reach() -> None:
    assert ask(hosts.listening) == [
        "tcp://0.0.0.0:22", "tcp://0.0.0.0:9100", "tcp://:::22", "tcp://:::9100", "udp://0.0.0.0:123",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("sources", "source"), [(SAID["chronyc -c -N sources"], "samay1.nic.in"), ("^,?,10.80.0.10,0,7,0,0,0,0,0\n", None)]
)
def test_the_time_source_that_is_followed(sources: str, source: str | None) -> None:
    seen = ask(partial(hosts.time_source, waits=False), {**SAID, "chronyc -c -N sources": sources})
    assert (seen["source"], seen["stratum"], seen["offset_s"]) == (source, 2, -0.000123)
    assert "10.80.0.10" in seen["asked"] and seen["ever"] and "since" not in seen


NEVER = "00000000,,0,0.0,0.0,0.0,0.0,0.0,0.0,0.0,1.0,1.0,0.0,Not synchronised\n"
OWN = "7F7F0101,,10,1764540000.0,0.0,0.0,0.0,0.0,0.0,0.0,0.0,0.0,1.0,Normal\n"
SINCE = "2026-12-01T01:19:11Z"


@pytest.mark.parametrize(
    ("tracking", "mark", "told"),
    [
        (NEVER, {}, "it follows no time server, was never synchronised since boot, and serves no time; it asks"),
        (OWN, {f"cat {MARK}": f"{SINCE}\n"},
         f"it follows no time server, and serves its own clock (stratum 10), synchronised first since boot at {SINCE}"),
        (OWN, {},  # somebody has told chrony so
         "it follows no time server, was never synchronised since boot, and serves its own clock (stratum 10); it"),
        (NEVER, {f"cat {MARK}": f"{SINCE}\n"},
         "it follows no time server, and has followed none since chrony was started, and serves no time; it asks"),
    ],
)  # fmt: skip
def test_a_time_server_that_follows_nobody(tracking: str, mark: Mapping[str, str], told: str) -> None:
    alone = {"chronyc -c -N sources": "^,?,samay1.nic.in,0,7,0,0,0,0,0\n", "chronyc -c tracking": tracking}
    seen = ask(partial(hosts.time_source, waits=True), {**SAID, **alone, **mark})
    city = load_city(Path(__file__).parents[2], "sagar")
    with pytest.raises(AssertionError) as failed:
        judged.test_time_source(city.servers["sgr-srv01"], city, lambda *_: seen, lambda *_: None)
    assert str(failed.value).startswith(told), failed.value


DISK = "   1B-blocks        Avail Mounted on\n100000000000  {} /var/log\n"


def test_how_full_the_disk_of_the_logs_is() -> None:
    own, told = "df --block-size=1 --output=size,avail,target /var/log/iccc", {}
    kept = ask(hosts.log_disk, {own: DISK.format(34_000_000_000)})
    assert kept == {"mount": "/var/log", "size": 100_000_000_000, "free": 34_000_000_000}
    judged.test_log_disk(None, lambda *_: kept, lambda name, text: told.update({name: text}))
    assert told["measured"] == "34 % of 100 GB are free for logs on /var/log"
    full = ask(hosts.log_disk, {own.removesuffix("/iccc"): DISK.format(9_000_000_000)})  # no line was sent yet
    with pytest.raises(AssertionError, match="9 % of 100 GB are free for logs on /var/log; 10 % are the least"):
        judged.test_log_disk(None, lambda *_: full, None)


CONFIG = """\
scrape_configs:
  - job_name: hosts
    static_configs: [{targets: ["10.83.0.11:9100", "10.83.0.12:9100"]}]
"""


def test_targets_that_are_declared_and_how_prometheus_finds_them() -> None:
    class AnyCommand(dict[str, str]):
        def __contains__(self, _key: object) -> bool:
            return True

        def __missing__(self, _key: str) -> str:
            one = {"scrapePool": "hosts", "health": "down", "discoveredLabels": {"__address__": "10.83.0.11:9100"}}
            return json.dumps({"data": {"activeTargets": [one]}})

    assert ask(lambda host: hosts.targets(host, CONFIG), AnyCommand()) == {
        "declared": ["hosts 10.83.0.11:9100", "hosts 10.83.0.12:9100"],
        "up": [], "down": ["hosts 10.83.0.11:9100"], "unknown": [],
    }  # fmt: skip


def watched(**changed: Any) -> Any:
    """What a server tells of its monitoring at 100 s after the minute; ``changed`` in the answer's parts."""
    whole = {
        "now": 1796088700.0,
        "rules": group(lastEvaluation="2026-12-01T01:30:55.123456789Z"),
        "alerts": [{"updatedAt": "2026-12-01T01:31:05.123Z"}],
    } | changed

    class AnyCommand(dict[str, str]):
        def __contains__(self, _key: object) -> bool:
            return True

        def __missing__(self, _key: str) -> str:
            return json.dumps(whole)

    seen, told = ask(hosts.watching, AnyCommand()), {}
    judged.test_watching(None, lambda *_: seen, lambda name, text: told.update({name: text}))
    return told["measured"]


def group(**changed: Any) -> Any:
    one = {"name": "servers", "lastEvaluation": "2026-12-01T01:31:35Z", "rules": [{"name": "ClockOff", "health": "ok"}]}
    return {"data": {"groups": [one | changed]}}


def test_monitoring_that_works_and_how_it_fails() -> None:
    assert watched() == "1 rules, evaluated 45 s ago; Alertmanager heard 35 s ago"
    for changed, told in (
        ({"rules": {"data": {"groups": []}}}, "Prometheus has no rules"),
        ({"rules": group(rules=[{"name": "X", "health": "err", "lastError": "many-to-many"}])}, "X: many-to-many"),
        ({"rules": group(lastEvaluation="2026-12-01T01:30:00Z")}, "was evaluated 100 s ago, and not since"),
        ({"rules": group(lastEvaluation="0001-01-01T00:00:00Z")}, "unknown: not evaluated yet: servers"),
        ({"alerts": []}, "Alertmanager does not have the alert that always fires"),
        ({"alerts": [{"updatedAt": "2026-12-01T01:20:00Z"}]}, "Alertmanager heard 700 s ago from Prometheus"),
    ):
        with pytest.raises((AssertionError, pytest.fail.Exception)) as failed:
            watched(**changed)
        assert told in str(failed.value), failed.value


def answers(said: Mapping[str, str], monkeypatch: pytest.MonkeyPatch, run: Any = None) -> Any:
    asked = {"time_source": partial(hosts.time_source, waits=False), "listening": hosts.listening}
    monkeypatch.setattr(hosts, "questions", lambda _device, _city: asked)
    device: Any = type("Named", (), {"name": "bsp-rec01"})
    return hosts._answers(device, None, run or (lambda command: (0, said.get(command, ""), "")))  # type: ignore[arg-type]


def test_one_answer_that_makes_no_sense_is_unknown_and_the_others_are_known(monkeypatch: pytest.MonkeyPatch) -> None:
    found = answers({**SAID, "chronyc -c tracking": "506 Cannot talk to daemon\n"}, monkeypatch)
    assert isinstance(found["time_source"], Unread) and "bsp-rec01: time_source" in found["time_source"].text
    assert "tcp://0.0.0.0:22" in found["listening"]


def test_a_host_that_goes_away_meanwhile_is_no_answer_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(_command: str) -> tuple[int, str, str]:
        raise DeviceError(Reason.NO_ANSWER, "bsp-rec01 10.83.0.11:22", "the connection ended")

    with pytest.raises(DeviceError):
        answers(SAID, monkeypatch, gone)
