"""Brings Open vSwitch and the kernel's links to what a configuration wants. Runs in the switch's namespace."""

from __future__ import annotations

from contextlib import suppress

from tests.hosts.namespaces import run
from tests.hosts.ovs import Bridge
from tests.hosts.site import device_of
from tests.hosts.wanted import Inner, Wanted

NOTHING = Wanted({}, {}, None)


class Applier:
    """Remembers what was applied, so that a line that changes nothing costs nothing and touches no other port."""

    def __init__(self, bridge: Bridge) -> None:
        self._bridge = bridge
        self._applied = NOTHING

    def apply(self, wanted: Wanted) -> None:
        """On return frames go as ``wanted`` says. RuntimeError with the tool's words when something was refused."""
        old, self._applied = self._applied, wanted
        self._bridge.transact([*_tagged(old, wanted), *_inners(self._bridge.name, old, wanted)])
        commands = [*_links(old, wanted), *_addresses(old, wanted)]
        if commands:
            run(["ip", "-batch", "-"], stdin="\n".join(commands))
        if wanted.gateway != old.gateway or wanted.inners != old.inners:
            _route(wanted.gateway)


def _route(gateway: str | None) -> None:
    """The default route in one replacement: between a removal and an addition, answers would be lost."""
    if gateway:
        with suppress(RuntimeError):  # refused where no interface reaches it; the switch keeps it in mind
            run(["ip", "route", "replace", "default", "via", gateway])
            return
    run(["ip", "route", "flush", "root", "0.0.0.0/0", "match", "0.0.0.0/0"], check=False)


def _tagged(old: Wanted, new: Wanted) -> list[list[str]]:
    return [
        line.tagging.command(device_of(name))
        for name, line in new.lines.items()
        if name not in old.lines or old.lines[name].tagging != line.tagging
    ]


def _inners(bridge: str, old: Wanted, new: Wanted) -> list[list[str]]:
    """The tags of the switch's own interfaces; those that are new or gone are added and removed."""
    commands = [["del-port", _inner(number)] for number in old.inners if number not in new.inners]
    for number, inner in new.inners.items():
        name = _inner(number)
        if number not in old.inners:
            commands.append(["add-port", bridge, name, f"tag={inner.tag}"])
            commands.append(["set", "interface", name, "type=internal"])
        elif old.inners[number].tag != inner.tag:
            commands.append(["set", "port", name, f"tag={inner.tag}"])
    return commands


def _links(old: Wanted, new: Wanted) -> list[str]:
    return [
        f"link set {device_of(name)} {'up' if line.up else 'down'}"
        for name, line in new.lines.items()
        if name not in old.lines or old.lines[name].up != line.up
    ]


def _addresses(old: Wanted, new: Wanted) -> list[str]:
    commands = []
    for number, inner in new.inners.items():
        name, before = _inner(number), old.inners.get(number, Inner(0, None, False))
        if before.address != inner.address:
            if before.address:
                commands.append(f"address del {before.address} dev {name}")
            if inner.address:
                commands.append(f"address add {inner.address} dev {name}")
        if before.up != inner.up:
            commands.append(f"link set {name} {'up' if inner.up else 'down'}")
    return commands


def _inner(vlan: int) -> str:
    return f"vlan{vlan}"
