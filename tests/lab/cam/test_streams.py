"""Streams that play: RTP over the RTSP connection, put together again by another hand."""

from __future__ import annotations

import time

import pytest

from iccc.lab.camera import LabCamera
from iccc.lab.camera_model import Encoder
from iccc.lab.device import Fault
from iccc.lab.rtsp_clip import clip
from iccc.lab.rtsp_rtp import PAYLOAD_MAX, Packetiser
from tests.lab.cam.conftest import Lab
from tests.lab.cam.rtsp_client import Packet, Player
from tests.lab.cam.test_rtsp import h264_size, h265_size


def nals(packets: list[Packet], codec: str) -> list[bytes]:
    """The NAL units in the packets: single ones, aggregated ones, fragments."""
    found: list[bytes] = []
    for packet in packets:
        payload = packet.payload
        kind = payload[0] & 0x1F if codec == "H264" else payload[0] >> 1 & 0x3F
        head = 1 if codec == "H264" else 2
        if kind == (24 if codec == "H264" else 48):
            rest = payload[head:]
            while rest:
                size = int.from_bytes(rest[:2])
                found.append(rest[2 : 2 + size])
                rest = rest[2 + size :]
        elif kind == (28 if codec == "H264" else 49):
            flags, body = payload[head], payload[head + 1 :]
            if flags & 0x80:
                own = bytes([payload[0] & 0xE0 | flags & 0x1F])
                if codec == "H265":
                    own = bytes([payload[0] & 0x81 | (flags & 0x3F) << 1, payload[1]])
                found.append(own + body)
            else:
                found[-1] += body
            assert bool(flags & 0x40) == packet.marker
        else:
            found.append(payload)
    return found


def picture(player: Player) -> list[Packet]:
    packets = [player.packet()]
    while not packets[-1].marker:
        packets.append(player.packet())
    assert len({packet.timestamp for packet in packets}) == 1
    return packets


def playing(camera: LabCamera, codec: str = "H264", gop: int = 5) -> Player:
    camera.inject("encoders.main.codec", codec)
    camera.inject("encoders.main.gop", gop)
    player = Player(camera.address, f"rtsp://{camera.address}:20554/live/main")
    assert player.ask("DESCRIBE").status == 200
    player.play()
    return player


@pytest.mark.parametrize("codec", ["H264", "H265"])
@pytest.mark.parametrize("size", [(2560, 1440), (1920, 1080), (1280, 720)])
def test_groups_of_pictures_of_the_encoders_size_come_in_order(lab: Lab, codec: str, size: tuple[int, int]) -> None:
    camera = lab.camera()
    camera.inject("encoders.main.resolution", f"{size[0]}x{size[1]}")
    with playing(camera, codec) as player:
        pictures = [picture(player) for _ in range(12)]
        assert player.teardown().status == 200
    sequence = [packet.sequence for group in pictures for packet in group]
    assert [(b - a) % 2**16 for a, b in zip(sequence, sequence[1:], strict=False)] == [1] * (len(sequence) - 1)
    steps = {(b[0].timestamp - a[0].timestamp) for a, b in zip(pictures, pictures[1:], strict=False)}
    assert steps == {90_000 // 25}
    made = clip(Encoder(codec, *size, 25.0, 4096, 5), codec)
    keys = [place for place, group in enumerate(pictures) if len(nals(group, codec)) > 1]
    assert len(keys) >= 2 and keys[1] - keys[0] == 5
    for place, group in enumerate(pictures[keys[0] : keys[1]]):
        *sets, frame = nals(group, codec)
        assert frame == made.frame(place) and tuple(sets) == (made.parameter_sets if place == 0 else ())
    read = h264_size(made.parameter_sets[0]) if codec == "H264" else h265_size(made.parameter_sets[1])
    assert read == size and len(pictures[keys[0]]) > 2  # in fragments
    assert (camera.counters.plays, camera.counters.teardowns) == (1, 1)


def test_a_session_is_needed_and_one_is_all(camera: LabCamera) -> None:
    base = f"rtsp://{camera.address}:20554"
    over_tcp = {"Transport": "RTP/AVP/TCP;unicast;interleaved=0-1"}
    with Player(camera.address, f"{base}/live/main") as player:
        assert player.ask("PLAY", Session="1").status == 454
        assert player.ask("TEARDOWN", Session="1").status == 454
        assert player.ask("SETUP", f"{base}/live/third/trackID=1", **over_tcp).status == 404
        assert player.ask("SETUP", f"{base}/live/main/trackID=2", **over_tcp).status == 404
        assert player.ask("SETUP", f"{base}/live/main/trackID=1", Transport="RTP/AVP;unicast").status == 461
        assert player.ask("SETUP", f"{base}/live/main/trackID=1", ("admin", "wrong-1"), **over_tcp).status == 401
        player.play()
        assert player.ask("SETUP", f"{base}/live/main/trackID=1", **over_tcp).status == 455
        player.send(b"$\5\0\x08\x80\xc9\0\1abcd")  # a receiver report
        assert player.ask("GET_PARAMETER", Session=player.session).status == 200
        assert player.teardown().status == 200
        assert player.teardown().status == 454
    assert camera.counters.plays == 1


def test_a_client_that_goes_away_has_torn_nothing_down(camera: LabCamera) -> None:
    with playing(camera) as player:
        player.packet()
    assert (camera.counters.plays, camera.counters.teardowns) == (1, 0)
    deadline = time.monotonic() + 5
    while camera.connections and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not camera.connections


def test_a_stream_without_keyframes(camera: LabCamera) -> None:
    camera.fault = Fault.NO_KEYFRAME
    with playing(camera, gop=2) as player:
        assert {nal[0] & 0x1F for _ in range(6) for nal in nals(picture(player), "H264")} == {1}


@pytest.mark.parametrize(("said", "sent"), [("H264", "H265"), ("H265", "H264")])
def test_a_stream_of_another_codec(camera: LabCamera, said: str, sent: str) -> None:
    camera.fault = Fault.WRONG_CODEC
    with playing(camera, said, gop=2) as player:
        assert f"{said}/90000" in player.ask("DESCRIBE").body.decode()
        made = clip(Encoder(sent, 1920, 1080, 25.0, 4096, 2), sent)
        assert made.keyframe in [nal for _ in range(3) for nal in nals(picture(player), sent)]


def test_a_stream_that_stops(camera: LabCamera) -> None:
    camera.fault = Fault.STREAM_STOPS
    with playing(camera) as player:
        for _ in range(3):
            picture(player)
        player._sock.settimeout(0.3)
        with pytest.raises(TimeoutError):
            player.packet()


def test_rtsp_that_never_answers_beside_onvif_that_does(lab: Lab) -> None:
    camera = lab.camera()
    camera.fault = Fault.RTSP_SILENT
    url = f"rtsp://{camera.address}:20554/live/main"
    with Player(camera.address, url, timeout_s=0.3) as player, pytest.raises(TimeoutError):
        player.ask("OPTIONS")
    assert camera.counters.requests == 0


@pytest.mark.parametrize("codec", ["H264", "H265"])
def test_packets_fit(codec: str) -> None:
    made = clip(Encoder(codec, 1280, 720, 25.0, 4096, 50), codec)
    packets = [*Packetiser(codec, 1, 65_535).picture([*made.parameter_sets, made.keyframe], 2**32 - 1)]
    assert all(len(packet) <= 12 + 3 + PAYLOAD_MAX[codec] for packet in packets)
    assert [int.from_bytes(packet[2:4]) for packet in packets[:3]] == [65_535, 0, 1]
