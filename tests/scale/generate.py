"""Writes the declaration of a city of 7,000 cameras, 1,000 switches and 110 recorders.

``python -m tests.scale.generate FOLDER [CAMERAS]`` makes ``FOLDER/cities/metropolis`` and copies the catalogue.
Nothing is published about it. Every site has four switches in a ring of at most 16 nodes; all channels are in use, so
there is no standby recorder.
"""

from __future__ import annotations

import shutil
import sys
from itertools import chain, groupby, islice, repeat
from pathlib import Path

ROOT = Path(__file__).parents[2]
KEY = "metropolis"
CAMERAS, RECORDERS, CHANNELS = 7000, 110, 64
SITES = 250  # of four switches each: 1,000 field switches
PER_RING = 4

CITY = """\
# A made-up city at full size.
schema: city/v1
city: {{code: mtr, name: Metropolis, name_hi: महानगर, state: Example}}
time:
  posix: IST-5:30
  utc_offset_min: 330
  max_skew_s: 5
  ntp: [10.100.0.10, 10.100.0.11]
  upstream: [samay1.nic.in, samay2.nic.in, time.nplindia.org]
syslog: [10.100.0.20]
logs: {{syslog_days: 365, access_log_days: 365}}
network:
  management: {{vlan: 110, name: management, prefix: 10.101.0.0/16}}
  video: {{first_vlan: 1100, prefix: 10.102.0.0/16}}
  recording: {{vlan: 300, name: recording, prefix: 10.103.0.0/23, first_host: 11}}
streams:
  main-4mp: {{codec: H265, width_px: 2560, height_px: 1440, fps: 25, bitrate_kbps: 4096, gop: 50}}
  sub: {{codec: H264, width_px: 640, height_px: 360, fps: 10, bitrate_kbps: 512, gop: 20}}
retention:
  street: {{days: 30}}
defaults:
  {{retention: street, view: public_way, audio: false, main: main-4mp, sub: sub, cable_m: 60,
    phase: one, status: installed}}
groups:
  fixed: {{device_type: cam-fixed-4mp-ir}}
  ptz: {{device_type: cam-ptz-4mp}}
  anpr: {{device_type: cam-anpr-4mp}}
users:
  camera: {{iccc: {{level: Administrator}}, recorder: {{level: User}}}}
  recorder: {{iccc: {{level: Administrator}}}}
protocols: {{http: {{enabled: true, port: 80}}, rtsp: {{enabled: true, port: 554}}}}
hardening:
  {{default_passwords: false, shared_passwords: false, telnet: false, ftp: false, upnp: false,
    unused_ports_shut: true, snmp_community_public: false}}
phases:
  one: {{title: "The whole city", ordered_before: 2025-01-01}}
"""
SITE = """\
schema: site/v1
number: {number}
name: Junction {number}
name_hi: चौराहा {number}
type: junction
switches:
  - {{number: 1, device_type: sw-field-8poe-240w}}
  - {{number: 2, device_type: sw-field-8poe-240w}}
  - {{number: 3, device_type: sw-field-8poe-240w}}
  - {{number: 4, device_type: sw-field-8poe-240w}}
cameras:
"""
CAMERA = "  - {{group: {}, slot: {}, count: {}, ports: {}, recorder: {}}}\n"


def generate(root: Path, cameras: int = CAMERAS) -> Path:
    """The folder of the city below ``root``. ``cameras`` are spread evenly; the switches stay as many."""
    folder = root / "cities" / KEY
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "junctions").mkdir(parents=True)
    shutil.copytree(ROOT / "catalogue", root / "catalogue", dirs_exist_ok=True)
    (folder / "city.yaml").write_text(CITY.format(), encoding="utf-8")
    channels = chain.from_iterable(repeat(recorder, CHANNELS) for recorder in range(1, RECORDERS + 1))
    for number in range(1, SITES + 1):
        own = cameras // SITES + (number <= cameras % SITES)
        text = SITE.format(number=number)
        for group, slot, count in (("fixed", 1, own - 7), ("anpr", 41, 6), ("ptz", 61, 1)):
            for recorder, run in groupby(islice(channels, count)):
                length = sum(1 for _ in run)
                text += CAMERA.format(group, slot, length, length, recorder)
                slot += length
        (folder / "junctions" / f"j{number:03d}.yaml").write_text(text, encoding="utf-8")
    (folder / "core.yaml").write_text(_core(), encoding="utf-8")
    (folder / "recorders.yaml").write_text(_recorders(), encoding="utf-8")
    return folder


def _core() -> str:
    """Core switches for the recorders, aggregation switches for the rings: a pair for every 24 rings."""
    rings = [range(first, min(first + PER_RING, SITES + 1)) for first in range(1, SITES + 1, PER_RING)]
    pairs = -(-len(rings) // 24)
    cores = -(-RECORDERS // 12)
    lines = ["schema: core/v1", "switches:"]
    entry = "  - {{name: {}, role: {}, device_type: {}, address: 10.101.0.{}, status: installed, phase: one}}"
    lines += [entry.format(f"mtr-core{n}", "core", "sw-core-24", 10 + n) for n in range(1, cores + 1)]
    for n in range(1, 2 * pairs + 1):
        lines.append(entry.format(f"mtr-agg{n}", "aggregation", "sw-agg-24sfp", 100 + n))
    lines.append("links:")
    fast = "speed_mbps: 40000"
    for n in range(2, cores + 1):
        a, b = f"mtr-core1 TenGigabitEthernet1/0/{n}", f"mtr-core{n} TenGigabitEthernet1/0/1"
        lines.append(f"  - {{a: {a}, b: {b}, {fast}}}")
    for n in range(1, 2 * pairs + 1):
        a, b = f"mtr-core{n} TenGigabitEthernet1/0/24", f"mtr-agg{n} TenGigabitEthernet1/1/1"
        lines.append(f"  - {{a: {a}, b: {b}, {fast}}}")
    lines.append("rings:")
    for index, sites in enumerate(rings):
        pair, port = divmod(index, 24)
        a = f"mtr-agg{2 * pair + 1} GigabitEthernet1/0/{port + 1}"
        b = f"mtr-agg{2 * pair + 2} GigabitEthernet1/0/{port + 1}"
        fibre = f"transceiver: sfp-1g-lx, spans_m: {[1500] * (len(sites) + 1)}"
        ring = f"name: r{index + 1}, a: {a}, b: {b}, protocol: rep, node_limit: 16, sites: {list(sites)}"
        lines.append(f"  - {{{ring}, {fibre}}}")
    return "\n".join(lines) + "\n"


def _recorders() -> str:
    lines = ["schema: recorders/v1", "recorders:"]
    for number in range(1, RECORDERS + 1):
        core, port = divmod(number - 1, 12)
        at = f"mtr-core{core + 1} TenGigabitEthernet1/0/{11 + port}"
        lines.append(
            f"  - {{number: {number}, at: {at}, type: appliance, device_type: nvr-64ch, status: installed, phase: one}}"
        )
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(generate(Path(sys.argv[1]), *map(int, sys.argv[2:3])))
