"""``make bench``: how long the main jobs take on the full Bilaspur lab, and how we compare with peers in the same run.

Numbers are printed and written to ``out/bench.json``; nothing is asserted. Ratios mean more than seconds.
"""

from __future__ import annotations

import asyncio
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import yaml

from iccc.camera import second_reading
from iccc.camera.driver import observe_all
from iccc.city.devices import Camera, City, Switch
from iccc.city.load import load_city
from iccc.cli.common import Exit
from iccc.context import Context, open_context
from iccc.mib.values import Table
from iccc.sessions import aio
from iccc.sessions.cli import CliSession
from iccc.sessions.snmp import SnmpSession
from iccc.settings import SnmpReader
from iccc.switch.platforms.cisco_ios.platform import DIALECT
from tests import demo
from tests.peers import cameras, fleet, order, servers, snmp, workbook
from tests.scale.generate import KEY, generate

CAMERAS_BY_PEER = 10  # cameras read by slow peers
CAMERAS_BY_SLOWEST = 3
SWITCHES_BY_PEER = 10
LONGEST_S = 600  # one job
RATES = "catalogue/rates/demo-FAKE.csv"
IF_TABLE = Table("1.3.6.1.2.1.2.2.1.2", tuple(f"1.3.6.1.2.1.2.2.1.{column}" for column in (3, 5, 7, 8)))
D = TypeVar("D")
OUT = demo.ROOT / "out" / "bench.json"


