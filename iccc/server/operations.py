"""pyinfra operations on Debian servers. Each yields nothing when its part of the server is as declared."""

from __future__ import annotations

from collections.abc import Generator, Mapping

from pyinfra import host
from pyinfra.api import StringCommand, operation

from iccc.operation import DeviceCommand, ServerCommand, converge
from iccc.server.facts import Server

Commands = Generator[StringCommand, None, None]

# All are tried without doing anything first, and if not all can be, each: one of them keeps no other one back.
INSTALL = """\
sudo -n apt-get update -q >/dev/null 2>&1
get() {{ sudo -n env DEBIAN_FRONTEND=noninteractive apt-get -y -q --no-install-recommends \
-o Dpkg::Options::=--force-confold install "$@" 2>&1; }}
failed= good=
if get -s {0} >/dev/null; then good="{0}"; else
for package in {0}; do
said=$(get -s "$package") && good="$good $package" || failed="$failed$package: $(echo "$said" | grep ^E: | head -n 1). "
done
fi
[ -z "$good" ] || said=$(get $good) || failed="$failed$(echo "$said" | grep ^E: | head -n 1)"
[ -z "$failed" ] || {{ echo "$failed" >&2; exit 1; }}"""


@operation()
def packages() -> Commands:
    """Debian packages, those that are missing."""
    seen, wanted = host.get_fact(Server), host.data.wanted.state.packages
    installed = getattr(seen, "packages", None)
    known = installed if isinstance(installed, Mapping) else {}
    missing = [name for name in wanted if name not in known]
    yield from _bracketed("packages", StringCommand(INSTALL.format(" ".join(missing))) if missing else None)


@operation()
def accounts() -> Commands:
    """The account that records."""
    yield from _bracketed("accounts")


@operation()
def admins() -> Commands:
    """Administrators, with the public keys of the city."""
    yield from _bracketed("admins")


@operation()
def array() -> Commands:
    """The file system for recordings: its line of /etc/fstab, mounted, and whose it is. It is never made."""
    yield from _bracketed("array")


@operation()
def time() -> Commands:
    """chrony, and where it takes the time from."""
    yield from _bracketed("time")


@operation()
def syslog() -> Commands:
    """rsyslog, and where it ships the logs to."""
    yield from _bracketed("syslog")


@operation()
def tls() -> Commands:
    """Certificates, for logs over TLS."""
    yield from _bracketed("tls")


@operation()
def prometheus() -> Commands:
    """Prometheus: what is asked, and when that is an alert."""
    yield from _bracketed("prometheus")


@operation()
def alerts() -> Commands:
    """Alertmanager."""
    yield from _bracketed("alerts")


@operation()
def probes() -> Commands:
    """The exporter that tries whether something answers."""
    yield from _bracketed("probes")


@operation()
def snmp() -> Commands:
    """The exporter that speaks SNMP, with its logins."""
    yield from _bracketed("snmp")


@operation()
def firewall() -> Commands:
    """nftables: who may come in."""
    yield from _bracketed("firewall")


@operation()
def metrics() -> Commands:
    """node_exporter, with what the retention tells."""
    yield from _bracketed("metrics")


@operation()
def ssh() -> Commands:
    """How one may log in."""
    yield from _bracketed("ssh")


@operation()
def recording() -> Commands:
    """The units of recordings, and the retention."""
    yield from _bracketed("recording")


@operation()
def cameras() -> Commands:
    """Which cameras are recorded, with which login, for how long."""
    yield from _bracketed("cameras")


def _bracketed(section: str, command: StringCommand | None = None) -> Commands:
    """Between the worker's leave to write and its reading back: the program and its request, or a command."""
    for apply in converge(Server, section):
        yield DeviceCommand("open", section)
        yield command or ServerCommand(section)
        yield DeviceCommand("close", apply.section)
