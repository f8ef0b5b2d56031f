"""Logs: devices send them by UDP, Debian servers over TLS with certificates of the city's own authority."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from iccc.city.devices import City, Equipment, Hosted, host_of
from iccc.server.parts import Content, Group, Rendered
from iccc.server.sealed import Sealed

TLS_PORT = 6514  # RFC 5425
SYSLOG_DAYS, ACCESS_LOG_DAYS = 180, 365  # where city.yaml says nothing: CERT-In directions 2022, DPDP Rules 2025
FOLDER = "/etc/rsyslog.d"  # all of it here: Debian's AppArmor profile lets rsyslogd read nothing else below /etc
CONFIG = f"{FOLDER}/50-iccc.conf"
DEVICES = f"{FOLDER}/iccc-devices.json"
AUTHORITY, CERTIFICATE, KEY = (f"{FOLDER}/iccc-{name}.pem" for name in ("ca", "cert", "key"))
ROTATION = "/etc/logrotate.d/iccc"
KEEPER = "syslog"
# What the kernel lets in of each device over UDP: some 25 lines a second for good, and 50,000 at once after a start.
# One that floods fills 0.4 GB a day before it is compressed, and takes no line from others.
EACH = "5 kbytes/second burst 10 mbytes"
ALL_S, ALL = 10, 50_000  # lines of all devices together in so many seconds: senders can be forged
KEPT = "/var/log/iccc"


def takers(city: City) -> dict[str, str]:
    """Of the city's log servers those that take logs over TLS: address, name."""
    own = {one.address: one.name for one in city.servers.values() if KEEPER in one.roles and one.on_the_wire}
    return {address: own[address] for address in city.syslog_hosts if address in own}


def senders(city: City) -> tuple[str, ...]:
    """The addresses of all Debian servers."""
    hosts = (*city.servers.values(), *city.recorders.values())
    return tuple(one.address for one in hosts if host_of(one) is not None and one.on_the_wire)


def speaks_tls(city: City) -> bool:
    """Whether its servers send logs over TLS."""
    return bool(takers(city))


def keeps(device: Hosted) -> bool:
    """Whether the logs of others come to it."""
    return isinstance(device, Equipment) and KEEPER in device.roles


def tls(_: Rendered, device: Hosted, _city: City, sealed: Sealed) -> Group:
    """The authority's certificate, the server's own, and its key."""
    made = sealed.certificate(device.name)
    plain, private = Content("", sealed=True), Content("", "0600", sealed=True)
    return Group(
        {
            AUTHORITY: replace(plain, text=made.authority),
            CERTIFICATE: replace(plain, text=made.certificate),
            KEY: replace(private, text=made.key),
        },
        (),
        {"rsyslog.service": "restart"},
    )


def syslog(rendered: Rendered, device: Hosted, city: City, _: Sealed) -> Group:
    """rsyslog: what it takes and where it writes that, and where it sends its own."""
    secure = takers(city)
    values: dict[str, Any] = {
        "targets": [(address, secure.get(address)) for address in city.syslog_hosts if address != device.address],
        "tls": speaks_tls(city), "tls_port": TLS_PORT, "authority": AUTHORITY, "certificate": CERTIFICATE,
        "key": KEY,
    }  # fmt: skip
    services = {"rsyslog.service": "restart"}
    if not keeps(device):
        content = rendered("recorder/rsyslog.conf.j2", **values)
        return Group({CONFIG: content}, (("rsyslogd", "-N1", "-f", "{stage}" + CONFIG),), services)
    # Its table of names lies below the stage meanwhile.
    check = ("sh", "-c", f"sed s={DEVICES}={{stage}}{DEVICES}= {{stage}}{CONFIG} | rsyslogd -N1 -f /dev/stdin")
    kept = city.declared.city.file.logs
    days = (kept.syslog_days, kept.access_log_days) if kept else (SYSLOG_DAYS, ACCESS_LOG_DAYS)
    peers = sorted(one.name for one in (*city.servers.values(), *city.recorders.values()) if host_of(one) is not None)
    return Group(
        {
            CONFIG: rendered("server/rsyslog.conf.j2", **values, peers=peers, devices=DEVICES, all_s=ALL_S, all=ALL),
            DEVICES: Content(_names(device, city)),
            ROTATION: rendered("server/logrotate.j2", syslog_days=days[0], access_log_days=days[1]),
        },
        (check, ("logrotate", "--debug", "{stage}" + ROTATION)),
        {**services, "logrotate.timer": ""},
    )


def _names(device: Hosted, city: City) -> str:
    """The table by which rsyslog finds the name of whoever sends: a device's own word for itself is not believed."""
    known = {one.address: one.name for one in city.inventory() if one.address} | {"127.0.0.1": device.name}
    table = [{"index": address, "value": name} for address, name in sorted(known.items())]
    return json.dumps({"version": 1, "nomatch": "", "type": "string", "table": table}, indent=0) + "\n"
