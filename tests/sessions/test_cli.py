"""The command-line session against an SSH server with the manners of a switch."""

from __future__ import annotations

import asyncio
import socket
import struct
import threading
from collections.abc import Awaitable, Callable

import asyncssh
import pytest

from iccc import guard
from iccc.errors import DeviceError, Reason
from iccc.sessions.cli import CliSession, host_key
from iccc.sessions.dial import Target
from iccc.sessions.dialect import Typed
from iccc.sessions.shell import told
from iccc.switch.platforms import platform_of
from tests.sessions.ios_server import Front, serve
from tests.support import NOW, MemoryCredentials, MemoryTrust, login, reach
from tests.switch.sims.cisco_ios import IosSim
from tests.switch.sims.truth import PortTruth, Truth

ADDRESS, DECLARED = "127.77.4.31", "10.77.4.31"
GI1 = "GigabitEthernet1/1"
DIALECT = platform_of("cisco_ios").dialect
ARM = Typed("configure terminal revert timer 5", enters=True)


def front(**manners: object) -> Front:
    truth = Truth("BSP-J01-SW1", {1: "default", 99: "MGMT"}, {GI1: PortTruth()}, users={"admin": 15, "guest": 1})
    return Front(IosSim(truth, asks=True), **manners)  # type: ignore[arg-type]


def talk(
    switch: Front,
    conversation: Callable[[CliSession], Awaitable[object]] | None = None,
    credentials: MemoryCredentials | None = None,
    enrolled: str | None = None,
    **times: float,
) -> object:
    """Log in and hold the conversation."""
    run = reach(credentials, MemoryTrust({"sw": enrolled or switch.host_key}), **times)

    async def session() -> object:
        async with serve(switch, ADDRESS), CliSession("sw", DECLARED, run, DIALECT) as cli:
            return await conversation(cli) if conversation else None

    return asyncio.run(session())


def refusal(switch: Front, *arguments: object, **options: object) -> DeviceError:
    with pytest.raises(DeviceError) as caught:
        talk(switch, *arguments, **options)  # type: ignore[arg-type]
    return caught.value


def test_shows_come_whole_and_without_echo_and_prompt() -> None:
    switch = front()
    ports = {f"GigabitEthernet1/{number}": PortTruth("x" * 200, "access") for number in range(1, 400)}
    switch.sim = IosSim(Truth("BSP-J01-SW1", ports=ports))
    text = talk(switch, lambda cli: cli.show("show running-config"))
    assert text == switch.running()


def test_control_characters_of_a_device_are_stripped() -> None:
    switch = front()
    switch.sim.truth.ports[GI1].description = "a\x1b[2Jb\x07\x00c"
    text = talk(switch, lambda cli: cli.show("show running-config"))
    assert " description a[2Jbc\n" in str(text)


def test_lines_are_typed_and_the_new_name_in_the_prompt_is_followed() -> None:
    switch = front()

    async def conversation(cli: CliSession) -> str:
        await cli.configure(["hostname BSP-J99-SWITCH-WITH-A-VERY-LONG-NAME", "vlan 20", " name CAM"])
        await cli.configure([f"interface {GI1}", " description camera # 3 (config)#"])
        return await cli.show("show running-config")

    assert talk(switch, conversation) == switch.running()
    assert switch.sim.truth.vlans[20] == "CAM"
    assert switch.sim.truth.ports[GI1].description == "camera # 3 (config)#"


def test_the_line_that_was_not_taken_is_named_and_none_is_sent_after_it() -> None:
    switch = front()
    error = refusal(switch, lambda cli: cli.configure(["vlan 30", "vlan bogus", "vlan 31"]))
    assert error.reason is Reason.BAD_ANSWER
    assert "'vlan bogus' was not taken: % Invalid input" in error.observed
    assert 30 in switch.sim.truth.vlans
    assert 31 not in switch.sim.truth.vlans


