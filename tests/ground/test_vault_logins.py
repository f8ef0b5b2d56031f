"""Which login is tried on which device, and when none is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest

from iccc.city.snmp import SnmpAccess
from iccc.clock import FixedClock
from iccc.errors import StateError
from iccc.secrets import Community, Credentials, Login, Secret, UsmUser
from iccc.sessions.dial import Target
from iccc.state.learned import StoredLearned
from iccc.state.store import Store, open_store
from iccc.vault import Vault
from tests.ground.support import NOON, clock

KINDS = {"cam": "camera", "sw": "switch", "rec": "recorder"}
BOOTSTRAP = Login("admin", Secret("left"), managed=False)
USERS = {"camera": "iccc", "recorder": "iccc"}
MINUTE = timedelta(minutes=1)


class City:
    """A city's credentials on their store, as a run has them."""

    def __init__(self, folder: Path) -> None:
        self.clock: FixedClock = clock()
        self.store: Store = open_store(folder)
        self.folder = folder
        self.learned = StoredLearned(self.store)
        self.vault = self.next_run()
        for kind in ("camera", "switch"):
            self.vault.set(f"bootstrap/{kind}/login", Secret("left"), user="admin")
        self.vault.set("snmp/ro", Secret("see"))
        self.vault.close()

    def next_run(self, snmp: Mapping[str, SnmpAccess] = {}) -> Vault:  # noqa: B006
        self.learned = StoredLearned(self.store)
        self.vault = Vault(
            self.folder, Target.LAB, self.clock, KINDS, USERS, self.learned, "test", environment={}, snmp=snmp
        )
        return self.vault

    def managed(self) -> Login:
        password = self.vault.password("cam", "iccc")
        assert password is not None
        return Login("iccc", password, managed=True)


@pytest.fixture
def city(tmp_path: Path) -> City:
    return City(tmp_path)


def test_a_new_camera_gets_the_bootstrap_login_alone(city: City) -> None:
    credentials: Credentials = city.vault
    assert credentials.logins("cam") == [BOOTSTRAP]
    assert credentials.password("cam", "iccc") is None


def test_a_stored_password_is_not_tried_before_it_was_proved_or_the_other_refused(city: City) -> None:
    city.vault.ensure([("cam", "iccc")])
    assert city.vault.logins("cam") == [BOOTSTRAP]
    city.vault.proved("cam", city.managed())
    assert city.vault.logins("cam") == [city.managed()]
    city.vault.close()
    assert city.next_run().logins("cam") == [city.managed()]


def test_a_factory_reset_camera_is_tried_with_the_bootstrap_login_again(city: City) -> None:
    city.vault.ensure([("cam", "iccc")])
    city.vault.proved("cam", city.managed())
    city.vault.proved("cam", BOOTSTRAP)
    assert city.vault.logins("cam") == [BOOTSTRAP]


def test_switches_have_their_bootstrap_login_only(city: City) -> None:
    city.vault.ensure([("sw", "iccc")])
    assert city.vault.logins("sw") == [BOOTSTRAP]


def test_nothing_is_given_to_a_device_that_is_not_ours_or_has_nothing_stored(city: City) -> None:
    assert city.vault.logins("stranger") == []
    assert city.vault.snmp("stranger") is None
    assert city.vault.logins("rec") == []


def test_communities(city: City) -> None:
    assert city.vault.snmp("sw") == Community("2c", Secret("see"))
    assert city.vault.snmp("sw", write=True) is None


def test_a_v3_user_is_given_when_both_its_passwords_are_stored(city: City) -> None:
    vault = city.next_run({"sw": SnmpAccess("3", "see", "put", "sha512", "aes256")})
    vault.set("snmp/v3/see/auth", Secret("first half"))
    assert vault.snmp("sw") is None
    vault.set("snmp/v3/see/privacy", Secret("second half"))
    user = UsmUser("see", "sha512", Secret("first half"), "aes256", Secret("second half"))
    assert vault.snmp("sw") == user
    assert vault.snmp("sw", write=True) is None
    assert vault.snmp("stranger") is None
    assert "half" not in repr(user)


def test_a_v3_user_for_writing_is_nobody_where_none_is_declared(city: City) -> None:
    assert city.next_run({"sw": SnmpAccess("3", "see")}).snmp("sw", write=True) is None


