"""What a server is given: the units, the firewall, the manifest; and what is wrong in a template."""

from __future__ import annotations

import json
from configparser import RawConfigParser
from dataclasses import replace

import pytest

from iccc.compare import Change, compare
from iccc.server.desired import desired, is_broken
from iccc.server.files import CLOCK_SET, MANIFEST, RECORD, UNITS, group, manifest, parts_of
from iccc.server.parts import Group, Invalid
from iccc.server.state import Part, ServerState
from tests.server.city import served, server


def made(name: str) -> Group:
    return group(name, server(), served())


def unit(name: str) -> RawConfigParser:
    """The last value of each key; that is enough for keys that stand once."""
    parser = RawConfigParser(strict=False)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(made("recording").files[f"{UNITS}/{name}"].text)
    return parser


def test_a_camera_is_recorded_onto_the_array_and_nowhere_else() -> None:
    told = unit("iccc-record@.service")
    assert told["Unit"]["RequiresMountsFor"] == told["Unit"]["AssertPathIsMountPoint"] == "/srv/recordings"
    assert told["Service"]["ReadWritePaths"] == "/srv/recordings"
    assert told["Service"]["ProtectSystem"] == "strict"


def test_it_begins_anew_whatever_ffmpeg_ended_with() -> None:
    told = unit("iccc-record@.service")
    assert (told["Service"]["Restart"], told["Service"]["RestartSec"]) == ("always", "5")
    assert told["Unit"]["StartLimitIntervalSec"] == "0"
    assert told["Service"]["KillSignal"] == "SIGINT"


def test_files_stay_readable_and_begin_on_the_minute() -> None:
    assert unit("iccc-record@.service")["Service"]["ExecStart"] == f"/bin/sh {RECORD} %i"
    command = made("recording").files[RECORD].text
    assert "movflags=+frag_keyframe+empty_moov+default_base_moof" in command
    assert "-segment_time 60 -segment_atclocktime 1" in command
    assert "rtsp://" not in command  # the login is in a file
    longer = replace(server(), host=replace(server().host, segment_s=300))  # type: ignore[type-var]
    assert "-segment_time 300" in group("recording", longer, served()).files[RECORD].text


def test_no_recording_can_be_written_over() -> None:
    """The clock may be set back: another run has another name, and within one a file is nobody's to write to."""
    script = made("recording").files[RECORD].text
    assert "(umask 0227 && exec ffmpeg " in script and '/srv/recordings/$1/%Y%m%dT%H%M%S-${run:?}.mp4")' in script
    timer, service = unit("iccc-clock-set.timer"), unit("iccc-clock-set.service")
    assert timer["Timer"]["OnClockChange"] == "yes" and timer["Install"]["WantedBy"] == "timers.target"
    assert service["Service"]["ExecStart"] == f"/bin/sh {CLOCK_SET}"
    assert "iccc-clock-set.timer" in made("recording").services


def test_the_firewall_lets_in_operators_and_monitoring_alone() -> None:
    text = made("firewall").files["/etc/nftables.conf"].text
    assert "policy drop" in text
    assert "ip saddr { 10.80.0.0/24 } tcp dport 22 accept" in text
    assert "9100" not in text  # Bilaspur declares no monitoring server
    anybody = group("firewall", server(), replace(served(), management_sources=())).files["/etc/nftables.conf"].text
    assert "\n        tcp dport 22 accept comment" in anybody


def test_time_and_logs_go_where_the_city_says() -> None:
    assert (
        "server 10.80.0.10 iburst maxpoll 8\nserver 10.80.0.11 iburst maxpoll 8\n"
        in made("time").files["/etc/chrony/chrony.conf"].text
    )
    assert 'target="10.80.0.20"' in made("syslog").files["/etc/rsyslog.d/50-iccc.conf"].text


def test_every_configuration_that_has_a_checker_is_checked_before_it_takes_its_place() -> None:
    checkers = {name: [check[0] for check in made(name).checks] for name in parts_of(server(), served())}
    assert checkers == {
        "time": ["chronyd", "rsyslogd", "logrotate"],
        "syslog": ["rsyslogd"],
        "firewall": ["nft"],
        "metrics": [],
        "ssh": ["sshd"],
        "recording": ["sh", "sh", "systemd-analyze", "systemd-analyze", "systemd-analyze"],
    }
    for name in parts_of(server(), served()):
        for check in made(name).checks:
            assert any(word == "{stage}" + path for word in check for path in made(name).files), check


def test_the_manifest_holds_no_login() -> None:
    told = manifest(server(), served())
    assert json.loads(told) == {
        "mount": "/srv/recordings",
        "keep_free_percent": 10,
        "segment_s": 60,
        "holds": {},
        "orders": {},
    }
    assert made("recording").files[MANIFEST].text == told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a\n{% for x in %}\n", ":2: Expected an expression, got 'end of statement block'"),
        ("{{ nobody }}\n", ": 'nobody' is undefined"),
    ],
)  # fmt: skip
def test_a_template_that_cannot_be_rendered_is_a_difference_of_its_part_alone(text: str, told: str) -> None:
    told = f"templates/recorder/rsyslog.conf.j2{told}"
    city = replace(served(), templates={**served().templates, "templates/recorder/rsyslog.conf.j2": text})
    with pytest.raises(Invalid) as caught:
        group("syslog", server(), city)
    assert str(caught.value) == told
    wanted = desired(server(), city).state
    assert is_broken(wanted.syslog) and not any(
        is_broken(getattr(wanted, name)) for name in parts_of(server(), city) if name != "syslog"
    )
    seen = replace(wanted, syslog=Part({}))
    assert [(one.path, one.wanted) for one in compare(wanted, seen) if isinstance(one, Change)] == [
        ("syslog", f"cannot be made: {told}")
    ]


def test_a_server_that_is_as_wanted_has_no_differences() -> None:
    wanted = desired(server(), served()).state
    assert isinstance(wanted, ServerState)
    assert list(compare(wanted, replace(wanted))) == []


def test_each_difference_has_the_line_that_wants_it() -> None:
    wanted = desired(server(), served())
    name = served().recorded_by("bsp-rec01")[0].name
    assert str(wanted.where(f"cameras.each[{name}].login")).startswith("cities/bilaspur/junctions/")
    assert str(wanted.where("time.files[/etc/chrony/chrony.conf]")).startswith("cities/bilaspur/city.yaml:")
    assert str(wanted.where("array.fstab")).startswith("cities/bilaspur/recorders.yaml:")