def test_a_warning_is_no_error() -> None:
    switch = front()
    talk(switch, lambda cli: cli.configure([f"interface {GI1}", " switchport access vlan 55"]))
    assert 55 in switch.sim.truth.vlans


def test_a_line_that_leads_into_configuration_may_be_refused_and_the_session_goes_on() -> None:
    switch = front()

    async def conversation(cli: CliSession) -> str:
        with pytest.raises(DeviceError, match="Turn config archive on") as caught:
            await cli.type([ARM])
        assert caught.value.reason is Reason.BAD_ANSWER
        await cli.configure(["archive", " path flash:iccc-archive"])
        answer = await cli.type([ARM])
        await cli.configure(["vlan 20"])
        return answer

    answer = talk(switch, conversation)
    assert "Rollback Confirmed Change: Backing up" in str(answer)
    assert switch.said.count("configure terminal") == 1  # the lines are typed where the timer has led to
    assert 20 in switch.sim.truth.vlans


def test_a_question_of_a_configuration_line_is_answered_and_does_not_eat_the_next_one() -> None:
    switch = front()
    talk(switch, lambda cli: cli.configure(["no username guest", "vlan 20"]))
    assert switch.sim.truth.users == {"admin": 15}
    assert 20 in switch.sim.truth.vlans


def test_no_secret_is_in_the_complaint_about_a_line() -> None:
    switch = front(refuses="username")
    line = "username iccc privilege 15 secret s3cret-word"
    error = refusal(switch, lambda cli: cli.configure([line], ("s3cret-word",)))
    assert "'username iccc privilege 15 secret ***' was not taken" in error.observed
    assert "s3cret-word" not in repr(error) + str(error)


def test_an_unknown_show_command_is_a_bad_answer() -> None:
    assert refusal(front(), lambda cli: cli.show("show nonsense")).reason is Reason.BAD_ANSWER


@pytest.mark.parametrize("asks", [False, True])
def test_saving_with_and_without_a_question(asks: bool) -> None:
    switch = front(asks_before_saving=asks)
    talk(switch, lambda cli: cli.type([Typed("write memory")]))
    assert switch.startup == switch.running()


def test_privileged_mode_is_entered_where_the_login_does_not_give_it() -> None:
    assert talk(front(enable_password="bootstrap"), lambda cli: cli.show("show running-config"))
    assert refusal(front(enable_password="other")).reason is Reason.BAD_ANSWER


def test_a_changed_host_key_gets_no_credentials() -> None:
    switch, other = front(), front()
    error = refusal(switch, enrolled=other.host_key)
    assert error.reason is Reason.UNTRUSTED
    assert switch.connections == 1
    assert switch.auths == []


def test_a_device_that_was_never_enrolled_is_not_even_dialled() -> None:
    switch = front()
    run = reach()

    async def session() -> None:
        async with serve(switch, ADDRESS), CliSession("sw", DECLARED, run, DIALECT):
            pass

    with pytest.raises(DeviceError, match="not enrolled: run iccc enrol") as caught:
        asyncio.run(session())
    assert caught.value.reason is Reason.UNTRUSTED
    assert switch.connections == 0


@pytest.mark.parametrize("kind", ["ssh-rsa", "ecdsa-sha2-nistp256"])
def test_the_enrolled_one_of_several_host_keys_is_asked_for(kind: str) -> None:
    more = (asyncssh.generate_private_key("ssh-ed25519"),)
    switch = front(key=asyncssh.generate_private_key(kind), more_keys=more)
    talk(switch)
    assert switch.auths


def test_the_host_key_is_fetched_without_a_login() -> None:
    switch = front()

    async def fetch() -> str:
        async with serve(switch, ADDRESS):
            return await host_key("sw", DECLARED, reach())

    assert asyncio.run(fetch()) == switch.host_key
    assert switch.auths == []


def test_logins_are_tried_in_order_and_the_good_one_is_told() -> None:
    credentials = MemoryCredentials(default=[login("iccc", "stale"), login()])
    switch = front()
    talk(switch, credentials=credentials)
    assert switch.auths == ["iccc", "admin"]
    assert credentials.events == [("proved", "sw admin")]


