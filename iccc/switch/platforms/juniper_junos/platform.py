"""The platform as one value. Facts and their sources: docs/platforms/juniper_junos.md.

Level ``deploy`` rests on Juniper's documents *Commit the Configuration* (a commit is checked and taken as a whole, and
saves), *Commit the Candidate Configuration Only After Confirmation* (the timer and what confirms it), *Using the
configure exclusive Command* (the lock) and *commit* (its options).
"""

from __future__ import annotations

from iccc.sessions.dialect import Dialect, Typed
from iccc.switch.platform import Level, Platform, Revert
from iccc.switch.platforms.juniper_junos.facts import ERRORS, SHOW_ERROR
from iccc.switch.platforms.juniper_junos.names import canonical, order, poe_index
from iccc.switch.platforms.juniper_junos.ports import BLANK
from iccc.switch.platforms.juniper_junos.read import is_saved, read, stable
from iccc.switch.platforms.juniper_junos.said import FILTERS
from iccc.switch.platforms.juniper_junos.text import say

CONFIGURATION = "show configuration | display set"
LOCK = "configure exclusive"

DIALECT = Dialect(
    netmiko="juniper_junos",
    config_error=ERRORS,
    show_error=SHOW_ERROR,
    exec_prompt=r"[^\s>#]{{1,128}}> ?$",  # with any name: a commit may change it, and lead back to exec mode
    config_prompt=r"[^\s>#]{1,128}# ?$",
    any_prompt=r"(?P<name>[^\s>#]{1,128})[>#] ?$",
    # `root` lands in a shell and needs `cli`; for everybody else it is an unknown command.
    setup=("cli", "set cli screen-length 0", "set cli screen-width 1024", "set cli complete-on-space off"),
    enter=LOCK,
    leave="exit configuration-mode",
    enable=False,
)

# What is typed in exec mode leads out of configuration mode, and that frees the lock.
FREE = Typed("set cli screen-length 0")
# An answer of 0 lines is a complaint. Line 0 is the commit in force; older ones keep the words when they are confirmed.
STILL_PENDING = Typed('show system commit | match "^0 .*rollback in" | count')


def _commit(line: str) -> Typed:
    """A commit that frees the lock by itself: a session that the change cuts off would keep it from the next one."""
    return Typed(f"{line} and-quit", config=True, enters=True)


REVERT = Revert(
    # Any commit confirms one that waits: when somebody else's does, the first line is a complaint. The lock is refused
    # while somebody else holds it or has changed the candidate.
    arm=lambda _minutes: (Typed("show system commit"), Typed(LOCK, enters=True)),
    commit=lambda minutes: (_commit(f"commit confirmed {minutes}"),),
    armed=lambda answer: "will be automatically rolled back in" in answer and "commit complete" in answer,
    # After the timer has run out, a commit would confirm nothing, and `rollback 1` would load what was just taken back.
    confirm=(STILL_PENDING, _commit("commit")),
    now=(STILL_PENDING, Typed("rollback 1", config=True), _commit("commit")),
    now_is_checked=True,
    discard=(Typed("rollback 0", config=True), FREE),
)

PLATFORM = Platform(
    name="juniper_junos",
    level=Level.DEPLOY,
    dialect=DIALECT,
    templates="switch/juniper_junos",
    shows=(CONFIGURATION, f"{CONFIGURATION} | count"),
    show_startup="show system commit",
    read=read,
    is_saved=is_saved,
    stable=stable,
    save=(),  # the commit saves
    blank=BLANK,
    canonical=canonical,
    order=order,
    say=say,
    revert=REVERT,
    candidate=True,
    filters=FILTERS,
    poe_index=poe_index,
)
