"""onvif-zeep through our engine: ad-hoc calls, and what it would do to the process by itself."""

from __future__ import annotations

import asyncio
import contextlib
import os
import subprocess
import sys
import time

import pytest

from iccc.errors import DeviceError, Reason
from iccc.lab.device import Fault
from iccc.sessions import zeep
from tests.camera.devices import MODELS, camera, plugged, reach
from tests.support import MemoryCredentials, MemoryTrust, login


async def failure(number: int, service: str, operation: str, **parameters: object) -> DeviceError:
    owner = str(parameters.pop("owner", "project"))
    with pytest.raises(DeviceError) as caught:
        await asyncio.to_thread(zeep.call, camera(number, owner), reach(http_s=0.3), service, operation, **parameters)
    return caught.value


@pytest.mark.parametrize("make", MODELS)
def test_ad_hoc_calls_read_and_write(make: str) -> None:
    async def scenario() -> None:
        async with plugged(71, MODELS[make]) as lab:
            run = reach()
            await asyncio.to_thread(zeep.call, camera(71), run, "devicemgmt", "SetHostname", Name="by-zeep")
            assert lab.snapshot()["hostname"] == "by-zeep"
            reply = await asyncio.to_thread(zeep.call, camera(71), run, "devicemgmt", "GetHostname")
            assert reply["Name"] == "by-zeep"
            profiles = await asyncio.to_thread(zeep.call, camera(71), run, "media", "GetProfiles")
            assert len(profiles["value"]) == 2

    asyncio.run(scenario())


def test_failures_are_device_errors() -> None:
    async def scenario() -> None:
        async with plugged(72) as lab:
            assert (await failure(72, "devicemgmt", "SetHostname", Name="x", owner="bank")).reason is Reason.NOT_OWNED
            assert (await failure(72, "ptz", "GetPresets")).reason is Reason.UNSUPPORTED
            assert (await failure(72, "devicemgmt", "GetNothing")).reason is Reason.UNSUPPORTED
            assert (await failure(72, "devicemgmt", "GetWsdlUrl")).reason is Reason.UNSUPPORTED
            assert (await failure(72, "nonsense", "GetIt")).reason is Reason.BAD_ANSWER
            lab.fault = Fault.WRONG_PASSWORD
            assert (await failure(72, "devicemgmt", "GetNTP")).reason is Reason.UNAUTHORISED
            lab.fault = Fault.SILENT
            assert (await failure(72, "devicemgmt", "GetHostname")).reason is Reason.NO_ANSWER
            assert lab.counters.sets == 0
        assert (await failure(72, "devicemgmt", "GetHostname")).reason is Reason.REFUSED

    asyncio.run(scenario())


@pytest.mark.parametrize("make", MODELS)
def test_a_refused_login_starts_the_back_off(make: str) -> None:
    async def scenario() -> None:
        credentials = MemoryCredentials()
        run = reach(credentials)
        async with plugged(73, MODELS[make]) as lab:

            async def ask(operation: str) -> Reason | None:
                try:
                    await asyncio.to_thread(zeep.call, camera(73), run, "devicemgmt", operation)
                except DeviceError as error:
                    return error.reason
                return None

            assert await ask("GetNTP") is None
            assert ("refused", "c73") not in credentials.events
            credentials.default = [login(password="wrong-1")]
            before = lab.counters.failures
            assert await ask("GetNTP") is Reason.UNAUTHORISED
            assert credentials.events.count(("refused", "c73")) == 1
            assert lab.counters.failures == before + 1
            credentials.default = []  # as the vault does while the device rests
            assert await ask("GetNTP") is Reason.BACK_OFF
            assert lab.counters.failures == before + 1

    asyncio.run(scenario())


def test_another_unit_than_the_enrolled_one_is_asked_who_it_is_and_nothing_else() -> None:
    async def scenario() -> None:
        trust = MemoryTrust(units={"c74": ("SN-BEFORE", None)})
        run = reach(trust=trust)
        async with plugged(74) as lab:
            for operation in ("GetHostname", "SetHostname"):
                with pytest.raises(DeviceError, match="'SN-BEFORE' is enrolled") as caught:
                    await asyncio.to_thread(zeep.call, camera(74), run, "devicemgmt", operation, Name="x")
                assert caught.value.reason is Reason.UNTRUSTED
            assert lab.counters.sets == 0
            trust.units["c74"] = (lab.state.serial, None)
            assert await asyncio.to_thread(zeep.call, camera(74), run, "devicemgmt", "GetHostname")

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("piece", "length", "said"),
    [
        (b" ", 1000, "no answer in time"),  # one byte after the other, each within the time-out
        (b"", 1000, "no answer in time"),
        (None, 1000, "no connection"),  # it hangs up amid the answer
    ],
)
def test_an_answer_without_an_end_is_not_waited_for(piece: bytes | None, length: int, said: str) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(100)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % length)
        with contextlib.suppress(ConnectionError, asyncio.CancelledError):
            while piece is not None:
                writer.write(piece)
                await writer.drain()
                await asyncio.sleep(0.1)
            writer.close()

    async def scenario() -> DeviceError:
        server = await asyncio.start_server(answer, "127.77.3.74", 20080)
        run = reach(http_s=0.5, device_s=1.5)
        try:
            with pytest.raises(DeviceError) as caught:
                await asyncio.to_thread(zeep.call, camera(74), run, "devicemgmt", "GetHostname")
        finally:
            server.close()
        return caught.value

    began = time.monotonic()
    assert asyncio.run(scenario()).observed == said
    assert time.monotonic() - began < 10


def test_importing_it_leaves_the_process_as_it_was() -> None:
    """onvif-zeep configures the root logger; a fresh process shows that ours does not let it."""
    script = (
        "import logging, os; import iccc.sessions.zeep; "
        "print(logging.getLogger().handlers, logging.getLogger().level, os.environ['http_proxy'])"
    )
    environment = {**os.environ, "http_proxy": "http://127.0.0.1:9"}
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, env=environment, timeout=60)
    assert done.stdout.split() == ["[]", "30", "http://127.0.0.1:9"], done.stderr
