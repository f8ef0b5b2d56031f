"""SNMPv3 of the lab's agent, asked by pysnmp and by net-snmp's programs."""

from __future__ import annotations

import asyncio

import pytest
from pysnmp.hlapi.v3arch.asyncio import (
    USM_AUTH_HMAC96_SHA,
    USM_AUTH_HMAC192_SHA256,
    USM_PRIV_CFB128_AES,
    USM_PRIV_CFB256_AES_BLUMENTHAL,
    UsmUserData,
)

from iccc.lab.snmp.keys import localised, password_key
from tests.lab.net.conftest import Served
from tests.lab.net.foreign import ask, lines, net_snmp
from tests.lab.net.town import VIDEO

SYS_NAME, BASE_PORTS = "1.3.6.1.2.1.1.5.0", "1.3.6.1.2.1.17.1.2.0"
AUTH, PRIV = "authpass-12", "privpass-34"
SORTS = {  # the configuration's words, pysnmp's, net-snmp's
    "new": ("sha-2 256", "aes 256", USM_AUTH_HMAC192_SHA256, USM_PRIV_CFB256_AES_BLUMENTHAL, "SHA-256", "AES-256"),
    "old": ("sha", "aes 128", USM_AUTH_HMAC96_SHA, USM_PRIV_CFB128_AES, "SHA", "AES"),
    "mixed": ("sha", "aes 256", USM_AUTH_HMAC96_SHA, USM_PRIV_CFB256_AES_BLUMENTHAL, "SHA", "AES-256"),
}


def user(name: str, auth: str = AUTH, priv: str = PRIV) -> UsmUserData:
    _, _, auth_sort, priv_sort, _, _ = SORTS[name]
    return UsmUserData(name, auth, priv, authProtocol=auth_sort, privProtocol=priv_sort)


def login(name: str) -> list[str]:
    _, _, _, _, auth, priv = SORTS[name]
    return ["-v3", "-l", "authPriv", "-u", name, "-a", auth, "-A", AUTH, "-x", priv, "-X", PRIV]


@pytest.fixture
def users(lab: Served) -> Served:
    for name, (auth, priv, *_) in SORTS.items():
        lab.client.lines("sw1", f"snmp-server user {name} read v3 auth {auth} {AUTH} priv {priv} {PRIV}")
    return lab


@pytest.mark.parametrize("name", SORTS)
def test_pysnmp_reads_with_every_sort_of_user(users: Served, name: str) -> None:
    wrong, found = asyncio.run(ask(users.address("sw1"), user(name), SYS_NAME))
    assert not wrong
    assert found[0][1].asOctets() == b"Switch"


@pytest.mark.parametrize("name", SORTS)
def test_net_snmp_walks_with_every_sort_of_user(users: Served, name: str) -> None:
    said = net_snmp("snmpbulkwalk", *login(name), f"{users.address('sw1')}:20161", "1.3.6.1.2.1.2")
    assert len(lines(said)) > 200, said


def test_a_context_is_a_vlan(users: Served) -> None:
    users.deploy()
    at = f"{users.address('sw1')}:20161"
    counted = {
        vlan: lines(net_snmp("snmpget", *login("new"), "-n", f"vlan-{vlan}", at, BASE_PORTS))
        for vlan in {*VIDEO.values(), 999}
    }
    assert {vlan: found[0].rpartition(" ")[2] if found else "" for vlan, found in counted.items()} == {
        201: "4", 202: "2", 999: "",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("who", "wrong"),
    [
        (user("new", auth="another-pass"), "Wrong SNMP PDU digest"),
        (user("new", priv="another-pass"), "Ciphering services not available or ciphertext is broken"),
        (UsmUserData("nobody", AUTH, PRIV), "Unknown USM user"),
        (UsmUserData("new", AUTH, authProtocol=USM_AUTH_HMAC192_SHA256), "Unsupported SNMP security level"),
    ],
)
def test_who_is_wrong_is_told_how(users: Served, who: UsmUserData, wrong: str) -> None:
    said, found = asyncio.run(ask(users.address("sw1"), who, SYS_NAME))
    assert not found
    assert said == wrong


def test_a_restart_makes_the_engine_another_boot(users: Served) -> None:
    users.client.set("sw1", "saved", True)

    async def twice() -> list[str]:
        before = await ask(users.address("sw1"), user("new"), SYS_NAME)
        await asyncio.to_thread(users.client.set, "sw1", "reboot", True)
        return [before[0], (await ask(users.address("sw1"), user("new"), SYS_NAME))[0]]

    assert asyncio.run(twice()) == ["", ""]


def test_the_keys_are_those_of_the_standard() -> None:
    """RFC 3414, A.3.2: SHA-1 of "maplesyrup" and the engine 00 00 00 00 00 00 00 00 00 00 00 02."""
    assert password_key("sha1", "maplesyrup").hex() == "9fb5cc0381497b3793528939ff788d5d79145211"
    engine = bytes(11) + b"\x02"
    assert localised("sha1", "maplesyrup", engine).hex() == "6695febc9288e36282235fc7151f128497b38f3f"
