"""A trap makes iccc look: what it finds is what the device says when it is read, not what the trap said."""

from __future__ import annotations

from iccc.secrets import Community, Secret
from iccc.sessions.dial import Dial, Target
from tests.flow.declaration import edit
from tests.flow.town import Town
from tests.sessions.notify import notify

SWITCH, OTHER = "bsp-j01-sw1", "bsp-j02-sw1"


def test_what_sent_a_trap_is_read_again(deployed: Town) -> None:
    town = deployed
    traps_to = f"10.{town.block}.250.5"
    edit(town.cities / "city.yaml", r"(?m)^protocols:", f"snmp: {{traps_to: {traps_to}}}\nprotocols:")
    town.hand.type(SWITCH, "hostname spare-7")
    town.hand.type(OTHER, "hostname spare-8")  # it sends nothing, so it is not read
    watch = town.start("watch", "--for", "12")
    assert watch.process.stderr is not None
    line = watch.process.stderr.readline()
    assert f"listening on {traps_to} for 10 devices" in line
    dial = Dial(Target.LAB)
    source, _ = dial(town.city.switches[SWITCH].address, 162)
    login = Community("2c", Secret(town.sheet["communities"]["ro"]))
    for _ in range(3):  # one reading, however many
        assert notify(dial(traps_to, 162), "inform", login, source) is None
    done = watch.ended()
    assert done.code == 2, done
    new = [told for told in done.out.splitlines() if f" new: {SWITCH} " in told]
    assert any("hostname" in told for told in new), done.out
    assert len(new) == len(set(new))
    assert OTHER not in done.out


def test_without_an_address_to_listen_on_it_says_so(deployed: Town) -> None:
    assert "declares no snmp.traps_to" in deployed.iccc("watch", "--for", "1", code=1).err


def test_a_declaration_that_somebody_is_writing_does_not_end_it(deployed: Town) -> None:
    town = deployed
    traps_to = f"10.{town.block}.250.5"
    edit(town.cities / "city.yaml", r"(?m)^protocols:", f"snmp: {{traps_to: {traps_to}}}\nprotocols:")
    dial = Dial(Target.LAB)
    source, _ = dial(town.city.switches[SWITCH].address, 162)
    watch = town.start("watch", "--for", "5")
    assert watch.process.stderr is not None
    watch.process.stderr.readline()
    edit(town.cities / "city.yaml", r"(?m)^protocols:", "half a l")
    login = Community("2c", Secret(town.sheet["communities"]["ro"]))
    assert notify(dial(traps_to, 162), "inform", login, source) is None
    done = watch.ended()
    assert done.code == 0, done
    assert f"{SWITCH}: read again in 30 s: cities/" in done.err
