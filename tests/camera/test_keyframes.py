"""Streams played to their first keyframe, from simulated cameras and from servers that answer oddly."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest

from iccc.errors import DeviceError, Reason
from iccc.lab.camera import LabCamera
from iccc.lab.device import Fault
from iccc.sessions import rtsp
from iccc.sessions.rtsp import Played, RtspSession
from tests.camera.devices import MODELS, camera, plugged, reach, scripted
from tests.support import login

URI = "rtsp://192.0.2.1:8554/live/main"  # as behind a NAT


async def played(number: int, uri: str = URI, **times: float) -> Played:
    async with RtspSession(camera(number), uri, login(), reach(**{"keyframe_s": 5.0, **times})) as session:
        return await session.play(await session.describe())


async def failure(number: int, **times: float) -> DeviceError:
    with pytest.raises(DeviceError) as caught:
        await played(number, **times)
    return caught.value


async def torn_down(lab: LabCamera) -> bool:
    """Whether every stream was ended in order, and its connection too."""
    for _ in range(100):
        if not lab.connections:
            break
        await asyncio.sleep(0.02)
    return not lab.connections and lab.counters.plays == lab.counters.teardowns


@pytest.mark.parametrize("make", MODELS)
@pytest.mark.parametrize("codec", ["H264", "H265"])
def test_a_keyframe_is_what_the_encoder_is_set_to(make: str, codec: str) -> None:
    async def scenario() -> None:
        async with plugged(71, MODELS[make]) as lab:
            lab.inject("encoders.main.codec", codec)
            lab.inject("encoders.main.gop", 5)
            lab.inject("encoders.main.resolution", "1280x720")
            path = MODELS[make].encoders[0].rtsp_path
            found = (await played(71, f"rtsp://x{path}")).keyframe
            assert found is not None
            assert (found.codec, found.width_px, found.height_px, found.gop) == (codec, 1280, 720, 5)
            assert 0 <= found.after_s < 5
            assert await torn_down(lab) and lab.counters.plays == 1 and lab.counters.failures == 0

    asyncio.run(scenario())


def test_no_keyframe_is_what_was_seen_and_no_error() -> None:
    async def scenario() -> None:
        async with plugged(72) as lab:
            lab.fault = Fault.NO_KEYFRAME
            seen = await played(72, keyframe_s=1.0)
            assert seen.keyframe is None and seen.pictures >= 5 and seen.watched_s > 0.9
            assert await torn_down(lab)

    asyncio.run(scenario())


@pytest.mark.parametrize(("said", "sent"), [("H264", "H265"), ("H265", "H264")])
def test_the_stream_tells_its_codec_not_the_sdp(said: str, sent: str) -> None:
    async def scenario() -> None:
        async with plugged(73) as lab:
            lab.inject("encoders.main.codec", said)
            lab.inject("encoders.main.gop", 5)
            lab.fault = Fault.WRONG_CODEC
            seen = await played(73)
            assert seen.keyframe is not None and (seen.keyframe.codec, seen.keyframe.width_px) == (sent, 1920)
            assert await torn_down(lab)

    asyncio.run(scenario())


def test_streams_that_stop_or_never_answer_are_device_errors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rtsp, "STALLED_S", 0.5)

    async def scenario() -> None:
        async with plugged(74) as lab:
            lab.fault = Fault.STREAM_STOPS
            stopped = await failure(74)
            assert stopped.reason is Reason.NO_ANSWER
            assert str(stopped) == (
                "c74 10.77.3.74:554  rtsp PLAY: the stream stopped after 3 pictures, none of them a keyframe"
            )
            assert await torn_down(lab)
            lab.fault = Fault.RTSP_SILENT
            silent = await failure(74, rtsp_s=0.3)
            assert (silent.reason, silent.observed) == (Reason.NO_ANSWER, "no answer within 0.3 s")
            lab.fault = Fault.NONE
            lab.inject("encoders.main.codec", "JPEG")
            assert (await failure(74)).reason is Reason.UNSUPPORTED

    asyncio.run(scenario())


def test_a_stream_is_torn_down_when_it_is_cancelled() -> None:
    async def scenario() -> None:
        async with plugged(75) as lab:
            lab.fault = Fault.NO_KEYFRAME
            task = asyncio.create_task(played(75, keyframe_s=30.0))
            while not lab.counters.plays:
                await asyncio.sleep(0.02)
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
            assert task.cancelled() and await torn_down(lab) and lab.counters.plays == 1

    asyncio.run(scenario())


SDP = b"v=0\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=control:rtsp://10.0.0.9/live/track1\r\n"


PACKET = b"\x80\x60" + bytes(10) + b"\x41" + bytes(1000)


def test_requests_go_where_the_device_says_and_the_packets_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server of another make: foreign addresses in its answers, channels of its own choice, no end."""
    monkeypatch.setattr(rtsp, "OCTETS_LIMIT", 100_000)

    async def answer(_number: int, request: bytes, writer: asyncio.StreamWriter) -> None:
        method = request.split(b" ")[0]
        if method == b"DESCRIBE":
            head = b"Content-Base: rtsp://10.0.0.9/live/\r\nContent-Length: %d\r\n\r\n" % len(SDP)
            writer.write(b"RTSP/1.0 200 OK\r\n" + head + SDP)
        elif method == b"SETUP":
            writer.write(
                b"RTSP/1.0 200 OK\r\nSession: 77 ;timeout=30\r\nTransport: RTP/AVP/TCP;interleaved=8-9\r\n\r\n"
            )
        elif method == b"PLAY" or method == b"TEARDOWN":
            writer.write(b"RTSP/1.0 200 OK\r\n\r\n")
        if method == b"PLAY":
            for _ in range(200):
                writer.write(b"$\x08" + len(PACKET).to_bytes(2) + PACKET)

    async def scenario() -> None:
        async with scripted(76, answer, port=20554) as requests:
            error = await failure(76)
            assert (error.reason, error.observed) == (
                Reason.BAD_ANSWER, "more than 100000 bytes without a keyframe",
            )  # fmt: skip
            asked = [request.split(b"\r\n")[0].decode() for request in requests]
            assert asked == [
                "DESCRIBE rtsp://127.77.3.76:20554/live/main RTSP/1.0",
                "SETUP rtsp://127.77.3.76:20554/live/track1 RTSP/1.0",
                "PLAY rtsp://127.77.3.76:20554/live/ RTSP/1.0",
                "TEARDOWN rtsp://127.77.3.76:20554/live/ RTSP/1.0",
            ]
            assert b"\r\nSession: 77\r\n" in requests[2]

    asyncio.run(scenario())


