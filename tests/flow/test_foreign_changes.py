"""Ten devices are changed with other tools: just those are found, just those are touched."""

from __future__ import annotations

import re
from collections.abc import Callable

from pysnmp.hlapi.v3arch.asyncio import OctetString

from tests.flow.done import Done
from tests.flow.foreign import Foreigner
from tests.flow.town import Town

SYS_NAME = "1.3.6.1.2.1.1.5.0"
CONFIGURATION = r"(?s)<trt:Configurations([^>]*)>(.*?)</trt:Configurations>"

# Device: which path of it differs afterwards, and what is done to it.
CHANGES: dict[str, tuple[str, Callable[[Foreigner, str], None]]] = {
    "bsp-j01-sw1": (
        "ports[GigabitEthernet1/3].description",
        lambda them, name: them.type(name, "interface GigabitEthernet1/3", "description do not touch"),
    ),
    "bsp-agg2": ("syslog_hosts", lambda them, name: them.type(name, "logging host 10.80.0.99")),
    "bsp-core1": ("hostname", lambda them, name: them.set_snmp(name, SYS_NAME, OctetString("core-neu"))),
    "bsp-j03-sw2": ("ntp_servers", lambda them, name: them.type(name, "ntp server 10.80.0.99")),
    "bsp-rec02": ("time.utc_offset_min", lambda them, name: _set_time(them, name, "UTC0")),
    "bsp-j01-c02": ("encoders[sub].bitrate_kbps", lambda them, name: _set_bitrate(them, name, 512, 256)),
    "bsp-j01-c21": ("hostname", lambda them, name: _set_hostname(them, name, "ptz-old")),
    "bsp-j02-c25": ("users[recorder].level", lambda them, name: _set_level(them, name, "recorder", "Operator")),
    "bsp-j02-c41": ("location[junction]", lambda them, name: _remove_location(them, name)),
    "bsp-j03-c26": ("users[recorder]", lambda them, name: _delete_user(them, name, "recorder")),
}


# Whose user is gone at the camera, its recorder cannot log in any more.
FOLLOWS = ("bsp-rec03", "channels[bsp-j03-c26].login")


def test_drift_and_pyinfra_show_just_the_ten_and_deploy_brings_them_back(deployed: Town) -> None:
    town = deployed
    them = Foreigner(town)
    for device, (_path, change) in CHANGES.items():
        change(them, device)
    town.hand.count_anew()

    findings = town.drift()
    assert {finding["device"] for finding in findings} == {*CHANGES, FOLLOWS[0]}
    assert {FOLLOWS, *((device, path) for device, (path, _change) in CHANGES.items())} <= {
        (f["device"], f["path"]) for f in findings
    }
    for finding in findings:
        file, line, _column = finding["where"].split(":")
        assert int(line) <= len((town.root / file).read_text(encoding="utf-8").splitlines())

    dry = town.pyinfra("deploys/site.py", "--dry", code=0)
    assert _hosts_with_operations(dry) == set(CHANGES)
    assert not town.hand.written(), "whoever looks writes nothing"

    town.deploy()
    assert set(town.hand.written()) == {*CHANGES, FOLLOWS[0]}
    town.iccc("plan", code=0)


def _hosts_with_operations(dry: Done) -> set[str]:
    """The hosts in the table that pyinfra prints of a dry run."""
    table = (dry.out + dry.err).partition("Detected changes:")[2]
    return set(re.findall(r"bsp-[\w-]+", table))


def _set_time(them: Foreigner, device: str, zone: str) -> None:
    them.soap(
        device,
        "<tds:SetSystemDateAndTime><tds:DateTimeType>NTP</tds:DateTimeType><tds:DaylightSavings>false"
        f"</tds:DaylightSavings><tds:TimeZone><tt:TZ>{zone}</tt:TZ></tds:TimeZone></tds:SetSystemDateAndTime>",
    )


def _set_bitrate(them: Foreigner, device: str, now_kbps: int, kbps: int) -> None:
    """Of the encoder that has ``now_kbps``; the rest of its configuration is sent back as it came."""
    told = them.soap(device, "<trt:GetVideoEncoderConfigurations/>").body.decode()
    limit = "<tt:BitrateLimit>{}</tt:BitrateLimit>"
    config = next(c for c in re.findall(CONFIGURATION, told) if limit.format(now_kbps) in c[1])
    inner = config[1].replace(limit.format(now_kbps), limit.format(kbps))
    them.soap(
        device,
        f"<trt:SetVideoEncoderConfiguration><trt:Configuration{config[0]}>{inner}</trt:Configuration>"
        "<trt:ForcePersistence>true</trt:ForcePersistence></trt:SetVideoEncoderConfiguration>",
    )


def _set_hostname(them: Foreigner, device: str, name: str) -> None:
    them.soap(device, f"<tds:SetHostname><tds:Name>{name}</tds:Name></tds:SetHostname>")


def _set_level(them: Foreigner, device: str, user: str, level: str) -> None:
    them.soap(
        device,
        f"<tds:SetUser><tds:User><tt:Username>{user}</tt:Username><tt:UserLevel>{level}</tt:UserLevel></tds:User>"
        "</tds:SetUser>",
    )


def _delete_user(them: Foreigner, device: str, user: str) -> None:
    them.soap(device, f"<tds:DeleteUsers><tds:Username>{user}</tds:Username></tds:DeleteUsers>")


def _remove_location(them: Foreigner, device: str) -> None:
    """Every configurable scope is replaced by one of somebody else's."""
    scope = "onvif://www.onvif.org/location/building/depot"
    them.soap(device, f"<tds:SetScopes><tds:Scopes>{scope}</tds:Scopes></tds:SetScopes>")
