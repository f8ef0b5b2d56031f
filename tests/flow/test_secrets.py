"""No password is where it could be read: in what is said, in what is stored, in a list of processes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tests.flow.declaration import CITY
from tests.flow.started import commands_in, environment_of
from tests.flow.town import ICCC, Town

LOUD = (*ICCC, "-vvv")


def test_no_password_leaves_the_vault(factory: Town) -> None:
    """A whole run from factory state, as loud as can be, with drift, a refused login and everything stored."""
    town = factory
    processes = _processes_of_a_deploy(town)
    town.hand.set("bsp-j01-c01", "users.recorder.level", "Operator")
    town.hand.set("bsp-j01-c02", "users.admin.password", "somebody-else-1")
    town.hand.type("bsp-agg2", "logging host 10.80.0.99")
    town.hand.fault("bsp-rec01", "wrong-password")
    reports = town.root / "out" / "reports"
    for command in ("plan", "drift", "bom"):
        town.iccc(command, "-o", str(reports / f"{command}.json"))
        town.iccc(command)
    town.run(*LOUD, "plan", CITY)
    town.pyinfra("deploys/site.py", "--dry", "-vvv", "--debug", "--limit", "bsp-j01")
    town.run(*LOUD, "deploy", CITY, "--yes")
    town.iccc("verify")
    town.hand.heal()

    secrets = _secrets(town)
    assert len(secrets) > 80
    for place, text in _texts(town):
        assert not [secret for secret in secrets if secret in text], f"a secret stands in {place}"
    for process in processes:
        assert not [secret for secret in secrets if secret in process], "a secret stands in a list of processes"


def _processes_of_a_deploy(town: Town) -> set[str]:
    """Command lines and environments of all processes that a deploy has, looked at again and again."""
    seen: set[str] = set()
    deploy = town.start("deploy", "--yes")
    while deploy.process.poll() is None:
        seen |= {f"{command} {environment_of(pid)}" for pid, command in commands_in(town.root).items()}
    assert deploy.ended().code == 0
    assert any("iccc.engine.worker" in process for process in seen)
    return seen


def _secrets(town: Town) -> set[str]:
    """Every password that was ever managed in the town, and what technicians wrote on the sheet."""
    logins = {password for _user, password in town.sheet["logins"].values()}
    town.managed()
    return town.passwords | logins | set(town.sheet["communities"].values())


def _texts(town: Town) -> Iterator[tuple[str, str]]:
    """Everything that the commands have said so far, and every file but the vault, its key and the lab's sheet."""
    for done in town.said:
        yield str(done.arguments), done.out + done.err
    for folder in (town.root / "state", town.root / "out", town.cities):
        for path in folder.rglob("*"):
            if path.is_file() and not _may_hold_secrets(path):
                yield str(path), path.read_bytes().decode("latin-1")


def _may_hold_secrets(path: Path) -> bool:
    return path.suffix == ".age" or path.name in ("age.key", "commissioning.json")
