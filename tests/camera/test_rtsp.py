"""DESCRIBE against simulated cameras and against servers that answer oddly."""

from __future__ import annotations

import asyncio

import pytest

from iccc.camera import driver
from iccc.camera.state import Encoder
from iccc.errors import DeviceError, Reason
from iccc.lab.device import Fault
from iccc.sessions.rtsp import describe
from tests.camera.devices import MODELS, camera, plugged, reach, scripted
from tests.support import login

RTSP_PORT = 20554


async def failure(number: int, uri: str = "rtsp://x/live", user: str = "admin") -> DeviceError:
    with pytest.raises(DeviceError) as caught:
        await describe(camera(number), uri, login(user), reach(rtsp_s=0.3))
    return caught.value


@pytest.mark.parametrize("make", MODELS)
def test_stream_is_what_the_encoder_is_set_to(make: str) -> None:
    async def scenario() -> None:
        async with plugged(61, MODELS[make]):
            seen = await driver.observe(camera(61), reach(), (), sections=("encoders",))
            assert seen.facts is not None and set(seen.facts.stream_uris) == {"main", "sub"}
            for role, uri in seen.facts.stream_uris.items():
                foreign = uri.replace("127.77.3.61:20554", "192.0.2.1:8554")  # as behind a NAT
                stream = await describe(camera(61), foreign, login(), reach())
                encoder = seen.state.encoders[role]  # type: ignore[union-attr, index]
                assert isinstance(encoder, Encoder)
                assert (stream.codec, stream.width_px, stream.height_px) == (
                    encoder.codec, encoder.width_px, encoder.height_px,
                )  # fmt: skip

    asyncio.run(scenario())


def test_refusals_and_silence_are_device_errors() -> None:
    async def scenario() -> None:
        async with plugged(62) as lab:
            assert (await failure(62, user="nobody")).reason is Reason.UNAUTHORISED
            missing = await failure(62, uri="rtsp://x/nothing-here")
            assert missing.reason is Reason.BAD_ANSWER and missing.observed == "RTSP 404"
            with pytest.raises(DeviceError) as anonymous:
                await describe(camera(62), "rtsp://x/live/main", None, reach())
            assert anonymous.value.reason is Reason.UNAUTHORISED
            lab.fault = Fault.RTSP_BASIC
            basic = await failure(62)
            assert basic.reason is Reason.UNSUPPORTED and "it offers Basic alone" in basic.observed
            lab.fault = Fault.SILENT
            silent = await failure(62)
            assert (silent.reason, silent.observed) == (Reason.NO_ANSWER, "no answer within 0.3 s")
            assert silent.where == "c62 10.77.3.62:554  rtsp DESCRIBE"
        assert (await failure(62)).reason is Reason.REFUSED

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (b"HTTP/1.1 200 OK\r\n\r\n", Reason.BAD_ANSWER),
        (b"RTSP/1.0 200 OK\r\nContent-Length: 999999999\r\n\r\n", Reason.BAD_ANSWER),
        (b"RTSP/1.0 200 OK\r\nCSeq: 1\r\n\r\n", Reason.BAD_ANSWER),
        (b"x" * 40_000 + b"\r\n\r\n", Reason.BAD_ANSWER),
        (b'RTSP/1.0 401 No\r\nWWW-Authenticate: Basic realm="x"\r\n\r\n', Reason.UNSUPPORTED),
        (b"", Reason.NO_ANSWER),
    ],
)
def test_odd_answers(answer: bytes, reason: Reason) -> None:
    async def scenario() -> None:
        async def reply(_number: int, _request: bytes, writer: asyncio.StreamWriter) -> None:
            writer.write(answer)
            if not answer:
                writer.close()

        async with scripted(63, reply, port=RTSP_PORT) as requests:
            assert (await failure(63)).reason is reason
            assert b"Basic" not in b"".join(requests)

    asyncio.run(scenario())
