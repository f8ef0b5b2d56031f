"""New passwords of switches' own users, from the command line: under the switch's revert, and killed in the middle."""

from __future__ import annotations

from contextlib import closing

from iccc.state.learned import StoredLearned
from iccc.state.store import open_store
from iccc.vault import BOOTSTRAP, LOGIN, MANAGED
from tests.flow.test_rotate import WHY, left_over, rotate
from tests.flow.town import Town

SWITCHES = ("bsp-j01-sw1", "bsp-j01-sw2", "bsp-j02-sw1")


def log_in_as(town: Town, switch: str, login: str) -> None:
    with closing(open_store(town.state)) as store:
        StoredLearned(store).put(switch, LOGIN, login)


def test_users_of_switches_are_rotated_under_the_switchs_own_revert(deployed: Town) -> None:
    """One does not take the line: it keeps what it has. The session of our own user survives its own change."""
    town = deployed
    before = town.managed()
    refuses = SWITCHES[1]
    town.hand.set(refuses, "refuses", "username watch")
    log_in_as(town, SWITCHES[2], MANAGED)  # with its own user from now on
    limits = [word for name in SWITCHES for word in ("--limit", name)]
    rows = rotate(town, *limits, code=2)
    town.hand.set(refuses, "refuses", "")
    assert {name: row["status"] for name, row in rows.items()} == {
        SWITCHES[0]: "applied", refuses: "failed", SWITCHES[2]: "applied"
    }, rows  # fmt: skip
    assert rows[SWITCHES[0]]["text"] == "watch: new; iccc: new"
    assert rows[refuses]["text"].startswith("watch: old again everywhere, proved: "), rows[refuses]
    after = town.managed()
    changed = {device for (device, user), text in after.items() if before[device, user] != text}
    assert changed == {SWITCHES[0], SWITCHES[2]} and not left_over(town)
    assert not town.hand.failures()
    (same,) = rotate(town, "--limit", SWITCHES[2], "--user", "iccc").values()
    assert same["text"] == "iccc: new" and not town.hand.failures()
    log_in_as(town, SWITCHES[2], BOOTSTRAP)
    town.keep_passwords()
    assert not any(text in str(done) for done in town.said for text in {*before.values(), *after.values()})


def test_killed_while_a_switch_has_its_own_users_next_password_unconfirmed(deployed: Town) -> None:
    """The same command brings the switch back first, finds out which password holds, and goes on."""
    town = deployed
    switch = SWITCHES[0]
    before = town.managed()
    log_in_as(town, switch, MANAGED)
    rotating = town.start("rotate", "--limit", switch, "--user", "iccc", *WHY, "--yes")
    rotating.until(lambda: bool(town.hand.written().get(switch)))
    rotating.kill("iccc")
    rotating.ended()
    assert left_over(town) == [f"next/device/{switch}/iccc"]
    (row,) = rotate(town, "--limit", switch, "--user", "iccc").values()
    after = town.managed()
    assert row["text"] == "iccc: new" and after[switch, "iccc"] != before[switch, "iccc"] and not left_over(town)
    assert town.hand.failures().get(switch, 0) <= 1
    town.iccc("plan", "--limit", switch, code=0)
    log_in_as(town, switch, BOOTSTRAP)
    town.keep_passwords()
