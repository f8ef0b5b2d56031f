"""``iccc lab``: play a city's devices on loopback, and do things to them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from dataclasses import replace

import click

from iccc.city.devices import City, Device
from iccc.city.load import load_city
from iccc.cli.common import city_argument, emit, settings_for, talk
from iccc.cli.lab_hosts import MAX_HOSTS, SHEET, SOCKET, check_played, run_inside, serve_hosts
from iccc.commissioning import take_over
from iccc.errors import UsageError
from iccc.lab.client import LabClient, LabError
from iccc.lab.hosts import make_host
from iccc.lab.serve import Summary, serve
from iccc.sessions.dial import Target
from iccc.state.files import make_folder
from iccc.units import plural

HOSTS = "Real Debian hosts: the first N recorders that are servers, and all of servers.yaml that have a host."


@click.command("lab")
@city_argument
@click.argument("request", nargs=-1, metavar="[OPERATION [KEY=VALUE]…]")
@click.option("--hosts", default=0, metavar="N", type=click.IntRange(0, MAX_HOSTS), help=HOSTS)
@click.option("--without-array", multiple=True, metavar="HOST", help="A host whose disks for recordings are missing.")
def command(city_key: str, request: tuple[str, ...], hosts: int, without_array: tuple[str, ...]) -> None:
    """Play every declared device on loopback, from factory state, until Ctrl-C.

    With --hosts, the first N recorders of type server, and all servers of servers.yaml that have a host, are Debian
    hosts with systemd, in namespaces that also hold the devices, at their declared addresses.
    `iccc lab CITY run -- COMMAND…` runs a command in there.

    With an OPERATION, talk to the lab that runs: ready, reset, fault, latency, power, mains, swap, exchange, cable,
    set, channels, unreachable, counters, counters-reset, logins, stop.

    Example: iccc lab bilaspur fault device=bsp-j01-c03 fault=silent
    """
    settings = settings_for(live=False)
    if hosts:
        if settings.target is Target.LIVE:
            raise UsageError("the target is live: a lab is not")
        serve_hosts(city_key, replace(settings, target=Target.NETNS), hosts, without_array)
        return
    if request[:1] == ("run",):
        run_inside(city_key, replace(settings, target=Target.NETNS), request[1:])
        return
    if request and settings.target is Target.LAB and not (settings.state_dir(city_key) / SOCKET).exists():
        beside = replace(settings, target=Target.NETNS)  # the one with hosts, if there is one
        settings = beside if (beside.state_dir(city_key) / SOCKET).exists() else settings
    folder = settings.state_dir(city_key)
    if request:
        try:
            answer = LabClient(folder / SOCKET).call(request[0], **dict(map(_field, request[1:])))
        except LabError as error:
            raise UsageError(str(error)) from None
        if request == ("reset",):
            take_over(city_key, settings, folder / SHEET)  # the devices are as technicians left them again
        if answer:
            emit(json.dumps(answer, indent=1) + "\n", None)
        return
    if settings.target is not Target.LAB:
        raise UsageError(f"the target is {settings.target}: the lab plays devices on loopback only")

    def ready(summary: Summary) -> None:
        take_over(city_key, settings, folder / SHEET)
        talk.print(
            f"lab of {summary.city}: {summary.switches} switches and {summary.hosts} cameras and recorders answer "
            f"after {summary.start_s} s, {summary.rss_mb} MB; factory state; "
            f"Ctrl-C or `iccc lab {city_key} stop` ends it"
        )
        for line in _not_played(city):
            talk.print(line)

    city = load_city(settings.root, city_key)
    check_played(city)
    make_folder(folder)
    try:
        asyncio.run(serve(city, folder / SOCKET, make_host, ready, folder / SHEET))
    except OSError as error:  # a lab runs already, here or on the same addresses
        raise UsageError(str(error)) from None


def _field(text: str) -> tuple[str, object]:
    key, equals, value = text.partition("=")
    if not equals:
        raise click.UsageError(f"{text!r} is not KEY=VALUE")
    try:
        return key, json.loads(value)
    except ValueError:
        return key, value


def _not_played(city: City) -> Iterator[str]:
    """What is declared and does not answer in this lab, and what would make it."""
    waiting = sum(1 for device in city.inventory() if not device.on_the_wire)
    if waiting:
        yield f"not played: {plural(waiting, 'device')} whose status is before installed, or after faulty"
    servers: list[Device] = [*city.servers.values(), *(one for one in city.recorders.values() if one.host is not None)]
    if names := [one.name for one in servers if one.on_the_wire]:
        yield f"not played: the Debian hosts {', '.join(names)}; `iccc lab {city.key} --hosts N` starts them"
