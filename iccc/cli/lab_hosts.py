"""``iccc lab CITY --hosts N``: the devices and real hosts in a network of their own, and commands that run in it."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Sequence

from iccc import guard
from iccc.city.devices import City, Device, host_of
from iccc.city.load import load_city
from iccc.cli.common import talk
from iccc.commissioning import take_over
from iccc.errors import UsageError
from iccc.lab.client import LabClient, LabError
from iccc.lab.debian.space import NETWORK, Denied, Host, Space
from iccc.lab.hosts import make_host
from iccc.lab.place import Place
from iccc.lab.serve import Summary, serve
from iccc.lab.switch import declared_address, operator_of
from iccc.settings import Settings
from iccc.state.files import make_folder

SOCKET = "lab.sock"
SHEET = "commissioning.json"
MAX_HOSTS = 12  # 12 MB of memory each, and much more once they record
PLAYED = ("cisco_ios", "snmp_only")  # the platform of iccc/lab/ios, and switches that only SNMP talks to


def check_played(city: City) -> None:
    """UsageError when the lab cannot play a switch of the city."""
    foreign = [f"{s.name} ({s.platform})" for s in city.switches.values() if s.on_the_wire and s.platform not in PLAYED]
    if foreign:
        more = f" and {len(foreign) - 4} more" if len(foreign) > 4 else ""
        raise UsageError(
            f"the lab plays switches of {' and '.join(PLAYED)} only; {city.key} has {', '.join(foreign[:4])}{more}"
        )


def serve_hosts(city_key: str, settings: Settings, number: int, without_array: Sequence[str]) -> None:
    """Play the city with ``number`` recorders, and all its own servers, as real hosts until Ctrl-C or ``stop``."""
    city = load_city(settings.root, city_key)
    check_played(city)
    recorders = [one for one in city.recorders.values() if one.host is not None and one.on_the_wire]
    if len(recorders) < number:
        raise UsageError(f"{city_key} has {len(recorders)} recorders of type server on the wire, and not {number}")
    servers: list[Device] = [one for one in city.servers.values() if one.on_the_wire]
    if guard.installed() and NETWORK not in os.environ.get("ICCC_LAB_NETS", ""):
        # The guard cannot be widened. Begun anew, this process sends nothing before it is in the hosts' network.
        os.execve(sys.executable, sys.orig_argv, {**os.environ, "ICCC_LAB_NETS": NETWORK})  # noqa: S606
    folder = make_folder(settings.state_dir(city_key))
    hosts = [_host(one) for one in (*servers, *recorders[:number])]
    if unknown := sorted({*without_array} - {host.name for host in hosts}):
        raise UsageError(f"--without-array {unknown[0]}: the hosts are {', '.join(host.name for host in hosts)}")

    def ready(summary: Summary) -> None:
        take_over(city_key, settings, folder / SHEET)
        talk.print(
            f"lab of {summary.city}: {summary.switches} switches and {summary.hosts} cameras and recorders answer "
            f"after {summary.start_s} s, beside the hosts {', '.join(summary.servers)}; factory state; "
            f"`iccc lab {city_key} run -- COMMAND` runs a command there; Ctrl-C or `iccc lab {city_key} stop` ends it"
        )

    try:
        with Space(hosts, operator_of(city), talk.print, [*without_array, *(one.name for one in servers)]) as space:
            space.join()
            keys = {name: key.public for name, key in space.keys.items()}
            place = Place(declared_address, keys, space.key.private, space.power, space.pid)
            asyncio.run(serve(city, folder / SOCKET, make_host, ready, folder / SHEET, place))
    except (Denied, RuntimeError) as error:
        raise UsageError(str(error)) from None
    except OSError as error:  # a lab runs already
        raise UsageError(str(error)) from None


def run_inside(city_key: str, settings: Settings, command: Sequence[str]) -> None:
    """Become ``command`` in the network of the running lab, with the target ``netns``."""
    if not command:
        raise UsageError(f"which command? For example: iccc lab {city_key} run -- iccc plan {city_key}")
    try:
        summary = LabClient(settings.state_dir(city_key) / SOCKET).call("ready")
    except LabError as error:
        raise UsageError(f"{error}; `iccc lab {city_key} --hosts 1` starts one with hosts") from None
    user = [] if os.geteuid() == 0 else ["--user", "--preserve-credentials"]
    enter = ["nsenter", f"--target={summary['network_pid']}", *user, "--net", "--", *command]
    environment = {**os.environ, "ICCC_TARGET": str(settings.target), "ICCC_LAB_NETS": NETWORK}
    os.execvpe(enter[0], enter, environment)  # noqa: S606  in place of this process


def _host(device: Device) -> Host:
    declared = host_of(device)
    assert declared is not None
    return Host(device.name, f"{device.address}/{declared.prefix_length}", declared.gateway)
