"""HTTP framing, Digest and parameter sets: what stands between the socket and the procedures."""

from __future__ import annotations

import base64
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iccc.onvif.services import path_of
from iccc.onvif.soap import envelope, username_token
from iccc.secrets import Login, Secret
from iccc.sessions.digest import Challenge, authorization, choose
from iccc.sessions.http import HttpError, HttpReply, ReplyParser
from iccc.sessions.sdp import StreamDescription, parse_sdp
from iccc.sessions.sps import h264_size, h265_size
from tests.oracle.xsd import validate

MUFASA = Login("Mufasa", Secret("Circle of Life"), managed=False)


@pytest.mark.parametrize(
    ("algorithm", "response"),
    [
        ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
        ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
    ],
)
def test_digest_of_rfc_7616(algorithm: str, response: str) -> None:
    """The examples of RFC 7616, 3.9.1."""
    header = (
        f'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm={algorithm}, '
        'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"'
    )
    challenge = choose([header])
    assert challenge is not None
    cnonce = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"
    made = authorization(challenge, MUFASA, "GET", "/dir/index.html", 1, cnonce)
    assert f'response="{response}"' in made and "nc=00000001" in made


def test_digest_of_rfc_2069_has_no_counter() -> None:
    challenge = choose(['Digest realm="r", nonce="n"'])
    assert challenge == Challenge("r", "n", "MD5", qop=False, opaque=None, stale=False)
    assert "nc=" not in authorization(challenge, MUFASA, "DESCRIBE", "/")


@pytest.mark.parametrize(
    ("headers", "algorithm"),
    [
        (['Basic realm="x"'], None),
        (['Basic realm="x", Digest realm="x", nonce="1", Digest realm="x", nonce="2", algorithm=SHA-256'], "SHA-256"),
        (['Digest realm="a, Basic b", nonce="1"', 'Digest realm="x", nonce="2", algorithm=SHA-512-256'], "MD5"),
        (['Digest realm="x", nonce="1", algorithm=MD5-sess'], None),
        (['Digest realm="x", nonce="1", qop="auth-int"'], None),
        (["Digest"], None),
        ([], None),
    ],
)
def test_strongest_challenge_that_is_understood(headers: list[str], algorithm: str | None) -> None:
    found = choose(headers)
    assert (found.algorithm if found else None) == algorithm


@given(st.lists(st.text(max_size=200), max_size=4))
def test_no_challenge_breaks_the_reader(headers: list[str]) -> None:
    found = choose(headers)
    assert found is None or authorization(found, MUFASA, "POST", "/").startswith("Digest ")


BODY = b"<a>\r\n\r\n" + bytes(range(256)) + b"</a>"
CHUNKED = b"5\r\n" + BODY[:5] + b"\r\n%x;x=1\r\n" % (len(BODY) - 5) + BODY[5:] + b"\r\n0\r\nTrailer: 1\r\n\r\n"
FRAMED = {
    "length": b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(BODY) + BODY,
    "chunks": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + CHUNKED,
    "continue": b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length:%d\r\n\r\n" % len(BODY) + BODY,
    "close": b"HTTP/1.0 200 OK\r\n\r\n" + BODY,
}


@pytest.mark.parametrize("framing", FRAMED)
@given(cuts=st.lists(st.integers(0, 400), max_size=6))
def test_reply_is_the_same_however_it_is_cut(framing: str, cuts: list[int]) -> None:
    wire = FRAMED[framing]
    edges = [0, *sorted(min(cut, len(wire)) for cut in cuts), len(wire)]
    parser = ReplyParser(limit=1000)
    for _ in range(1 if framing == "close" else 3):  # the next reply on the same connection
        reply: HttpReply | None = None
        for start, end in zip(edges, edges[1:], strict=False):
            if reply is None:
                reply = parser.feed(wire[start:end])
        if framing == "close":
            assert reply is None
            reply = parser.end()
        assert reply is not None
        assert (reply.status, reply.body) == (200, BODY)
        assert reply.reusable == (framing != "close")


