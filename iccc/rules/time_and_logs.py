"""Clocks that are traceable, and logs that are kept."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from ipaddress import ip_address

from iccc.city.devices import City
from iccc.rules.rule import Outcome, Row, Severity, Stage, held, rule

NATIONAL = ("samay1.nic.in", "samay2.nic.in", "time.nplindia.org")
CERT_IN_FROM = date(2022, 6, 27)  # 60 days after the directions of 28 April 2022
CERT_IN_DAYS = 180
# Rule 6 is in force 18 months after the Gazette of 13 November 2025.
DPDP_FROM = date(2027, 5, 13)
DPDP_DAYS = 365


@rule(
    "ntp-traceable",
    Severity.HIGH,
    Stage.OPERATION,
    do=f"follow {', '.join(NATIONAL)}; waive another source with how it is traceable to them",
    source="CERT-In directions, 28 Apr 2022: clocks from the time servers of NIC or NPL, or traceable to them",
    in_force_from=CERT_IN_FROM,
)
def ntp_traceable(city: City, _today: date) -> Iterator[Row]:
    """What the city's time servers follow is of NIC or NPL."""
    document, file = city.declared.city
    if not file.time.upstream:
        text = f"what the city's time servers follow is not declared: upstream, of {', '.join(NATIONAL)}"
        yield Row(Outcome.UNKNOWN, "time", document.where("time"), text)
    for index, name in enumerate(file.time.upstream):
        where = document.where("time", "upstream", index)
        text = f"{name} is not one of {', '.join(NATIONAL)}"
        yield held(name.lower().rstrip(".") in NATIONAL, name, where, text)


@rule(
    "ntp-redundant",
    Severity.MEDIUM,
    Stage.DESIGN,
    do="declare a second time server, on another switch and supply",
    source="project practice: after a power cut cameras come back with a wrong clock, and refuse every signed request",
)
def ntp_redundant(city: City, _today: date) -> Iterator[Row]:
    """Devices have two time servers at least."""
    servers = set(city.ntp_servers)
    text = f"the only time server is {', '.join(servers)}; 2 are the least"
    yield held(len(servers) >= 2, "time", city.wheres["time.ntp"], text)


@rule(
    "syslog-declared",
    Severity.HIGH,
    Stage.DESIGN,
    do="declare `syslog:` in city.yaml",
    source="CERT-In directions, 28 Apr 2022: logs of all ICT systems are enabled and kept",
    in_force_from=CERT_IN_FROM,
)
def syslog_declared(city: City, _today: date) -> Iterator[Row]:
    """Devices have somewhere to send their logs."""
    yield held(bool(city.syslog_hosts), "syslog", city.wheres["syslog"], "no syslog server is declared")


@rule(
    "servers-agree",
    Severity.HIGH,
    Stage.DESIGN,
    do="write the addresses of the servers with that role into `time.ntp` and `syslog` of city.yaml, and no others",
    source="project practice: at an address where nobody serves, devices get no time and their logs are lost",
)
def servers_agree(city: City, _today: date) -> Iterator[Row]:
    """Devices take their time from the city's servers of that role, and send their logs to them."""
    told = (("ntp", "time.ntp", city.ntp_servers), ("syslog", "syslog", city.syslog_hosts))
    plan = city.declared.city.file.network.servers
    for role, key, addresses in told:
        serving = {one.address: one for one in city.equipment.values() if role in one.roles}
        for server in serving.values():
            text = (
                f"{server.name} ({server.address}) has the role {role}, and {key} is {', '.join(addresses) or 'empty'}"
            )
            yield held(server.address in addresses, server.name, server.where, text)
        for address in addresses:
            if address not in serving and plan is not None and ip_address(address) in plan.prefix:
                text = f"{key} has {address} of the servers' network, where no server has the role {role}"
                yield Row(Outcome.FAIL, address, city.wheres[key], text)


@rule(
    "syslog-retention",
    Severity.HIGH,
    Stage.OPERATION,
    do="keep the logs of devices for 180 days, within India",
    source="CERT-In directions, 28 Apr 2022: logs for a rolling period of 180 days",
    in_force_from=CERT_IN_FROM,
)
def syslog_retention(city: City, _today: date) -> Iterator[Row]:
    """Logs of devices are kept for 180 days at least."""
    yield _logs(city, "syslog_days", CERT_IN_DAYS)


@rule(
    "access-log-retention",
    Severity.HIGH,
    Stage.OPERATION,
    do="keep the logs of who saw and exported what for a year",
    source="DPDP Rules 2025, Rule 6: logs for one year; in force 18 months after the Gazette of 13 Nov 2025",
    in_force_from=DPDP_FROM,
)
def access_log_retention(city: City, _today: date) -> Iterator[Row]:
    """Logs of access to recordings are kept for a year at least."""
    yield _logs(city, "access_log_days", DPDP_DAYS)


def _logs(city: City, key: str, least: int) -> Row:
    document, file = city.declared.city
    if file.logs is None:
        return Row(Outcome.UNKNOWN, "logs", document.where("logs"), f"{key} of logs is not declared; {least} the least")
    days: int = getattr(file.logs, key)
    return held(days >= least, "logs", document.where("logs", key), f"{key} is {days}, {least} are the least")


RULES = (ntp_traceable, ntp_redundant, syslog_declared, servers_agree, syslog_retention, access_log_retention)
