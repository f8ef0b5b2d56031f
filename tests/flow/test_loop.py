"""From factory state to a city as declared, and nothing more to do after it."""

from __future__ import annotations

from tests.flow.town import Town


def test_a_factory_city_is_planned_deployed_and_then_in_sync(factory: Town) -> None:
    town = factory
    town.iccc("plan", code=2)
    assert not town.hand.written(), "a plan only reads"

    deployed = town.deploy("--format", "json", "--reason", "first light").json
    assert {row["status"] for row in deployed["rows"]} == {"applied"}
    assert {row["device"] for row in deployed["rows"]} == {device.name for device in town.city.devices()}
    record = town.iccc("report", "changes", "--since", "1h", "--format", "json", code=0).json["rows"]
    changed = {row["device"]: row for row in record if row["command"] == "deploy"}
    assert set(changed) == {"", *(device.name for device in town.city.devices())}
    assert {row["reason"] for row in changed.values()} == {"first light"}
    assert all(row["result"].startswith("applied") for row in changed.values())
    town.iccc("plan", code=0)
    town.keep_as_deployed()

    town.hand.count_anew()
    town.deploy()
    assert not town.hand.written(), "a second deploy sends no Set and no configuration line"
    assert town.drift(code=0) == []
    town.iccc("verify", code=0)
    assert not town.hand.written(), "looking is not touching"
    assert not town.hand.failures()


def test_bare_pyinfra_deploys_a_factory_city_through_the_same_guards(factory: Town) -> None:
    town = factory
    town.pyinfra("deploys/site.py", "-y", code=0)
    town.pyinfra("deploys/recorder-channels.py", "-y", code=0)
    record = town.iccc("report", "changes", "--format", "json", code=0).json["rows"]
    changed = {row["device"]: row for row in record if row["command"] == "pyinfra"}
    assert {"", *town.city.cameras} <= set(changed)
    assert all(row["result"].startswith("applied") for row in changed.values())
    town.iccc("plan", code=0)
    town.keep_as_deployed()