def test_refused_logins_are_told_once_and_no_secret_is_in_the_error() -> None:
    credentials = MemoryCredentials(default=[login("iccc", "stale-1"), login("admin", "stale-2")])
    switch = front()
    error = refusal(switch, credentials=credentials)
    assert error.reason is Reason.UNAUTHORISED
    assert credentials.events == [("refused", "sw")]
    assert len(switch.auths) == 2
    assert "stale" not in repr(error) + str(error)


def test_a_device_in_back_off_is_not_tried() -> None:
    switch = front()
    none = refusal(switch, credentials=MemoryCredentials(default=[]))
    assert (none.reason, none.observed) == (Reason.BACK_OFF, "not tried: no login is stored for it")
    rests = refusal(switch, credentials=MemoryCredentials(default=[], rests_until=NOW))
    assert rests.observed == "not tried: it refused the login, and rests until 2025-07-31 06:30 UTC"
    assert switch.connections == 0


def test_a_closed_port() -> None:
    run = reach(trust=MemoryTrust({"sw": "ssh-ed25519 AAAA"}))

    async def session() -> None:
        async with CliSession("sw", "10.77.4.32", run, DIALECT):
            pass

    with pytest.raises(DeviceError) as caught:
        asyncio.run(session())
    assert caught.value.reason is Reason.REFUSED


def test_a_device_that_accepts_and_says_nothing() -> None:
    run = reach(trust=MemoryTrust({"sw": "ssh-ed25519 AAAA"}), connect_s=0.3)

    async def session() -> None:
        async with CliSession("sw", "10.77.4.33", run, DIALECT):
            pass

    with socket.create_server(("127.77.4.33", 20022)), pytest.raises(DeviceError) as caught:
        asyncio.run(session())
    assert caught.value.reason is Reason.NO_ANSWER
    assert caught.value.observed == "Error reading SSH protocol banner"


@pytest.mark.parametrize("manner", ["hangs_at", "drops_at"])
def test_a_device_that_goes_away_in_the_middle(manner: str) -> None:
    switch = front(**{manner: "vlan 31"})
    error = refusal(switch, lambda cli: cli.configure(["vlan 30", "vlan 31", "vlan 32"]), cli_read_s=0.5)
    assert error.reason is Reason.NO_ANSWER
    assert 32 not in switch.sim.truth.vlans


def test_an_answer_without_an_end_is_no_answer() -> None:
    error = refusal(front(babbles_at="show run"), lambda cli: cli.show("show running-config"), cli_read_s=0.5)
    assert error.reason is Reason.NO_ANSWER
    assert "no whole answer within 0.5 s" in error.observed


def test_whatever_a_driver_raises_is_a_device_error() -> None:
    with pytest.raises(DeviceError, match="sw: error while reading the answer"), told("sw"):
        struct.unpack(">I", b"")


def test_a_deadline_leaves_no_thread_behind() -> None:
    switch = front(hangs_at="show running-config")

    async def conversation(cli: CliSession) -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.2):
                await cli.show("show running-config")

    # asyncio.run joins nothing of the session's own thread; the socket's end must stop it long before cli_read_s.
    talk(switch, conversation, cli_read_s=60)
    for thread in threading.enumerate():
        if thread.name.startswith("cli-"):
            thread.join(5)
            assert not thread.is_alive()


def test_the_network_guard_is_told_as_a_row() -> None:
    run = reach(trust=MemoryTrust({"sw": "ssh-ed25519 AAAA"}), target=Target.LIVE)

    async def session() -> None:
        async with CliSession("sw", "198.51.100.9", run, DIALECT):
            pass

    guard.install()  # stands already when the tests run with ICCC_LOOPBACK_ONLY
    with pytest.raises(DeviceError) as caught:
        asyncio.run(session())
    assert caught.value.reason is Reason.GUARDED