@pytest.mark.parametrize("framing", FRAMED)
def test_reply_beyond_the_limit_is_refused(framing: str) -> None:
    with pytest.raises(HttpError, match="longer than"):
        ReplyParser(limit=len(BODY) - 1).feed(FRAMED[framing])


@given(st.binary(max_size=300), st.booleans())
def test_garbage_is_an_error_or_incomplete(noise: bytes, with_status: bool) -> None:
    parser = ReplyParser(limit=100)
    try:
        parser.feed((b"HTTP/1.1 200 OK\r\n" if with_status else b"") + noise)
        parser.end()
    except HttpError:
        pass


def test_bytes_behind_a_reply_end_the_connection() -> None:
    reply = ReplyParser(limit=1000).feed(FRAMED["length"] + b"x")
    assert reply is not None and not reply.reusable


class Writer:
    """Writes the bits that a parameter set is made of, by the standard's tables."""

    def __init__(self) -> None:
        self.bits = ""

    def u(self, count: int, value: int) -> None:
        self.bits += f"{value:0{count}b}" if count else ""

    def ue(self, value: int) -> None:
        text = f"{value + 1:b}"
        self.bits += "0" * (len(text) - 1) + text

    def nal(self, header: bytes) -> bytes:
        bits = self.bits + "1"
        bits += "0" * (-len(bits) % 8)
        payload = int(bits, 2).to_bytes(len(bits) // 8, "big")
        escaped = bytearray()
        for byte in payload:
            if escaped[-2:] == b"\0\0" and byte <= 3:
                escaped.append(3)
            escaped.append(byte)
        return header + bytes(escaped)


def h264(width: int, height: int, profile: int, interlaced: bool) -> bytes:
    sps = Writer()
    sps.u(8, profile)
    sps.u(16, 40)
    sps.ue(0)
    if profile == 100:
        for value in (1, 0, 0):
            sps.ue(value)
        sps.u(2, 0)
    sps.ue(4)
    sps.ue(2)  # picture order count type
    sps.ue(1)
    sps.u(1, 0)
    unit = 32 if interlaced else 16
    columns, rows = -(-width // 16), -(-height // unit)
    sps.ue(columns - 1)
    sps.ue(rows - 1)
    sps.u(1, not interlaced)
    if interlaced:
        sps.u(1, 0)
    sps.u(1, 1)
    sps.u(1, 1)  # cropping, in units of 2 x 2 (interlaced 2 x 4)
    for value in (0, (columns * 16 - width) // 2, 0, (rows * unit - height) // (4 if interlaced else 2)):
        sps.ue(value)
    sps.u(1, 0)
    return sps.nal(b"\x67")


def h265(width: int, height: int, sub_layers: int) -> bytes:
    sps = Writer()
    sps.u(4, 0)
    sps.u(3, sub_layers)
    sps.u(1, 1)
    sps.u(88, 1 << 80)
    sps.u(8, 120)
    sps.bits += "11" * sub_layers + "00" * (8 - sub_layers if sub_layers else 0) + "0" * 96 * sub_layers
    sps.ue(0)
    sps.ue(1)
    sps.ue(-(-width // 8) * 8)
    sps.ue(-(-height // 8) * 8)
    sps.u(1, 1)
    for value in (0, -width % 8 // 2, 0, -height % 8 // 2):
        sps.ue(value)
    return sps.nal(b"\x42\x01")


even = st.integers(8, 4096).map(lambda half: 2 * half)


@given(even, even, st.sampled_from([66, 77, 100]), st.booleans())
def test_h264_size_is_what_was_written(width: int, height: int, profile: int, interlaced: bool) -> None:
    height -= height % 4 if interlaced else 0
    assert h264_size(h264(width, height, profile, interlaced)) == (width, height)


@given(even, even, st.integers(0, 6))
def test_h265_size_is_what_was_written(width: int, height: int, sub_layers: int) -> None:
    assert h265_size(h265(width, height, sub_layers)) == (width, height)


@given(st.binary(max_size=80))
def test_broken_parameter_sets_are_errors(noise: bytes) -> None:
    for read in (h264_size, h265_size):
        try:
            width, height = read(noise)
        except ValueError:
            continue
        assert 0 < width <= 16384 and 0 < height <= 16384


def sdp(rtpmap: str, fmtp: str = "", payload: int = 96) -> str:
    return (
        f"v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=x\r\nm=audio 0 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n"
        f"m=video 0 RTP/AVP {payload}\r\n{rtpmap}{fmtp}a=control:trackID=1\r\nm=application 0 RTP/AVP 107\r\n"
    )


@pytest.mark.parametrize(
    ("text", "codec", "size"),
    [
        (
            sdp("a=rtpmap:96 H264/90000\r\n",
                "a=fmtp:96 packetization-mode=1; profile-level-id=640028; sprop-parameter-sets="
                + base64.b64encode(h264(1920, 1080, 100, False)).decode() + ",aO48sA==\r\n"),
            "H264", (1920, 1080),
        ),
        (
            sdp("a=rtpmap:96 H265/90000\r\n",
                "a=fmtp:96 sprop-vps=QAE=; sprop-sps=" + base64.b64encode(h265(2688, 1520, 0)).decode()
                + "; sprop-pps=RAE=\r\n"),
            "H265", (2688, 1520),
        ),
        (sdp("a=rtpmap:96 H264/90000\r\n", "a=framesize:96 640-360\r\n"), "H264", (640, 360)),
        (sdp("a=rtpmap:96 H264/90000\r\n", "a=fmtp:96 sprop-parameter-sets=!!!\r\n"), "H264", (None, None)),
        (sdp("", payload=26), "JPEG", (None, None)),
        (sdp("", "a=x-dimensions:704,576\r\n", payload=26), "JPEG", (704, 576)),
    ],
)  # fmt: skip
def test_sdp(text: str, codec: str, size: tuple[int | None, int | None]) -> None:
    assert parse_sdp(text).description == StreamDescription(codec, *size)


@pytest.mark.parametrize("text", ["", "v=0\r\nm=audio 0 RTP/AVP 0\r\n", sdp(""), sdp("a=rtpmap:96 AV1/90000\r\n")])
def test_sdp_without_video_that_is_understood(text: str) -> None:
    with pytest.raises(ValueError, match="SDP"):
        parse_sdp(text)


@pytest.mark.parametrize(
    ("xaddr", "path"),
    [
        ("http://192.168.1.64:8080/onvif/Media", "/onvif/Media"),
        ("https://camera/onvif/x?a=1&b=2", "/onvif/x?a=1&b=2"),
        ("rtsp://10.0.0.1:554/Streaming/Channels/101?transportmode=unicast", None),
        ("http://camera", "/"),
        ("/onvif/relative", "/onvif/relative"),
        ("http://camera/a b\x7f", "/a%20b%7F"),
    ],
)
def test_of_an_xaddr_only_the_path_counts(xaddr: str, path: str | None) -> None:
    assert path_of(xaddr) == (path or "/Streaming/Channels/101?transportmode=unicast")


def test_username_token_by_the_profile() -> None:
    """The example that ONVIF's application programmer's guide gives for PasswordDigest."""
    created = datetime(2010, 9, 16, 7, 50, 45, tzinfo=UTC)
    nonce = base64.b64decode("LKqI6G/AikKCQrN0zqZFlg==")
    header = username_token("user", "userpassword", created, nonce)
    assert "tuOSpGlFlIXsozq4HFNeeGeFLEI=" in header and "2010-09-16T07:50:45Z" in header
    body = '<tds:GetHostname xmlns:tds="http://www.onvif.org/ver10/device/wsdl"/>'
    assert validate(envelope(body, header)) == []
