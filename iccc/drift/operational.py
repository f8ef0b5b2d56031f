"""Class operational: as declared, and not working as it should. What SNMP tells of switches and of their ports.

Only ports on which something is declared that is on the wire are judged. What a port delivers or loses is held against
earlier readings (:mod:`iccc.past`); nothing is said where the agent restarted or its counters went back in between.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta

from iccc.city.devices import Camera, Device, Recorder, Switch
from iccc.compare import Unread
from iccc.drift.places import Place, Places, place_of
from iccc.drift.telling import on_device, on_port
from iccc.drift.topology import moved
from iccc.drift.view import View
from iccc.finding import Class, Finding, Severity
from iccc.past import Past, ran_through, rebooted, went_back
from iccc.switch.seen import PortFacts, SwitchFacts

SLOWEST_MBPS = 100  # of cameras and recorders: 10 Mb/s carries one stream at best, and tells of a broken pair
FEWEST_ERRORS, ERROR_SHARE, BAD_SHARE = 10, 0.001, 0.01
CLOCKS = timedelta(minutes=1)  # how far ours and that of a switch may be apart
NTP_SETTLES_S = 1800.0  # ntpd takes some polls of 64 to 1,024 s until it calls itself synchronised (RFC 5905)


def findings(view: View) -> Iterator[Finding]:
    """What is wrong with the switches that were read, and with their ports. Nothing is asked twice of a cause."""
    speeds = link_speeds(view)
    exchanged = _exchanged(view)
    for name in view.observed:
        facts, switch = view.switch_facts(name), view.city.switches.get(name)
        if facts is None or switch is None or not switch.on_the_wire or isinstance(facts.ports, Unread):
            continue
        differing = {planned.change.path for planned in view.plan.devices[name].changes}
        yield from _of_switch(view, name, facts, differing)
        past = view.past.get(name)
        uptime = facts.uptime_s if isinstance(facts.uptime_s, float | int) else None
        before = past if past is not None and ran_through(past, uptime, view.told_at(name)) else None
        for port, now in facts.ports.items():
            device = _far(view, switch, port)
            if device is None:
                continue
            shut = {f"ports[{port}].shutdown", f"ports[{port}].poe", f"ports[{port}]"} & differing
            yield from _link(view, name, port, now, device, told=bool(shut), speed=speeds.get((name, port)))
            yield from _counters(view, name, port, now, before)
            if (name, port) not in exchanged:
                yield from _watts(view, name, port, now, past)
            yield from _light(view, name, port, now, device)


def _exchanged(view: View) -> frozenset[Place]:
    """Ports that another device is plugged into: what it draws is told by class topology, which says where it is."""
    found: set[Place] = set()
    for finding in moved(Places(view)):
        switch, port = str(finding.seen).split(" ", 1)
        found |= {(switch, port), place_of(view.city.device(finding.device)) or (switch, port)}
    return frozenset(found)


def link_speeds(view: View) -> dict[tuple[str, str], int]:
    """The declared Mb/s of links between switches, by both of their ends."""
    core = view.city.declared.core.file.links
    said = {tuple(end.split(" ", 1)): link.speed_mbps for link in core for end in (str(link.a), str(link.b))}
    found: dict[tuple[str, str], int] = {}
    for link in view.city.links:
        chain = view.city.chains.get(link.chain) if link.chain else None
        for end in ((link.a, link.a_port), (link.b, link.b_port)):
            speed = chain.speed_mbps if chain is not None else said.get(end)
            if speed:
                found[end] = speed
    return found


def _far(view: View, switch: Switch, port: str) -> Device | None:
    """What is declared at the other end of a port, and is there."""
    declared = switch.ports.get(port)
    device = view.city.find(declared.device) if declared is not None and declared.device else None
    return device if device is not None and device.on_the_wire else None


def _link(
    view: View, switch: str, port: str, now: PortFacts, device: Device, *, told: bool, speed: int | None
) -> Iterator[Finding]:
    """``told``: a setting that differs says already why the port is down."""
    at = f"{switch} {port} towards {device.name}"
    states = {"IF-MIB ifAdminStatus": _up(now.admin_up), "IF-MIB ifOperStatus": _up(now.oper_up)}
    if now.poe_denied and not told:
        yield on_port(
            view, switch, port, "poe_denied", Class.OPERATIONAL, Severity.MAJOR,
            f"{at}: power is asked for and denied",
            seen=True, wanted=False, said=states | {"PoE class": now.poe_class, "PoE watts": now.poe_w},
            step=f"Compare the budget of {switch} with what hangs on it, and the class of {device.name}.",
        )  # fmt: skip
    elif now.oper_up is False and not told:
        shut = now.admin_up is False
        yield on_port(
            view, switch, port, "oper_up", Class.OPERATIONAL,
            Severity.CRITICAL if isinstance(device, Recorder) else Severity.MAJOR,
            f"{at} is {'shut' if shut else 'down'}",
            seen="shut" if shut else "down", wanted="up",
            said=states | {"PoE delivering": now.poe_delivering},
            step=f"Ask who has shut {switch} {port}, and open it."
            if shut
            else f"Look at the cable at {switch} {port} and at the power of {device.name}.",
        )  # fmt: skip
    if now.oper_up is not True:
        return
    if now.full_duplex is False:
        yield on_port(
            view, switch, port, "full_duplex", Class.OPERATIONAL, Severity.MAJOR,
            f"{at} runs at half duplex",
            seen=False, wanted=True, said={"EtherLike-MIB dot3StatsDuplexStatus": "halfDuplex(2)"},
            step=f"Set both ends of {switch} {port} to negotiate, then look at the cable.",
        )  # fmt: skip
    least = speed or (SLOWEST_MBPS if isinstance(device, Camera | Recorder) else None)
    if least is not None and now.speed_mbps is not None and now.speed_mbps < least:
        what = "declared" if speed else "the least"
        yield on_port(
            view, switch, port, "speed_mbps", Class.OPERATIONAL, Severity.MAJOR,
            f"{at} runs at {now.speed_mbps} Mb/s, {least} is {what}",
            seen=now.speed_mbps, wanted=least, said={"IF-MIB ifHighSpeed": now.speed_mbps},
            step=f"Test all four pairs of the cable at {switch} {port}."
            if speed is None
            else f"Look at the transceivers of {switch} {port} and its far end.",
        )  # fmt: skip


def _counters(view: View, switch: str, port: str, now: PortFacts, past: Past | None) -> Iterator[Finding]:
    """Errors since the last reading: at least ten, and one in a thousand packets."""
    before = past.ports.get(port) if past is not None else None
    if past is None or before is None or None in (before.errors, before.packets, now.errors, now.packets):
        return
    errors = (now.errors or 0) - (before.errors or 0)
    packets = (now.packets or 0) - (before.packets or 0)
    if packets < 0 or errors < FEWEST_ERRORS or errors < ERROR_SHARE * packets:
        return
    share = errors / max(1, packets + errors)
    yield on_port(
        view, switch, port, "errors", Class.OPERATIONAL,
        Severity.MAJOR if share >= BAD_SHARE else Severity.MINOR,
        f"{switch} {port}: {errors} errors with {packets} packets since {past.read_at:%Y-%m-%d %H:%M} UTC "
        f"({100 * share:.2g} %)",
        seen=errors, wanted=f"fewer than {100 * ERROR_SHARE:g} % of the packets",
        said={"IF-MIB ifInErrors + ifOutErrors": now.errors, "IF-MIB packets in and out": now.packets},
        step=f"Look at cable, plugs and duplex at both ends of {switch} {port}.",
    )  # fmt: skip


def _watts(view: View, switch: str, port: str, now: PortFacts, past: Past | None) -> Iterator[Finding]:
    """Power that is far from what is usual on this port. A port that delivers none says so by being down or denied."""
    before = past.ports.get(port) if past is not None else None
    usual = before.power if before is not None else None
    if usual is None or not now.poe_w or now.poe_delivering is False or usual.low is None or usual.high is None:
        return
    band = f"{usual.low:.1f} to {usual.high:.1f} W"
    if usual.outside(now.poe_w):
        text, seen = f"{switch} {port} delivers {now.poe_w:.1f} W, usual are {band}", now.poe_w
    elif usual.topped is not None and usual.fell_short(now.poe_w):
        text, seen = f"{switch} {port} delivered at most {usual.topped:.1f} W in a day, usual are {band}", usual.topped
    else:
        return
    yield on_port(
        view, switch, port, "poe_w", Class.OPERATIONAL, Severity.MINOR, text,
        seen=round(seen, 1), wanted=band, said={"PoE watts": now.poe_w},
        step=f"Look at what hangs on {switch} {port}: its heater, its infrared, water in the cable.",
    )  # fmt: skip


def _light(view: View, switch: str, port: str, now: PortFacts, device: Device) -> Iterator[Finding]:
    """Received light below what the transceiver itself calls too low.

    Nothing follows where it has no limit of its own: the catalogue declares the budget of a type and not its
    sensitivity, and a loss within the budget may be too much for a weak sender, one beyond it fine for a strong one.
    """
    if now.oper_up is False or now.rx_dbm is None or now.rx_low_dbm is None or now.rx_dbm >= now.rx_low_dbm:
        return
    yield on_port(
        view, switch, port, "rx_dbm", Class.OPERATIONAL, Severity.MAJOR,
        f"{switch} {port} receives {now.rx_dbm:.1f} dBm from {device.name}; its transceiver calls less than "
        f"{now.rx_low_dbm:.1f} too low",
        seen=round(now.rx_dbm, 1), wanted=round(now.rx_low_dbm, 1), said={"received light, dBm": now.rx_dbm},
        step=f"Clean and measure the fibre from {device.name} to {switch} {port} before the link goes down.",
    )  # fmt: skip


def _of_switch(view: View, switch: str, facts: SwitchFacts, differing: set[str]) -> Iterator[Finding]:
    uptime = facts.uptime_s
    up = uptime if isinstance(uptime, float | int) else None
    young = up is not None and up < NTP_SETTLES_S
    if facts.ntp_synchronised is False and not young and "ntp_servers" not in differing:
        yield on_device(
            view, switch, "ntp_synchronised", Class.OPERATIONAL, Severity.MINOR,
            f"the clock of {switch} follows no time server",
            seen=False, wanted=True, said={"NTP status": "not synchronised"},
            step=f"Look from {switch} whether the time servers answer: route, access list, the servers themselves.",
            where=view.city.wheres.get("time.ntp"),
        )  # fmt: skip
    past = view.past.get(switch)
    if up is None or past is None:
        return
    at = view.told_at(switch)
    said: Mapping[str, object] = {"SNMPv2-MIB sysUpTime.0": f"{up:.2f} s", "sysUpTime before": f"{past.uptime_s} s"}
    if rebooted(past, up, at):
        started = at - timedelta(seconds=up)
        silent = view.silent_since.get(switch)
        if silent is not None and silent <= started + CLOCKS:
            return  # the outage that it came back from was told
        yield on_device(
            view, switch, "uptime_s", Class.OPERATIONAL, Severity.MINOR,
            f"{switch} restarted at {started:%Y-%m-%d %H:%M} UTC, as its sysUpTime says",
            seen=round(up), said=said,
            step=f"Find out why {switch} restarted: power, somebody's reload, a crash (its log tells).",
            event=True,
        )  # fmt: skip
    elif went_back(past, up, at):
        yield on_device(
            view, switch, "uptime_s", Class.OBSERVABILITY, Severity.MINOR,
            f"{switch} says that it is up for {up:.0f} s, and said {past.uptime_s:.0f} s before, without a restart "
            "that fits",
            seen=round(up), said=said,
            step=f"Look at the agent of {switch}: what it counts cannot be trusted.",
        )  # fmt: skip


def _up(said: bool | None) -> str | None:
    return {True: "up(1)", False: "down(2)", None: None}[said]
