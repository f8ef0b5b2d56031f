"""chrony: whom a server follows, and when a time server may serve its own clock."""

from __future__ import annotations

from iccc.city.devices import City, Equipment, Hosted
from iccc.server.parts import Content, Group, Rendered
from iccc.server.sealed import Sealed

CONFIG = "/etc/chrony/chrony.conf"
SERVE = "/usr/local/lib/iccc/serve-time"
UNIT = "iccc-time.service"
FOLDER = "iccc-time"  # below /run
MARK = f"/run/{FOLDER}/synchronised"  # when the server first followed another one since the system was started
OWN = "local stratum 10 orphan"
TRACKING = "/var/log/chrony/tracking.log"  # what chrony measures; evidence tells of it
STEPS = "/var/log/iccc-clock.log"  # what chronyd says, by rsyslog: when it was started, and when it has set the clock
TOLD = "/etc/rsyslog.d/40-iccc-clock.conf"
ROTATION = "/etc/logrotate.d/chrony"  # in place of Debian's own, since no log may stand in two files
KEPT_DAYS = 3 * 365  # at least: footage under a hold is kept for years. 180 kB a day at most
MARGIN_DAYS = 30  # beyond the longest retention


def is_time_server(device: Hosted) -> bool:
    """Whether the city's devices follow it."""
    return isinstance(device, Equipment) and "ntp" in device.roles


def waits(device: Hosted, city: City) -> bool:
    """Whether it serves its own clock only after it has followed another one."""
    return is_time_server(device) and bool(city.declared.city.file.time.upstream)


def time(rendered: Rendered, device: Hosted, city: City, _: Sealed) -> Group:
    """chrony, and on a time server what tells it that its own clock may be served."""
    files = {
        CONFIG: _config(rendered, device, city),
        TOLD: rendered("recorder/clock-rsyslog.conf.j2", log=STEPS),
        ROTATION: rendered("recorder/clock-logrotate.j2", logs=f"{TRACKING} {STEPS}", days=kept_days(city)),
    }
    checks: tuple[tuple[str, ...], ...] = (
        ("chronyd", "-p", "-f", "{stage}" + CONFIG),
        ("rsyslogd", "-N1", "-f", "{stage}" + TOLD),
        ("logrotate", "--debug", "{stage}" + ROTATION),
    )
    # rsyslog first, so that it hears chrony start: from then on it is known when the clock was set.
    services = {"rsyslog.service": "restart", "chrony.service": "restart", "logrotate.timer": ""}
    if waits(device, city):
        unit = f"/etc/systemd/system/{UNIT}"
        files |= {
            SERVE: rendered("server/serve-time.j2", "0755", mark=MARK, own=OWN),
            unit: rendered("server/time.service.j2", serve=SERVE, folder=FOLDER),
        }
        checks += (
            ("sh", "-n", "{stage}" + SERVE),
            ("systemd-analyze", "verify", "--recursive-errors=no", "{stage}" + unit),
        )
        services |= {UNIT: "restart"}
    return Group(files, checks, services)


def kept_days(city: City) -> int:
    """For how many days it is kept how the clock stood: longer than any footage whose times depend on it."""
    longest = max((one.retention_days or 0 for one in city.cameras.values()), default=0)
    return max(KEPT_DAYS, longest + MARGIN_DAYS)


def apart_s(device: Hosted) -> float:
    """By how much samples are apart at most while all is well: a few times the longest poll (`maxpoll`)."""
    return 2400.0 if is_time_server(device) else 900.0


def _config(rendered: Rendered, device: Hosted, city: City) -> Content:
    if not is_time_server(device):
        return rendered("recorder/chrony.conf.j2")
    file = city.declared.city.file
    served = [str(prefix) for prefix in file.network.prefixes().values()]
    others = [address for address in city.ntp_servers if address != device.address]
    return rendered("server/chrony.conf.j2", upstream=file.time.upstream, others=others, served=served, own=OWN)