def timed(work: Callable[[], Any]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def timed_each(devices: Sequence[D], work: Callable[[D], Any]) -> float:
    """Seconds for one device, one after the other."""
    began = time.perf_counter()
    for device in devices:
        work(device)
    return (time.perf_counter() - began) / len(devices)


def command(code: int, *arguments: str) -> Callable[[], Any]:
    """A run of iccc as a person has it, in a process of its own. Another exit code is the end: it would look fast."""
    program = [*demo.ICCC, *arguments]

    def run() -> None:
        done = subprocess.run(program, cwd=demo.ROOT, capture_output=True, text=True, check=False, timeout=LONGEST_S)
        if done.returncode != code:
            sys.exit(f"iccc {' '.join(arguments)}: exit code {done.returncode}, expected {code}\n{done.stderr[-2000:]}")

    return run


def jobs() -> dict[str, float]:
    """Seconds of each job, in the order of a day."""
    city = demo.CITY
    return {
        "load and check the city": timed(lambda: load_city(demo.ROOT, city)),
        "bom": timed(command(0, "bom", city, "--format", "json")),
        "size": timed(command(0, "size", city, "--format", "json")),
        "estimate of Kanpur": timed(command(0, "bom", "kanpur", "--rates", RATES, "--format", "json")),
        "sweep and plan, factory": timed(command(2, "plan", city)),
        "deploy from factory": timed(command(0, "deploy", city, "--yes", "--reason", "bench")),
        "second deploy": timed(command(0, "deploy", city, "--yes", "--reason", "bench")),
        "sweep and plan, deployed": timed(command(0, "plan", city)),
        "drift": timed(command(0, "drift", city)),
        "verify": timed(command(0, "verify", city)),
    }


def peers(context: Context) -> dict[str, dict[str, float]]:
    """For each protocol: milliseconds for one device by ours and by a peer, and the peer's time over ours."""
    cameras = [c for c in context.city.cameras.values() if c.group == "fixed"]
    switches = list(context.city.switches.values())[:SWITCHES_BY_PEER]
    _ours_onvif(cameras[:CAMERAS_BY_PEER], context)  # the first sweep finds out how each camera authenticates
    ours_s = timed(lambda: _ours_onvif(cameras, context)) / len(cameras)
    return {
        "read a camera: ours / onvif-zeep on shared WSDLs": _versus(
            ours_s,
            timed_each(
                cameras[:CAMERAS_BY_PEER],
                lambda camera: second_reading.observe(camera, context.reach, second_reading.READS),
            ),
        ),
        "read a camera: ours / onvif-zeep as it comes": _versus(
            ours_s,
            timed_each(cameras[:CAMERAS_BY_SLOWEST], lambda camera: _plain_zeep(camera, context)),
        ),
        "read five columns of a switch: gufo-snmp / pysnmp": _versus(
            timed(lambda: _walk(switches, context, SnmpReader.GUFO)) / len(switches),
            timed(lambda: _walk(switches, context, SnmpReader.PYSNMP)) / len(switches),
        ),
        "show running-config: our session / netmiko as it comes": _versus(
            timed(lambda: aio.run(_show(switches, context))) / len(switches),
            timed_each(switches, lambda switch: _plain_netmiko(switch, context)),
        ),
    }


def _versus(ours_s: float, peer_s: float) -> dict[str, float]:
    return {"ours_ms": round(ours_s * 1e3, 2), "peer_ms": round(peer_s * 1e3, 2), "ratio": round(peer_s / ours_s, 1)}


def _ours_onvif(cameras: list[Camera], context: Context) -> None:
    aio.run(observe_all(cameras, context.reach, [], lambda _name: None))


def _plain_zeep(camera: Camera, context: Context) -> None:
    """The calls of the package's own README, one camera after the other."""
    import onvif

    host, port = context.reach.dial(camera.address, 80)
    login = context.vault.logins(camera.name)[0]
    wsdl = Path(onvif.__file__).parents[1] / "wsdl"
    device = onvif.ONVIFCamera(host, port, login.user, login.password.reveal(), str(wsdl), adjust_time=True)
    for operation in ("GetDeviceInformation", "GetHostname", "GetNTP", "GetScopes", "GetUsers", "GetNetworkProtocols"):
        getattr(device.devicemgmt, operation)()
    device.create_media_service().GetProfiles()


def _walk(switches: list[Switch], context: Context, reader: SnmpReader) -> None:
    async def all_of_them() -> None:
        for switch in switches:
            run = replace(context.reach, snmp_reader=reader)
            await SnmpSession(switch.name, switch.address, run).table(IF_TABLE)

    asyncio.run(all_of_them())


async def _show(switches: list[Switch], context: Context) -> None:
    for switch in switches:
        async with CliSession(switch.name, switch.address, context.reach, DIALECT) as cli:
            await cli.show("show running-config")


def _plain_netmiko(switch: Switch, context: Context) -> None:
    import netmiko

    host, port = context.reach.dial(switch.address, 22)
    login = context.vault.logins(switch.name)[0]
    with netmiko.ConnectHandler(
        device_type="cisco_ios", host=host, port=port, username=login.user, password=login.password.reveal()
    ) as session:
        session.send_command("show running-config")


def full_size() -> dict[str, float]:
    """``iccc check`` on 7,000 cameras, and PyYAML's own loaders on the same files, which keep no places."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        files = [*generate(root).rglob("*.yaml")]
        shutil.copy(demo.ROOT / "pyinfra.cfg", root)
        program = [*demo.ICCC, "check", KEY]
        began = time.perf_counter()
        child = subprocess.Popen(program, cwd=root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(child.pid, 0)
        took = time.perf_counter() - began
        if os.waitstatus_to_exitcode(status) == Exit.ERROR:
            sys.exit("iccc check: the city at full size has mistakes")
        texts = [file.read_text(encoding="utf-8") for file in files]
        peers = {
            f"{name}_s": timed(lambda loader=loader: [yaml.load(text, loader) for text in texts])  # noqa: S506
            for name, loader in (("safe_loader", yaml.SafeLoader), ("c_safe_loader", yaml.CSafeLoader))
        }
    return {"check_s": took, "peak_mb": usage.ru_maxrss / 1024, **peers, "ratio": took / peers["safe_loader_s"]}


def report(
    city: City,
    lab: dict[str, Any],
    seconds: dict[str, float],
    ratios: dict[str, dict[str, float]],
    full: dict[str, float],
    switches: dict[str, dict[str, Any]],
    orders: dict[str, dict[str, Any]],
    readers: dict[str, float],
    many: dict[str, dict[str, Any]],
    book: dict[str, Any],
    hosts: dict[str, Any],
) -> None:
    devices = len(city.switches) + len(city.recorders) + len(city.cameras)
    print(f"\n{city.name}: {devices} devices on {os.cpu_count()} cores")
    print(f"{lab['start_s']:>9.2f} s  lab start ({lab['rss_mb']} MB)")
    for job, took in seconds.items():
        print(f"{took:>9.2f} s  {job}")
    print("\n  ours ms   peer ms   ratio  for one device")
    for what, figures in ratios.items():
        print(f"{figures['ours_ms']:>9.1f} {figures['peer_ms']:>9.1f} {figures['ratio']:>7.1f}  {what}")
    print(
        f"\n{full['check_s']:>9.2f} s  iccc check of 7,000 cameras, 1,000 switches, 110 recorders "
        f"(at most {full['peak_mb']:.0f} MB)"
    )
    print(f"{full['safe_loader_s']:>9.2f} s  the same files by PyYAML's SafeLoader alone (ratio {full['ratio']:.1f})")
    print(f"{full['c_safe_loader_s']:>9.2f} s  the same files by PyYAML's CSafeLoader alone")
    print(f"\n{fleet.table(switches)}")
    print(f"\n{order.table(orders)}")
    print(f"\n{snmp.table(readers)}")
    print(f"\n{cameras.table(many)}")
    print(f"\n{workbook.table(book)}")
    print(f"\n{servers.table(hosts)}")
    data = {
        "version": 1,
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "devices": devices,
        "lab": {"start_s": lab["start_s"], "rss_mb": lab["rss_mb"]},
        "seconds": {job: round(took, 2) for job, took in seconds.items()},
        "peers": ratios,
        "full_size": {what: round(figure, 2) for what, figure in full.items()},
        "switches_over_cli": switches,
        "order_of_changes": orders,
        "snmp_cpu_seconds": {reader: round(took, 2) for reader, took in readers.items()},
        "cameras_over_onvif": many,
        "workbook": book,
        "recording_servers": hosts,
    }
    OUT.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")
    print(f"\nwritten: {OUT.relative_to(demo.ROOT)}")


def main() -> None:
    os.environ["ICCC_LOOPBACK_ONLY"] = "1"
    shutil.rmtree(demo.STATE, ignore_errors=True)
    demo.OUT.mkdir(parents=True, exist_ok=True)
    with demo.lab() as client:
        summary = client.ready()
        seconds = jobs()
        with open_context(demo.CITY, "bench") as context:
            ratios = peers(context)
            city = context.city
    switches, orders, readers, many = fleet.measure(), order.measure(), snmp.measure(), cameras.measure()
    book, hosts = workbook.measure(), servers.measure()
    report(city, summary, seconds, ratios, full_size(), switches, orders, readers, many, book, hosts)


if __name__ == "__main__":
    main()
