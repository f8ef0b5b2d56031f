"""RTP packets: what one hand packs the other unpacks, and bytes of any kind break nothing."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iccc.lab.camera_model import Encoder
from iccc.lab.rtsp_clip import clip
from iccc.lab.rtsp_rtp import Packetiser
from iccc.sessions.rtp import H264, H265, NAL_LIMIT, parse_packet
from iccc.sessions.rtp_keyframes import Keyframe, KeyframeFinder

CODECS = {"H264": H264, "H265": H265}


def rtp(payload: bytes, sequence: int = 0, timestamp: int = 0, first: int = 0x80, head: bytes = b"") -> bytes:
    return struct.pack(">BBHII", first, 96, sequence, timestamp, 1) + head + payload


@pytest.mark.parametrize("codec", CODECS)
@given(bodies=st.lists(st.binary(min_size=1, max_size=4000), min_size=1, max_size=4), kind=st.integers(1, 23))
def test_unpacking_is_the_inverse_of_packing(codec: str, bodies: list[bytes], kind: int) -> None:
    header = bytes([0x60 | kind]) if codec == "H264" else bytes([kind << 1, 1])
    nals = [header + body for body in bodies]
    units = CODECS[codec]()
    found = [
        nal
        for packet in Packetiser(codec, 1, 65_530).picture(nals, 9)
        for nal in units.units(parse_packet(packet).payload)
    ]
    assert found == nals


def test_csrc_extension_and_padding_are_taken_off() -> None:
    csrc, extension = b"\0\0\0\7" * 2, b"\xbe\xde\0\1abcd"
    packet = parse_packet(rtp(b"\x41xyz" + b"\0\0\3", first=0x80 | 0x20 | 0x10 | 2, head=csrc + extension))
    assert packet.payload == b"\x41xyz"


@pytest.mark.parametrize(
    "data", [b"", b"\x80" * 11, rtp(b"", first=0x40), rtp(b"", first=0x8F), rtp(b"\xff", first=0xA0)]
)
def test_what_is_no_packet_is_an_error(data: bytes) -> None:
    with pytest.raises(ValueError, match="RTP"):
        parse_packet(data)


@given(st.lists(st.binary(max_size=80), max_size=20))
def test_payloads_of_any_kind_break_nothing(payloads: list[bytes]) -> None:
    finder = KeyframeFinder("H264", 96, 0.0)
    for place, payload in enumerate(payloads):
        finder.packet(rtp(payload, place), 0.0)
    finder.keyframe()


def test_a_picture_has_an_end() -> None:
    units, part = H264(), bytes(60_000)
    units.units(b"\x7c\x85" + part)
    with pytest.raises(ValueError, match=f"longer than {NAL_LIMIT} bytes"):
        for _ in range(NAL_LIMIT // len(part) + 1):
            units.units(b"\x7c\x05" + part)


def stream(finder: KeyframeFinder, codec: str, pictures: list[int], drop: int = -1, profile: str = "High") -> None:
    """Feed pictures by their place in the group; of the packets one may be lost."""
    made = clip(Encoder(codec, 1920, 1080, 25.0, 4096, 5, profile=profile), codec)
    packer = Packetiser(codec, 1, 65_500)
    packets = []
    for count, place in enumerate(pictures):
        sets = made.parameter_sets if place == 0 else ()
        packets += [(count, packet) for packet in packer.picture([*sets, made.frame(place)], count * 3600)]
    for number, (count, packet) in enumerate(packets):
        if number != drop:
            finder.packet(packet, 10.0 + count / 25)


@pytest.mark.parametrize(("codec", "profile"), [("H264", "High"), ("H264", "Baseline"), ("H265", "Main")])
@pytest.mark.parametrize("said", ["H264", "H265"])
def test_keyframes_tell_codec_size_time_and_gop(codec: str, profile: str, said: str) -> None:
    finder = KeyframeFinder(said, 96, 10.0)
    stream(finder, codec, [3, 4], profile=profile)
    assert finder.keyframe() is None and finder.pictures == 2
    finder = KeyframeFinder(said, 96, 10.0)
    stream(finder, codec, [3, 4, 0, 1], profile=profile)
    assert finder.keyframe() == Keyframe(codec, profile, 1920, 1080, pytest.approx(0.08), None)
    finder = KeyframeFinder(said, 96, 10.0)
    stream(finder, codec, [3, 4, 0, 1, 2, 3, 4, 0], profile=profile)
    assert finder.keyframe() == Keyframe(codec, profile, 1920, 1080, pytest.approx(0.08), 5)


@pytest.mark.parametrize("codec", CODECS)
def test_a_keyframe_with_a_lost_packet_is_none(codec: str) -> None:
    finder = KeyframeFinder(codec, 96, 0.0)
    stream(finder, codec, [0, 1, 2], drop=2)  # a fragment of the keyframe
    assert finder.keyframe() is None


def test_a_recovery_point_counts_and_other_payload_types_do_not() -> None:
    finder = KeyframeFinder("H264", 96, 0.0)
    finder.packet(rtp(b"\x65abc").replace(b"\x80\x60", b"\x80\x61", 1), 0.0)
    assert (finder.pictures, finder.keyframe()) == (0, None)
    finder.packet(rtp(b"\x06\x05\x01\x00\x80"), 0.1)
    assert finder.keyframe() is None
    finder.packet(rtp(b"\x06\x06\x01\x84\x80"), 0.2)
    assert finder.keyframe() == Keyframe("H264", None, None, None, 0.2, None)
