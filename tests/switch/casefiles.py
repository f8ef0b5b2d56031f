"""Cases as files: ``running.txt`` and ``wanted.yaml`` in, ``commands.txt`` out, below ``cases/<platform>/<oddity>``.

``show_<n>.txt`` are the answers to the other commands that the platform reads with, in order.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from iccc.compare import ABSENT
from iccc.secrets import Secret
from iccc.switch.changes import changes, with_passwords
from iccc.switch.platforms import PLATFORMS
from iccc.switch.state import ALL_VLANS, ANYWHERE, Port, PortMode, SnmpUser, SpanningTree, Svi, SwitchState, User, Vlan
from iccc.switch.steps import GuardRefusal, Keep, Step, Unsayable, conceal

ROOT = Path(__file__).parent / "cases"


def found(case: Path, templates: Path) -> str:
    """What comes of a case: its steps, or why there are none."""
    platform = PLATFORMS[case.parent.name]
    texts = [case / "running.txt", *sorted(case.glob("show_*.txt"))]
    model = platform.read(*(text.read_text(encoding="utf-8") for text in texts))
    wanted, keep = wish((case / "wanted.yaml").read_text(encoding="utf-8"))
    try:
        return shown(changes(platform, model, wanted, keep, templates, saved=True))
    except (GuardRefusal, Unsayable) as refusal:
        return f"REFUSED {refusal}\n"


def wish(text: str) -> tuple[SwitchState, Keep]:
    """``wanted.yaml``: the state in words; ``keep`` is what must not be cut, ``passwords`` are of users."""
    given: dict[str, Any] = yaml.safe_load(text)
    keep, passwords = given.pop("keep"), given.pop("passwords", {})
    makers: dict[str, Callable[[Any], Any]] = {
        "vlans": lambda all_: {number: _or_absent(name, Vlan) for number, name in all_.items()},
        "ports": lambda all_: {name: _port(port) for name, port in all_.items()},
        "interfaces": lambda all_: {vlan: _or_absent(svi, _svi) for vlan, svi in all_.items()},
        "access_from": lambda sources: ANYWHERE if sources == "anywhere" else frozenset(sources),
        "ntp_servers": frozenset,
        "syslog_hosts": frozenset,
        "logins": tuple,
        "users": lambda all_: {name: _or_absent(level, User) for name, level in all_.items()},
        "communities": lambda all_: {Secret(name): _or_absent(rights, str) for name, rights in all_.items()},
        "snmp_views": lambda all_: {name: _or_absent(trees, frozenset) for name, trees in all_.items()},
        "snmp_users": lambda all_: {name: _or_absent(view, SnmpUser) for name, view in all_.items()},
        "spanning_tree": lambda tree: SpanningTree(**tree),
    }
    values = {name: makers.get(name, lambda value: value)(value) for name, value in given.items()}
    wanted = with_passwords(SwitchState(**values), {name: Secret(word) for name, word in passwords.items()})
    return wanted, Keep(keep["vlan"], frozenset(keep["uplinks"]), keep.get("next_vlan"), keep.get("unseen", ""))


def _or_absent(value: Any, made: Callable[[Any], Any]) -> Any:
    return ABSENT if value == "absent" else made(value)


def _svi(given: Any) -> Svi:
    return Svi(**given) if isinstance(given, dict) else Svi(given)


def _port(given: dict[str, Any]) -> Port:
    """``allowed`` is ``all`` or a list with commas or blanks, ``20,30-39 99``; ``native`` the native VLAN."""
    given = dict(given)
    mode = PortMode(given.pop("mode")) if "mode" in given else None
    given |= {"native_vlan": given.pop("native")} if "native" in given else {}
    allowed = given.pop("allowed", None)
    listed = None if allowed is None else ALL_VLANS if allowed == "all" else _numbers(str(allowed))
    return Port(mode=mode, allowed_vlans=listed, **given)


def _numbers(text: str) -> frozenset[int]:
    parts = [part.partition("-") for part in text.replace(",", " ").split()]
    return frozenset(number for low, _, high in parts for number in range(int(low), int(high or low) + 1))


def shown(steps: tuple[Step, ...]) -> str:
    """The steps under the names of their phases, each followed by what takes it back; secrets as ``***``."""
    text, phase = "", None
    for step in steps:
        text += f"== {step.phase.name}\n" if step.phase is not phase else ""
        phase = step.phase
        if step.snmp_set:
            text += f"SET {step.snmp_set.oid} = {step.snmp_set.value} (was {step.snmp_set.before})\n"
        text += "".join(f"{line}\n" for line in step.shown())
        text += "".join(f"    undo: {conceal(line, step.hidden)}\n" for line in step.undoes)
    return text
