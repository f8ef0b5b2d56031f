"""Messages of SIP: cases beside what is made of them, and laws over whatever may come."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iccc.sessions.sip_exchange import to_tag
from iccc.sessions.sip_messages import (
    BODY_LIMIT,
    Reader,
    Reply,
    Request,
    parameter,
    parse,
    reply,
    request,
    routes,
    uri_in,
)

CASES = Path(__file__).parent / "cases"
TEXT = st.text(st.characters(exclude_characters="\r\n", exclude_categories=("Cc", "Cs")), max_size=40).map(str.strip)
NAMES = st.from_regex(r"X-[A-Za-z-]{1,12}", fullmatch=True)
# What is nearly SIP: pieces that the parser looks at, in any order, and any bytes between them.
PIECES = st.sampled_from(
    [b"SIP/2.0 200 OK", b"SIP/2.0 ", b"INVITE sip:a@b SIP/2.0", b"\r\n", b"\r\n\r\n", b"\n", b" ", b"\t", b"Via: ",
     b"v:", b"branch=", b"To: ", b";tag=", b"CSeq: 1 INVITE", b"Content-Length: ", b"l: 5", b"<", b">", b'"', b"\\",
     b",", b";", b"sip:", b"\x00", b"\xff", b"Contact: <sip:a@b>", b"Record-Route: <sip:r;lr>"]
)  # fmt: skip
NEARLY = st.lists(st.one_of(PIECES, st.binary(max_size=6)), max_size=40).map(b"".join)


@pytest.mark.parametrize("case", sorted(path.stem for path in CASES.glob("*.sip")))
def test_case(case: str) -> None:
    expected = (CASES / f"{case}.txt").read_text(encoding="utf-8")
    assert f"{described((CASES / f'{case}.sip').read_bytes())}\n" == expected


def described(data: bytes) -> str:
    try:
        message = parse(data)
    except ValueError as error:
        return str(error)
    first = f"{message.status} {message.reason}" if isinstance(message, Reply) else f"{message.method} {message.uri}"
    number, method = message.sequence
    tag = parameter(message.header("to"), "tag")
    allow = "|".join(message.listed("allow"))
    rest = f"to_tag={tag} allow={allow} body={len(message.body)}"
    return f"{first} branch={message.branch} sequence={number} {method} {rest}"


@given(NEARLY)
@settings(max_examples=400, deadline=None)
def test_nothing_that_comes_is_more_than_an_error(data: bytes) -> None:
    looked_at(data)


@pytest.mark.long
@given(NEARLY)
@settings(max_examples=20_000, deadline=None)
def test_nothing_that_comes_is_more_than_an_error_long(data: bytes) -> None:
    looked_at(data)


def looked_at(data: bytes) -> None:
    """All that the product asks of a message; what is given back can be said again."""
    try:
        message = parse(data)
    except ValueError as error:
        assert str(error).isprintable()
        return
    assert len(message.body) <= BODY_LIMIT
    for value in [message.branch, *message.listed("contact"), *message.listed("record-route"), message.header("to")]:
        assert "\r" not in value
        assert "\n" not in value
    if isinstance(message, Request):
        assert isinstance(parse(reply(message, 481, "No", "t")), Reply)
        return
    target = uri_in(next(iter(message.listed("contact")), "")) or "sip:a@b"
    route = [("Route", one) for one in routes(message)]
    again = parse(request("ACK", target, [("To", message.header("to")), ("Via", "x"), *route]))
    assert isinstance(again, Request)
    assert again.uri == target
    assert parameter(again.header("to"), "tag") == to_tag(message)


@given(st.dictionaries(NAMES, TEXT, max_size=8), st.binary(max_size=200))
@settings(deadline=None)
def test_what_is_built_is_parsed_as_it_was(headers: dict[str, str], body: bytes) -> None:
    message = parse(request("OPTIONS", "sip:112@10.0.0.1:5060", headers.items(), body))
    assert isinstance(message, Request)
    assert (message.method, message.uri, message.body) == ("OPTIONS", "sip:112@10.0.0.1:5060", body)
    for name, value in headers.items():
        assert value in message.headers[name.lower()]


@given(st.lists(st.integers(1, 30), max_size=20), st.lists(st.binary(max_size=30), min_size=1, max_size=4))
@settings(deadline=None)
def test_a_stream_gives_the_same_however_it_is_cut(cuts: list[int], bodies: list[bytes]) -> None:
    data = b"\r\n\r\n".join(request("INFO", "sip:a@b", [("CSeq", f"{n} INFO")], body) for n, body in enumerate(bodies))
    reader, found, rest = Reader(), [], data
    for size in [*cuts, len(data)]:
        found += reader.feed(rest[:size])
        rest = rest[size:]
    assert [(message.sequence[0], message.body) for message in found] == list(enumerate(bodies))


@given(NEARLY)
@settings(deadline=None)
def test_a_stream_of_rubbish_ends_in_an_error_or_in_waiting(data: bytes) -> None:
    try:
        Reader().feed(data)
    except ValueError as error:
        assert str(error).isprintable()


@pytest.mark.parametrize("value", ["a\r\nX: y", "a\nb", "a\x00b"])
def test_no_value_begins_another_line(value: str) -> None:
    with pytest.raises(ValueError, match="control character"):
        request("OPTIONS", "sip:a@b", [("Subject", value)])


@pytest.mark.parametrize("letters", ['"', "<", ",", ";tag=", '\\"', " ", "a"])
def test_long_headers_cost_no_time(letters: str) -> None:
    value = (letters * 16_000)[:16_000]
    begun = time.monotonic()
    message = parse(f"SIP/2.0 200 OK\r\nTo: {value}\r\nContact: {value}\r\n\r\n".encode()[:16_000] + b"\r\n\r\n")
    parameter(message.header("to"), "tag"), message.listed("contact"), uri_in(message.header("contact"))
    assert time.monotonic() - begun < 1
