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


def is_time_server(device: Hosted) -> bool:
    """Whether the city's devices follow it."""
    return isinstance(device, Equipment) and "ntp" in device.roles


def waits(device: Hosted, city: City) -> bool:
    """Whether it serves its own clock only after it has followed another one."""
    return is_time_server(device) and bool(city.declared.city.file.time.upstream)


def time(rendered: Rendered, device: Hosted, city: City, _: Sealed) -> Group:
    """chrony, and on a time server what tells it that its own clock may be served."""
    files, services = {CONFIG: _config(rendered, device, city)}, {"chrony.service": "restart"}
    checks: tuple[tuple[str, ...], ...] = (("chronyd", "-p", "-f", "{stage}" + CONFIG),)
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


def _config(rendered: Rendered, device: Hosted, city: City) -> Content:
    if not is_time_server(device):
        return rendered("recorder/chrony.conf.j2")
    file = city.declared.city.file
    served = [str(prefix) for prefix in file.network.prefixes().values()]
    others = [address for address in city.ntp_servers if address != device.address]
    return rendered("server/chrony.conf.j2", upstream=file.time.upstream, others=others, served=served, own=OWN)
