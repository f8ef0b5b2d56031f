"""Answers that are long where nobody expects it: they cost no time that other devices miss, and no traceback."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree

from iccc.camera.streams import by_role
from iccc.onvif.call import Service
from iccc.onvif.errors import BadAnswer
from iccc.onvif.xml import renamed
from iccc.sessions.digest import choose
from iccc.sessions.http import HttpError, ReplyParser
from iccc.sessions.rtp_keyframes import KeyframeFinder
from iccc.sessions.tls import described, pin_of

MANY_DIGITS = "9" * 5000  # Python makes no number of more than 4,300
PROFILE = """<r><Profiles token="p"><Configurations><VideoSource><SourceToken>s</SourceToken></VideoSource>
<VideoEncoder token="e" GovLength="{gop}"><Encoding>H264</Encoding><Resolution><Width>{width}</Width>
<Height>720</Height></Resolution><RateControl><FrameRateLimit>25</FrameRateLimit><BitrateLimit>1</BitrateLimit>
</RateControl></VideoEncoder></Configurations></Profiles></r>"""


@pytest.mark.parametrize("header", [f"Digest {'a' * 60_000}", f"Digest {'a=' * 30_000}", f"Digest {'a ' * 2000}"])
def test_a_challenge_takes_no_time(header: str) -> None:
    began = time.process_time()
    assert choose([header, 'Digest realm="r", nonce="n"']) is not None
    assert time.process_time() - began < 1


def test_a_long_word_takes_no_time_when_it_is_sent_back() -> None:
    element = etree.fromstring(f'<a xmlns:tt="urn:x"><b Type="tt:B">{"a" * 1_000_000}</b></a>')
    began = time.process_time()
    assert 'xmlns:tt="urn:x"' not in renamed(element, "urn:y", "y", "A")  # tt is ONVIF's there
    assert time.process_time() - began < 1


@pytest.mark.parametrize(("gop", "width"), [(MANY_DIGITS, "1280"), ("25", "9" * 2000), ("25", MANY_DIGITS)])
def test_a_number_of_thousands_of_digits_is_none(gop: str, width: str) -> None:
    reply = etree.fromstring(PROFILE.format(gop=gop, width=width))
    with pytest.raises(BadAnswer):
        next(by_role(Service.MEDIA2, reply))


def test_a_length_of_thousands_of_digits_is_none() -> None:
    with pytest.raises(HttpError, match="no usable Content-Length"):
        ReplyParser(limit=1000).feed(f"HTTP/1.1 200 OK\r\nContent-Length: {MANY_DIGITS}\r\n\r\n".encode())


def test_a_certificate_of_no_known_version_has_its_pin() -> None:
    """OpenSSL takes one of X.509 version 2, which cryptography does not read."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    began = datetime(2026, 1, 1, tzinfo=UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), 5, began, began + timedelta(days=1))
    made = builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)
    odd = made.replace(b"\xa0\x03\x02\x01\x02", b"\xa0\x03\x02\x01\x01", 1)
    assert odd != made and described(odd) == f"sha256 {pin_of(odd)[:16]}…"


def test_of_endless_keyframes_two_are_kept() -> None:
    """As H.265 they are IDR pictures without end; as H.264, which the SDP says, nothing at all."""
    finder = KeyframeFinder("H264", 96, 0.0)
    for picture in range(1000):
        head = bytes([0x80, 96, *picture.to_bytes(2), *picture.to_bytes(4), 0, 0, 0, 0])
        finder.packet(head + bytes([19 << 1, 1, 0x80]), picture / 25)
    assert finder.pictures == 1000 and finder.keyframe() is None
    kept = finder._readings["H265"].keyframes
    assert kept is not None and [picture for picture, _ in kept] == [1, 2]
