"""RTSP messages and packets out of bytes, however they are cut."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iccc.sessions.rtsp_messages import BODY_LIMIT, HEAD_LIMIT, Frame, Reader, Reply, request

ANSWER = b"RTSP/1.0 200 OK\r\nCSeq: 3\r\nX-Many: a\r\nx-many: b\r\nContent-Length: 5\r\n\r\nv=0\r\n"


@given(st.lists(st.tuples(st.integers(0, 255), st.binary(max_size=300)) | st.none(), max_size=8), st.data())
def test_any_cut_gives_the_same(parts: list[tuple[int, bytes] | None], data: st.DataObject) -> None:
    """None stands for an answer, a pair for a packet and its channel."""
    frames = [b"$" + bytes([p[0]]) + len(p[1]).to_bytes(2) + p[1] if p else ANSWER for p in parts]
    stream = b"".join(frames)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=6)))
    reader, found = Reader(), []
    for start, end in zip([0, *cuts], [*cuts, len(stream)], strict=True):
        found += reader.feed(stream[start:end])
    assert len(found) == len(parts)
    for one, part in zip(found, parts, strict=True):
        if part:
            assert one == Frame(*part)
        else:
            assert isinstance(one, Reply) and (one.status, one.body) == (200, "v=0\r\n")
            assert one.headers["x-many"] == ["a", "b"] and one.header("cseq") == "3" and one.header("none") == ""


@pytest.mark.parametrize(
    "data",
    [
        b"HTTP/1.1 200 OK\r\n",
        b"RTSP/1.0 OK\r\n\r\n",
        b"OPTIONS * RTSP/1.0\r\n\r\n",
        b"RTSP/1.0 200 " + b"x" * HEAD_LIMIT,
        b"RTSP/1.0 200 OK\r\nContent-Length: -1\r\n\r\n",
        b"RTSP/1.0 200 OK\r\nContent-Length: %d\r\n\r\n" % (BODY_LIMIT + 1),
        b"RTSP/1.0 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n",
        "RTSP/1.0 200 OK\r\nContent-Length: ٣\r\n\r\n".encode(),
    ],
)
def test_what_is_not_rtsp_is_an_error(data: bytes) -> None:
    with pytest.raises(ValueError, match="answer"):
        Reader().feed(data)


@given(st.binary(max_size=200))
def test_bytes_of_any_kind_end_in_a_value_error_or_wait(data: bytes) -> None:
    try:
        Reader().feed(data)
    except ValueError as error:
        assert "answer" in str(error)


def test_a_request_is_one_of_the_standard() -> None:
    made = request("SETUP", "rtsp://127.0.0.1:1/a/trackID=1", 3, {"Transport": "RTP/AVP/TCP;unicast;interleaved=0-1"})
    assert made == (
        b"SETUP rtsp://127.0.0.1:1/a/trackID=1 RTSP/1.0\r\nCSeq: 3\r\n"
        b"Transport: RTP/AVP/TCP;unicast;interleaved=0-1\r\n\r\n"
    )