def test_a_community_goes_over_v1_where_that_is_declared(city: City) -> None:
    assert city.next_run({"sw": SnmpAccess("1")}).snmp("sw") == Community("1", Secret("see"))


def test_the_back_off_doubles_up_to_four_hours_and_outlives_the_process(city: City) -> None:
    for minutes in (30, 60, 120, 240, 240, 240):
        city.vault.refused("cam")
        run = city.next_run()
        assert run.back_off_until("cam") == city.clock.at + minutes * MINUTE
        city.clock.at += minutes * MINUTE - timedelta(seconds=1)
        assert run.logins("cam") == []
        city.clock.at += timedelta(seconds=1)
        assert run.logins("cam") == [BOOTSTRAP]
        assert run.back_off_until("cam") is None


def test_after_a_rest_it_is_the_other_logins_turn(city: City) -> None:
    city.vault.ensure([("cam", "iccc")])
    for refused, then in ((BOOTSTRAP, city.managed()), (city.managed(), BOOTSTRAP)):
        city.vault.refused("cam", refused)
        assert city.vault.logins("cam") == []
        city.clock.at += 240 * MINUTE
        assert city.next_run().logins("cam") == [then]


def test_a_proof_ends_the_back_off_and_its_doubling(city: City) -> None:
    city.vault.refused("cam")
    city.vault.refused("cam")
    city.vault.proved("cam", BOOTSTRAP)
    assert city.vault.logins("cam") == [BOOTSTRAP]
    city.vault.refused("cam")
    assert city.vault.back_off_until("cam") == NOON + 30 * MINUTE


def test_a_person_can_clear_the_back_off(city: City) -> None:
    city.vault.refused("cam")
    city.vault.refused("sw")
    city.vault.clear_back_off("cam")
    assert city.vault.logins("cam") == [BOOTSTRAP]
    assert city.vault.logins("sw") == []


def test_thousands_of_refusals_in_a_row_do_not_overflow(city: City) -> None:
    city.learned.put("cam", "refused", {"at": NOON.isoformat(), "times": 5000})
    assert city.vault.back_off_until("cam") == NOON + 240 * MINUTE


def test_answers_of_devices_never_write_the_secret_file(city: City) -> None:
    before = (city.folder / "secrets.age").stat()
    city.vault.proved("cam", BOOTSTRAP)
    city.vault.refused("sw")
    city.vault.clear_back_off("sw")
    after = (city.folder / "secrets.age").stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


def test_while_a_password_is_rotated_the_likely_one_is_tried_and_after_a_refusal_and_its_rest_the_other(
    city: City,
) -> None:
    vault = city.vault
    vault.ensure([("cam", "iccc"), ("cam", "viewer")])
    old = city.managed()
    vault.proved("cam", old)
    vault.prepare(["device/cam/iccc"])
    new = Login("iccc", vault.following("device/cam/iccc") or Secret(""), managed=True)
    assert vault.logins("cam") == [old], "nothing was sent yet"
    vault.taken("cam", "iccc", next_one=True)
    vault.close()

    after_a_kill = city.next_run()
    assert after_a_kill.logins("cam") == [new] and after_a_kill.password("cam", "iccc") == new.password
    after_a_kill.refused("cam", new)
    assert after_a_kill.logins("cam") == []
    city.clock.at += 31 * MINUTE
    assert city.next_run().logins("cam") == [old]
    city.vault.refused("cam", old)
    city.clock.at += 61 * MINUTE
    assert city.vault.logins("cam") == [new]
    city.vault.promote(["device/cam/iccc"])
    assert city.vault.logins("cam") == [new] and not city.vault.following("device/cam/iccc")


def test_what_does_not_come_from_the_file_is_not_rotated(city: City) -> None:
    with pytest.raises(StateError, match="device/cam/iccc is not stored"):
        city.vault.prepare(["device/cam/iccc"])
    city.vault.ensure([("cam", "iccc")])
    given = {"ICCC_SECRET_DEVICE_CAM_ICCC": "given"}
    city.vault.close()
    vault = Vault(city.folder, Target.LAB, city.clock, KINDS, USERS, city.learned, "test", environment=given)
    with pytest.raises(StateError, match="comes from ICCC_SECRET_DEVICE_CAM_ICCC"):
        vault.prepare(["device/cam/iccc"])
    assert not vault.following("device/cam/iccc")
