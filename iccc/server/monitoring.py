"""What watches the city: Prometheus, Alertmanager, and the exporters that ask devices.

What cameras record is told by the recorders, and the city's findings by ``iccc drift``: no camera is asked from here.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from iccc.city.devices import City, Device, Equipment, Hosted, SnmpAccess, Switch, host_of
from iccc.secrets import Community, SnmpLogin
from iccc.server.parts import Content, Group, Rendered
from iccc.server.sealed import Sealed

PACKAGES = (
    "prometheus", "prometheus-alertmanager", "prometheus-blackbox-exporter", "prometheus-snmp-exporter",
)  # fmt: skip
FOLDER = "/etc/prometheus"
MAIL_PASSWORD = f"{FOLDER}/iccc-mail-password"
DEFAULTS = "/etc/default"
NAME, INDEX = "1.3.6.1.2.1.105.1.3.1.1", "pethMainPseGroupIndex"  # POWER-ETHERNET-MIB (RFC 3621) pethMainPseEntry
UPS = "1.3.6.1.2.1.33.1"  # UPS-MIB (RFC 1628) upsObjects
# Module: what the exporter asks, in the form of its own snmp.yml.
ASKED: Mapping[str, dict[str, Any]] = {
    "switch": {
        "walk": [NAME],
        "metrics": [
            {"name": name, "oid": f"{NAME}.{column}", "type": "gauge", "help": text,
             "indexes": [{"labelname": INDEX, "type": "gauge"}]}
            for name, column, text in (
                ("pethMainPsePower", 2, "Watts that the power source equipment can give."),
                ("pethMainPseConsumptionPower", 4, "Watts that are taken from it."),
            )
        ],
    },
    "ups": {
        "get": [f"{UPS}.4.1.0", f"{UPS}.2.4.0"],
        "metrics": [
            {"name": "upsOutputSource", "oid": f"{UPS}.4.1", "type": "gauge", "help": "3: mains, 5: battery."},
            {"name": "upsEstimatedChargeRemaining", "oid": f"{UPS}.2.4", "type": "gauge", "help": "Percent."},
        ],
    },
}  # fmt: skip
# Words of the exporter for algorithms.
PROTOCOLS = {
    "md5": "MD5", "sha": "SHA", "sha256": "SHA256", "sha512": "SHA512", "des": "DES", "aes": "AES", "aes256": "AES256",
}  # fmt: skip


def _prometheus(rendered: Rendered, device: Hosted, city: City, __: Sealed) -> Group:
    config, rules = f"{FOLDER}/prometheus.yml", f"{FOLDER}/iccc-rules.yml"
    hosts = [one for one in (*city.servers.values(), *city.recorders.values()) if host_of(one) is not None]
    probed = (*city.switches.values(), *city.servers.values(), *city.recorders.values())
    spoken: dict[str, list[Device]] = {}
    for one in _speaking(city):
        spoken.setdefault(module(one), []).append(one)
    watching = [one for one in city.servers.values() if "monitoring" in one.roles and one.host and one.on_the_wire]
    others = [one.address for one in watching if one.name != device.name]
    values: dict[str, Any] = {
        "city": city.key,
        "others": [f"{address}:{port}" for address in others for port in (9090, 9093)],
        "hosts": [_target(one, "host", f"{one.address}:9100") for one in hosts if one.on_the_wire],
        "probed": [_target(one, "device", one.address) for one in probed if one.on_the_wire],
        "spoken": {name: [_target(one, "device", one.address) for one in those] for name, those in spoken.items()},
    }
    kept = [one.host for one in city.recorders.values()]
    alarms: dict[str, Any] = {
        "max_skew_s": city.max_skew_s,
        "free_percent": min((host.keep_free_percent for host in kept if host), default=10) / 2,
    }
    return Group(
        {
            config: rendered("server/prometheus.yml.j2", **values),
            rules: rendered("server/rules.yml.j2", **alarms),
            f"{DEFAULTS}/prometheus": Content('ARGS="--storage.tsdb.retention.time=90d"\n'),
        },
        (("promtool", "check", "config", "{stage}" + config), ("promtool", "check", "rules", "{stage}" + rules)),
        {"prometheus.service": "restart"},
    )


def _alerts(rendered: Rendered, _: Hosted, city: City, sealed: Sealed) -> Group:
    """The password for the mail relay is in a file that Alertmanager alone reads."""
    config, mail = f"{FOLDER}/alertmanager.yml", city.alerts
    alone = 'ARGS="--cluster.listen-address="\n'  # no cluster: a server less that listens
    values: dict[str, Any] = {"mail": mail, "password": MAIL_PASSWORD, "heartbeat": city.heartbeat}
    password = Content(sealed.mail.reveal() if sealed.mail else "", "0600", "prometheus:prometheus", sealed=True)
    return Group(
        {
            config: rendered("server/alertmanager.yml.j2", **values),
            f"{DEFAULTS}/prometheus-alertmanager": Content(alone),
            **({MAIL_PASSWORD: password} if mail and mail.user else {}),
        },
        (("amtool", "check-config", "{stage}" + config),),
        {"prometheus-alertmanager.service": "restart"},
    )


def _probes(rendered: Rendered, *_: object) -> Group:
    config, unit = f"{FOLDER}/blackbox.yml", "prometheus-blackbox-exporter"
    return Group(
        {
            config: rendered("server/blackbox.yml.j2"),
            f"{DEFAULTS}/{unit}": _here(config, 9115),
            f"/etc/systemd/system/{unit}.service.d/iccc.conf": rendered("server/blackbox.service.j2"),
        },
        ((unit, "--config.check", "--config.file={stage}" + config),),
        {f"{unit}.service": "restart"},
    )


def _snmp(_: Rendered, __: Hosted, city: City, sealed: Sealed) -> Group:
    """The logins are in the file, which only root and the exporter read."""
    config, unit = f"{FOLDER}/iccc-snmp.yml", "prometheus-snmp-exporter"
    modules: dict[str, Any] = {}
    for one in _speaking(city):
        if module(one) not in modules and (login := sealed.snmp(one.name)) is not None:
            modules[module(one)] = ASKED[_kind(one)] | _spoken(login)
    text = json.dumps(modules, indent=1, sort_keys=True) + "\n" if modules else ""
    return Group(
        {
            config: Content(text, "0640", "root:prometheus", sealed=True),
            f"{DEFAULTS}/{unit}": _here(config, 9116),
        },
        ((unit, "--dry-run", "--config.file={stage}" + config),),
        {f"{unit}.service": "restart"},
    )


def _here(config: str, port: int) -> Content:
    """Options of an exporter that Prometheus asks on the same server, and nobody else."""
    return Content(f'ARGS="--config.file={config} --web.listen-address=127.0.0.1:{port}"\n')


def _speaking(city: City) -> Iterable[Switch | Equipment]:
    """The devices that are asked by SNMP."""
    both: tuple[Switch | Equipment, ...] = (*city.switches.values(), *city.ups.values())
    return (one for one in both if one.on_the_wire)


def module(device: Switch | Equipment) -> str:
    """What is asked of the device and as whom, in one word: ``switch_3_reader_sha256_aes``."""
    access: SnmpAccess = device.snmp
    login = (access.user, access.auth, access.privacy) if access.version == "3" else ()
    return "_".join((_kind(device), access.version, *login))


def _kind(device: Switch | Equipment) -> str:
    return "switch" if isinstance(device, Switch) else "ups"


def _spoken(login: SnmpLogin) -> dict[str, Any]:
    if isinstance(login, Community):
        return {"version": int(login.version[0]), "auth": {"community": login.name.reveal()}}
    auth = {
        "username": login.name, "security_level": "authPriv", "password": login.auth_password.reveal(),
        "auth_protocol": PROTOCOLS[login.auth], "priv_protocol": PROTOCOLS[login.privacy],
        "priv_password": login.privacy_password.reveal(),
    }  # fmt: skip
    return {"version": 3, "auth": auth}


def _target(device: Device, label: str, address: str) -> dict[str, Any]:
    """A target with the device's name as ``label``: metrics of servers have a label ``device`` of their own."""
    return {"targets": [address], "labels": {label: device.name, "kind": str(device.kind), "site": device.site}}


PARTS: Mapping[str, Callable[[Rendered, Hosted, City, Sealed], Group]] = {
    "prometheus": _prometheus,
    "alerts": _alerts,
    "probes": _probes,
    "snmp": _snmp,
}
