"""The secret file: what is stored, overridden, generated, locked and rotated."""

from __future__ import annotations

from pathlib import Path

import pyrage
import pytest
from hypothesis import given
from hypothesis import strategies as st

from iccc.errors import StateError
from iccc.secrets import Secret
from iccc.sessions.dial import Target
from iccc.state.agekey import create_key
from iccc.state.secretfile import PASSWORD_LENGTH, PUNCTUATION, Entry, SecretFile, env_name, generate_password
from tests.ground.support import child, clock

WRITER = """
import sys
from pathlib import Path
from iccc.clock import SystemClock
from iccc.secrets import Secret
from iccc.sessions.dial import Target
from iccc.state.secretfile import SecretFile
vault = SecretFile(Path(sys.argv[1]), Target.LAB, SystemClock(), "iccc deploy bilaspur", {})
vault.set("snmp/rw", Secret("from the other"))
print("written", flush=True)
sys.stdin.readline()
"""


def vault(folder: Path, target: Target = Target.LAB, **environment: str) -> SecretFile:
    return SecretFile(folder, target, clock(), "iccc secret", environment)


def test_secrets_come_back_in_another_process_and_nothing_is_readable_by_others(tmp_path: Path) -> None:
    folder = tmp_path / "lab" / "bilaspur"
    first = vault(folder)
    first.set("bootstrap/switch/login", Secret("Left-by-technician"), user="admin")
    first.set("snmp/ro", Secret("see"))
    first.set("device/bsp-j01-c01/iccc", Secret('α\u0000\n"'))
    first.close()
    again = vault(folder)
    assert again.names() == ["bootstrap/switch/login", "device/bsp-j01-c01/iccc", "snmp/ro"]
    assert again.get("bootstrap/switch/login") == Entry(Secret("Left-by-technician"), "admin")
    assert again.get("device/bsp-j01-c01/iccc") == Entry(Secret('α\u0000\n"'))
    assert again.get("snmp/rw") is None
    assert folder.stat().st_mode & 0o077 == 0
    for file in folder.iterdir():
        assert file.stat().st_mode & 0o077 == 0, file
        assert b"Left-by" not in file.read_bytes()


def test_removing(tmp_path: Path) -> None:
    one = vault(tmp_path)
    one.set("snmp/ro", Secret("see"))
    assert one.remove("snmp/ro")
    assert not one.remove("snmp/ro")
    assert vault(tmp_path).names() == []


@pytest.mark.parametrize("name", ["snmp/other", "device/a", "device/../x/y", "bootstrap/switch", "", "device/a b/c"])
def test_unknown_names_are_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(StateError, match="no name of a secret"):
        vault(tmp_path).set(name, Secret("x"))


def test_a_bootstrap_login_needs_a_user_and_nothing_else_takes_one(tmp_path: Path) -> None:
    with pytest.raises(StateError, match="has a user"):
        vault(tmp_path).set("bootstrap/switch/login", Secret("x"))
    with pytest.raises(StateError, match="has a user"):
        vault(tmp_path).set("snmp/ro", Secret("x"), user="u")


def test_the_environment_wins_and_is_never_written(tmp_path: Path) -> None:
    with vault(tmp_path) as one:
        one.set("snmp/ro", Secret("stored"))
    over = vault(
        tmp_path,
        ICCC_SECRET_SNMP_RO="given",
        ICCC_SECRET_BOOTSTRAP_CAMERA_LOGIN="root:a:b",
        ICCC_SECRET_DEVICE_BSP_J01_C01_ICCC="mine",
    )
    assert over.get("snmp/ro") == Entry(Secret("given"))
    assert over.get("bootstrap/camera/login") == Entry(Secret("a:b"), "root")
    over.ensure([("bsp-j01-c01", "iccc"), ("bsp-j01-c02", "iccc")])
    assert over.get("device/bsp-j01-c01/iccc") == Entry(Secret("mine"))
    assert vault(tmp_path).names() == ["device/bsp-j01-c02/iccc", "snmp/ro"]


def test_a_bootstrap_login_without_user_in_the_environment_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(StateError, match="ICCC_SECRET_BOOTSTRAP_CAMERA_LOGIN must be user:password") as caught:
        vault(tmp_path, ICCC_SECRET_BOOTSTRAP_CAMERA_LOGIN="hunter2").get("bootstrap/camera/login")
    assert "hunter2" not in str(caught.value)


def test_env_names() -> None:
    assert env_name("device/bsp-j01-c01/iccc") == "ICCC_SECRET_DEVICE_BSP_J01_C01_ICCC"


def test_ensure_generates_what_is_missing_in_one_write_and_keeps_the_rest(tmp_path: Path) -> None:
    one = vault(tmp_path)
    one.ensure([("cam-0", "iccc")])
    kept = one.get("device/cam-0/iccc")
    before = (tmp_path / "secrets.age").stat().st_ino
    pairs = [(f"cam-{number}", "iccc") for number in range(629)]
    one.ensure(pairs)
    after = (tmp_path / "secrets.age").stat().st_ino
    assert before != after
    one.ensure(pairs)
    assert (tmp_path / "secrets.age").stat().st_ino == after
    assert one.get("device/cam-0/iccc") == kept
    assert len({entry.value for device, user in pairs if (entry := one.get(f"device/{device}/{user}"))}) == 629


@given(st.builds(generate_password))
def test_generated_passwords_satisfy_devices(password: Secret) -> None:
    text = password.reveal()
    assert len(text) == PASSWORD_LENGTH
    assert text[0].isalpha()
    assert text.isascii()
    for kind in (str.isupper, str.islower, str.isdigit, PUNCTUATION.__contains__):
        assert any(map(kind, text))
    assert all(c.isalnum() or c in PUNCTUATION for c in text)


