"""What is checked on Debian servers, and of the cameras that they record. Run by ``iccc verify``."""

from __future__ import annotations

import difflib
from collections.abc import Callable

import pytest

from iccc.city.devices import Camera, City, Hosted
from iccc.verify.hosts import aspects, time_sources

Told = Callable[[str, object], None]


def test_service(server: Hosted, service: str, ask) -> None:
    seen = ask(server, f"host service {service}")
    assert seen["running"], f"{service} does not run"
    assert seen["enabled"], f"{service} runs, and does not begin with the system"


def test_socket(server: Hosted, socket: str, ask) -> None:
    seen = ask(server, "host listening")
    assert socket in map(short, seen), f"nothing listens on {socket}; there are {', '.join(seen)}"


def test_other_sockets(server: Hosted, city: City, ask, record_property: Told) -> None:
    """What else listens over TCP is a hint: the firewall lets nothing in to it."""
    declared = aspects(server, city).sockets
    others = [one for one in ask(server, "host listening") if one.startswith("tcp:") and short(one) not in declared]
    if others:
        record_property("hint", f"{', '.join(others)} listens too, and is not declared")


def short(socket: str) -> str:
    """``tcp://0.0.0.0:22`` as ``tcp://22``."""
    return f"{socket.partition('://')[0]}://{socket.rpartition(':')[2]}"


def test_mount(server: Hosted, mount: str, ask, record_property: Told) -> None:
    seen = ask(server, f"host mount {mount}")
    assert seen["mounted"], f"nothing is mounted on {mount}"
    assert seen["separate"], f"{mount} is of the root file system"
    assert "rw" in seen["options"], f"{mount} is read-only: {','.join(seen['options'])}"
    record_property("measured", f"{seen['device']} {seen['type']} {','.join(seen['options'])}")


def test_firewall(server: Hosted, ask) -> None:
    seen = ask(server, "host firewall")
    if seen["loaded"] != seen["declared"]:
        lines = difflib.unified_diff(seen["declared"], seen["loaded"], n=0, lineterm="")
        differing = [f"{line[0]} {line[1:].strip()}" for line in lines if line[:1] in "+-" and line[:3] not in FILES]
        pytest.fail(f"the loaded rules differ (- declared, + loaded): {'; '.join(differing[:6])}", pytrace=False)


FILES = ("+++", "---")


def test_time_source(server: Hosted, city: City, ask, record_property: Told) -> None:
    seen = ask(server, "host time_source")
    servers = time_sources(server, city)
    asked, declared = ", ".join(seen["asked"]) or "none", ", ".join(servers)
    assert seen["source"], f"it follows no time server{_meanwhile(seen)}; it asks {asked}; declared {declared}"
    assert seen["source"] in servers, f"it follows {seen['source']}; declared {declared}"
    text = f"{seen['offset_s']:+.6f} s against {seen['source']} (stratum {seen['stratum']})"
    assert abs(seen["offset_s"]) <= city.max_skew_s, f"{text}; allowed {city.max_skew_s:g} s"
    record_property("measured", text)


def _meanwhile(seen: dict) -> str:
    """What a server without a source gives to those that ask it."""
    if "since" in seen and not seen["since"]:
        return ", was never synchronised since boot" + _own(seen)
    if not seen["ever"]:
        return ", and has followed none since chrony was started" + _own(seen)
    return _own(seen) + (f", synchronised first since boot at {seen['since']}" if seen.get("since") else "")


def _own(seen: dict) -> str:
    return f", and serves its own clock (stratum {seen['stratum']})" if seen["stratum"] else ", and serves no time"


def test_logins(server: Hosted, ask) -> None:
    seen = ask(server, "host logins")
    assert seen == {"passwordauthentication": "no", "permitrootlogin": "no"}, f"SSH has {seen}"


LEAST_FREE = 0.1  # of a disk; the alert DiskFull has the same


def test_log_disk(keeper: Hosted, ask, record_property: Told) -> None:
    """Of a log server: there is room for what comes."""
    seen = ask(keeper, "host log_disk")
    share, gb = seen["free"] / max(seen["size"], 1), seen["size"] / 1e9
    text = f"{100 * share:.0f} % of {gb:.0f} GB are free for logs on {seen['mount']}"
    assert share >= LEAST_FREE, f"{text}; {100 * LEAST_FREE:.0f} % are the least"
    record_property("measured", text)


def test_targets(watcher: Hosted, ask, record_property: Told) -> None:
    """Of a monitoring server: Prometheus watches what is declared, and finds all of it up."""
    seen = ask(watcher, "host targets")
    told = {*seen["up"], *seen["down"], *seen["unknown"]}
    missing = [one for one in seen["declared"] if one not in told]
    assert not missing, f"Prometheus does not watch {some(missing)}"
    assert not seen["down"], f"{len(seen['down'])} of {len(told)} targets are down: {some(seen['down'])}"
    if seen["unknown"]:
        pytest.fail(f"unknown: Prometheus has not asked yet {some(seen['unknown'])}", pytrace=False)
    record_property("measured", f"{len(told)} targets are up")


EVALUATED_S, BEAT_S = 60, 180  # every 15 s; what fires goes to Alertmanager once a minute


def test_watching(watcher: Hosted, ask, record_property: Told) -> None:
    """Of a monitoring server: its rules are evaluated, and what fires comes to Alertmanager."""
    seen = ask(watcher, "host watching")
    assert seen["rules"], "Prometheus has no rules"
    assert not seen["failing"], f"{len(seen['failing'])} rules cannot be evaluated: {some(seen['failing'])}"
    old, beat = seen["oldest_s"], seen["heartbeat_s"]
    assert old is None or old <= EVALUATED_S, f"a group of rules was evaluated {old:.0f} s ago, and not since"
    if seen["never"]:
        pytest.fail(f"unknown: not evaluated yet: {some(seen['never'])}", pytrace=False)
    assert beat is not None, "Alertmanager does not have the alert that always fires"
    assert beat <= BEAT_S, f"Alertmanager heard {beat:.0f} s ago from Prometheus, and not since"
    record_property(
        "measured", f"{seen['rules']} rules, evaluated {old:.0f} s ago; Alertmanager heard {beat:.0f} s ago"
    )


def some(names: list[str]) -> str:
    return ", ".join(names[:8]) + (f" and {len(names) - 8} more" if len(names) > 8 else "")


def test_unit(served: Camera, ask, record_property: Told) -> None:
    seen = ask(served, "unit")
    record_property("measured", seen["told"])
    assert not seen["trouble"], f"{served.recorder}: {seen['trouble']}"


def test_gaps(served: Camera, ask, record_property: Told) -> None:
    """Only with ``--footage``: of the last 24 hours, or since the first recording."""
    seen = ask(served, "gaps")
    record_property("measured", seen["told"])
    assert not seen["count"], seen["told"]
