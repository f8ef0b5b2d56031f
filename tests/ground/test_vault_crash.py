"""The secret file when the process is killed: it is always readable, and no password handed out is lost."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest

from iccc.secrets import Secret
from iccc.sessions.dial import Target
from iccc.state.secretfile import Entry, SecretFile
from tests.ground.support import child, clock

# Says each password as soon as it may be used on a device.
LOOP = """
import sys
from pathlib import Path
from iccc.clock import SystemClock
from iccc.sessions.dial import Target
from iccc.state.secretfile import SecretFile
vault = SecretFile(Path(sys.argv[1]), Target.LAB, SystemClock(), "iccc deploy", {})
for number in range(int(sys.argv[2]), 1_000_000):
    vault.ensure([(f"cam-{number}", "iccc"), (f"cam-{number}", "viewer")])
    for user in ("iccc", "viewer"):
        print(number, user, vault.get(f"device/cam-{number}/{user}").value.reveal(), flush=True)
"""

# Kills itself at the Nth time that it touches a file of the city.
STEP = """
import os, signal, sys
from pathlib import Path
from iccc.clock import SystemClock
from iccc.secrets import Secret
from iccc.sessions.dial import Target
from iccc.state.secretfile import SecretFile
folder, act, left = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
vault = SecretFile(folder, Target.LAB, SystemClock(), "iccc", {})

def count(event, args):
    global left
    if event in ("open", "os.rename", "os.link", "os.remove", "os.truncate") and str(folder) in str(args):
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(count)
if act == "rotate":
    vault.rotate_key()
elif act in ("prepare", "promote", "drop_next"):
    getattr(vault, act)(["device/cam/iccc"])
else:
    vault.set("snmp/rw", Secret("new"))
print("done")
"""


def vault(folder: Path) -> SecretFile:
    return SecretFile(folder, Target.LAB, clock(), "test", {})


def test_no_password_handed_out_is_lost_by_a_kill(tmp_path: Path) -> None:
    handed_out: dict[str, str] = {}
    number = 0
    for seed in range(8):
        process = child(LOOP, tmp_path, number)
        assert process.stdout is not None
        said = [process.stdout.readline()]
        time.sleep(random.Random(seed).uniform(0, 0.06))
        process.kill()
        said += process.stdout.readlines()
        process.wait()
        for line in said:
            if line.endswith("\n"):
                which, user, password = line.split()
                handed_out[f"device/cam-{which}/{user}"] = password
                number = int(which) + 1
        stored = vault(tmp_path)
        assert {name: stored.get(name) for name in handed_out} == {
            name: Entry(Secret(password)) for name, password in handed_out.items()
        }
    assert len(handed_out) > 16


@pytest.mark.parametrize("act", ["prepare", "promote", "drop_next"])
def test_old_and_next_are_known_whichever_step_of_a_rotation_was_the_last(act: str, tmp_path: Path) -> None:
    """What may be in force before and after the step is in the store, and the step can be done again."""
    name = "device/cam/iccc"
    for step in range(40):
        folder = tmp_path / str(step)
        one = vault(folder)
        one.set(name, Secret("old"))
        if act != "prepare":
            one.prepare([name])
        following = one.following(name)
        one.close()
        process = child(STEP, folder, act, step)
        out, errors = process.communicate(timeout=30)
        assert process.returncode in (0, -9), errors
        after = vault(folder)
        entry = after.get(name)
        known = {entry.value if entry else None, after.following(name)}
        assert (following if act == "promote" else Secret("old")) in known
        if act != "drop_next":
            assert known >= {following} - {None}
        if out == "done\n":
            break
        getattr(after, act)([name])
        again = after.get(name)
        assert again == Entry(following if act == "promote" and following else Secret("old"))
        assert (after.following(name) is not None) == (act == "prepare")
    else:
        pytest.fail("the act never came to its end")
    assert step >= 3


@pytest.mark.parametrize("act", ["set", "rotate"])
def test_the_file_is_readable_whichever_step_was_the_last(act: str, tmp_path: Path) -> None:
    killed = 0
    for step in range(40):
        folder = tmp_path / str(step)
        one = vault(folder)
        one.set("snmp/ro", Secret("old"))
        one.close()
        process = child(STEP, folder, act, step)
        out, errors = process.communicate(timeout=30)
        assert process.returncode in (0, -9), errors
        after = vault(folder)
        assert after.get("snmp/ro") == Entry(Secret("old"))
        if out == "done\n":
            break
        killed += 1
        after.set("snmp/rw", Secret("again"))
        assert vault(folder).get("snmp/rw") == Entry(Secret("again"))
    else:
        pytest.fail("the act never came to its end")
    assert killed >= 3