def test_a_second_writer_is_told_who_writes_while_readers_go_on(tmp_path: Path) -> None:
    mine = vault(tmp_path)
    assert mine.names() == []
    other = child(WRITER, tmp_path)
    assert other.stdout is not None
    assert other.stdout.readline() == "written\n"
    with pytest.raises(StateError, match=rf"secrets is locked by process {other.pid} \(iccc deploy bilaspur\)"):
        mine.set("snmp/ro", Secret("mine"))
    assert vault(tmp_path).get("snmp/rw") == Entry(Secret("from the other"))
    other.communicate("")
    mine.set("snmp/ro", Secret("mine"))
    assert vault(tmp_path).names() == ["snmp/ro", "snmp/rw"]


def test_a_live_key_is_never_made_by_itself(tmp_path: Path) -> None:
    folder = tmp_path / "live" / "bilaspur"
    live = vault(folder, Target.LIVE)
    assert live.names() == []
    with pytest.raises(StateError, match="iccc secret bilaspur init --live"):
        live.ensure([("cam", "iccc")])
    live.close()
    create_key(folder)
    live.ensure([("cam", "iccc")])
    with pytest.raises(StateError, match="exists"):
        create_key(folder)
    assert vault(folder, Target.LIVE).names() == ["device/cam/iccc"]


def test_a_lost_key_is_an_error_and_makes_no_new_one(tmp_path: Path) -> None:
    one = vault(tmp_path)
    one.set("snmp/ro", Secret("see"))
    one.close()
    (tmp_path / "age.key").unlink()
    for act in (lambda v: v.get("snmp/ro"), lambda v: v.set("snmp/ro", Secret("x")), lambda v: v.rotate_key()):
        with vault(tmp_path) as other, pytest.raises(StateError, match="no key for the secrets"):
            act(other)
    assert not (tmp_path / "age.key").exists()


def test_a_key_open_to_others_is_refused(tmp_path: Path) -> None:
    vault(tmp_path).set("snmp/ro", Secret("see"))
    (tmp_path / "age.key").chmod(0o640)
    with pytest.raises(StateError, match="chmod 600"):
        vault(tmp_path).names()


def test_the_key_may_come_from_the_environment_or_a_file_named_there(tmp_path: Path) -> None:
    key = pyrage.x25519.Identity.generate()
    (tmp_path / "elsewhere.key").write_text(f"# created: 2026\n{key}\n")
    by_value, by_file = {"ICCC_AGE_KEY": str(key)}, {"ICCC_AGE_KEY_FILE": str(tmp_path / "elsewhere.key")}
    live = vault(tmp_path, Target.LIVE, **by_value)
    live.set("snmp/ro", Secret("see"))
    live.close()
    assert vault(tmp_path, Target.LIVE, **by_file).get("snmp/ro") == Entry(Secret("see"))
    assert not (tmp_path / "age.key").exists()
    with pytest.raises(StateError, match="environment"):
        vault(tmp_path, Target.LIVE, **by_file).rotate_key()


@pytest.mark.parametrize("key", ["nonsense", "AGE-SECRET-KEY-1QQ", "a\nb"])
def test_a_wrong_key_is_told_without_quoting_it(key: str, tmp_path: Path) -> None:
    with pytest.raises(StateError, match="ICCC_AGE_KEY is not an age key") as caught:
        vault(tmp_path, ICCC_AGE_KEY=key).set("snmp/ro", Secret("x"))
    assert key not in str(caught.value)


def test_another_key_or_a_damaged_file_is_a_state_error(tmp_path: Path) -> None:
    vault(tmp_path).set("snmp/ro", Secret("see"))
    with pytest.raises(StateError, match="secrets.age"):
        vault(tmp_path, ICCC_AGE_KEY=str(pyrage.x25519.Identity.generate())).names()
    data = bytearray((tmp_path / "secrets.age").read_bytes())
    data[-1] ^= 1
    (tmp_path / "secrets.age").write_bytes(data)
    with pytest.raises(StateError, match="secrets.age"):
        vault(tmp_path).names()


def test_a_newer_file_is_refused_without_quoting_it(tmp_path: Path) -> None:
    key = pyrage.x25519.Identity.generate()
    for content in (b'{"version": 2, "secrets": {}}', b'{"hunter2'):
        (tmp_path / "secrets.age").write_bytes(pyrage.encrypt(content, [key.to_public()]))
        with pytest.raises(StateError, match="this iccc reads version 1") as caught:
            vault(tmp_path, ICCC_AGE_KEY=str(key)).names()
        assert "hunter2" not in str(caught.value)


def test_a_rotated_key_opens_the_file_and_the_old_one_does_not(tmp_path: Path) -> None:
    one = vault(tmp_path)
    one.set("snmp/ro", Secret("see"))
    old = (tmp_path / "age.key").read_text().split()[-1]
    public = one.rotate_key()
    assert f"# public key: {public}" in (tmp_path / "age.key").read_text()
    assert (tmp_path / "age.key").stat().st_mode & 0o077 == 0
    assert vault(tmp_path).get("snmp/ro") == one.get("snmp/ro") == Entry(Secret("see"))
    with pytest.raises(StateError):
        vault(tmp_path, ICCC_AGE_KEY=old).names()
    one.set("snmp/rw", Secret("more"))
    one.close()
    assert vault(tmp_path).names() == ["snmp/ro", "snmp/rw"]


def test_a_folder_that_cannot_be_written_is_a_state_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StateError, match="file"):
        vault(tmp_path / "file" / "bilaspur").set("snmp/ro", Secret("x"))
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
