"""``iccc verify`` where a server refuses the key, and another one prints without end: a row each, and the rest done."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.flow.done import Done
from tests.server.ssh_town import SshTown, ssh_town
from tests.sessions.shell_server import prints_for_ever
from tests.support import rows_of

REFUSES, ENDLESS = "bsp-rec01", "bsp-rec02"
LIMIT = ("--limit", REFUSES, "--limit", ENDLESS, "--limit", "bsp-j01-c01", "--limit", "bsp-j02-c01")
DO = (
    f"Put the public key of hosts/ssh_key into ~iccc/.ssh/authorized_keys on {REFUSES}, or store the key that it takes "
    f"(`iccc secret bilaspur set hosts/ssh_key < KEYFILE`); then `iccc enrol bilaspur --bootstrap --limit {REFUSES}`."
)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SshTown]:
    with ssh_town(tmp_path_factory.mktemp("ssh"), 2) as town:
        yield town


def about(done: Done, server: str) -> str:
    """The one row in which a server is named."""
    (row,) = [line for line in rows_of(done.out) if line.startswith("unknown ") and f"{server} 10." in line]
    return row


def test_a_server_that_refuses_the_key_and_one_without_end_are_a_row_each(town: SshTown) -> None:
    town.servers[REFUSES].takes = False
    town.servers[ENDLESS].manner = prints_for_ever("stdout")
    done = town.iccc("verify", *LIMIT)
    assert done.code == 3, done
    row = about(done, REFUSES)
    assert "10.63.0.11:22: the login of iccc with the stored key was refused; it rests until 20" in row, row
    assert row.endswith(DO) and "reachable bsp-rec01 and " in row, "all that was to be asked of it, and its camera"
    assert "10.63.0.12:22: it printed more than 4 MB" in about(done, ENDLESS)
    assert town.servers[REFUSES].logins == town.servers[ENDLESS].logins == 1

    alone = ("--limit", REFUSES)
    again = about(town.iccc("verify", *alone), REFUSES)
    assert "not tried: it refused the login, and rests until 20" in again and again.endswith(DO)
    assert town.servers[REFUSES].logins == 1

    town.servers[REFUSES].takes = True
    assert town.iccc("enrol", "--bootstrap", "--limit", REFUSES).code == 0
    assert "it said nothing" in about(town.iccc("verify", *alone), REFUSES), "it is let in"
    assert town.servers[REFUSES].logins == 2