@pytest.mark.parametrize("stale", [True, False])
def test_a_nonce_that_ran_out_costs_one_more_request_and_no_refusal(stale: bool) -> None:
    """Devices that take each nonce once, and say so or not."""
    nonces: set[bytes] = set()

    async def answer(number: int, request: bytes, writer: asyncio.StreamWriter) -> None:
        nonce = b"n%d" % number
        used = next((n for n in nonces if b'nonce="' + n + b'"' in request), None)
        if used is None:
            nonces.add(nonce)
            said = b", stale=true" if stale and b"Authorization" in request else b""
            writer.write(b'RTSP/1.0 401 No\r\nWWW-Authenticate: Digest realm="x", nonce="' + nonce + b'"' + said)
            writer.write(b"\r\n\r\n")
            return
        nonces.remove(used)
        if request.startswith(b"DESCRIBE"):
            writer.write(b"RTSP/1.0 200 OK\r\nContent-Length: %d\r\n\r\n" % len(SDP) + SDP)
        else:
            writer.write(b"RTSP/1.0 404 Not Found\r\n\r\n")

    async def scenario() -> None:
        async with scripted(77, answer, port=20554) as requests:
            assert (await failure(77)).observed == "RTSP 404"
            assert [request.split(b" ")[0] for request in requests] == [b"DESCRIBE", b"DESCRIBE", b"SETUP", b"SETUP"]

    asyncio.run(scenario())


def test_a_refused_login_is_tried_once() -> None:
    async def answer(_number: int, _request: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(b'RTSP/1.0 401 No\r\nWWW-Authenticate: Digest realm="x", nonce="n"\r\n\r\n')

    async def scenario() -> None:
        async with scripted(78, answer, port=20554) as requests:
            assert (await failure(78)).reason is Reason.UNAUTHORISED
            assert sum(b"Authorization" in request for request in requests) == 1

    asyncio.run(scenario())


@pytest.mark.parametrize("session", [b"", b"Session: ;timeout=60\r\n", b"Session: a\nX-Evil: b\r\n"])
def test_a_session_that_is_none_ends_it_and_nothing_is_torn_down(session: bytes) -> None:
    async def answer(_number: int, request: bytes, writer: asyncio.StreamWriter) -> None:
        if request.startswith(b"DESCRIBE"):
            sdp = SDP.replace(b"rtsp://10.0.0.9/live/track1", b"track 1\tx")
            writer.write(b"RTSP/1.0 200 OK\r\nContent-Length: %d\r\n\r\n" % len(sdp) + sdp)
        else:
            writer.write(b"RTSP/1.0 200 OK\r\n" + session + b"\r\n")

    async def scenario() -> None:
        async with scripted(79, answer, port=20554) as requests:
            assert (await failure(79)).observed == "the answer names no session"
            asked = [request.split(b"\r\n")[0] for request in requests]
            assert asked[1:] == [b"SETUP rtsp://127.77.3.79:20554/live/main/track%201%09x RTSP/1.0"]

    asyncio.run(scenario())
