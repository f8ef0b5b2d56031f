"""Messages of SIP (RFC 3261): parsed within limits, since whoever answers may be anybody, and built. Sans I/O."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

HEAD_LIMIT = 16 * 1024  # bytes of the first line and the headers
BODY_LIMIT = 16 * 1024  # bytes
HEADERS_LIMIT = 128  # lines
_ROUTES_LIMIT = 16
_STATUS = re.compile(r"SIP/2\.0 ([1-6]\d\d)(?: (.*))?", re.IGNORECASE)
_REQUEST = re.compile(r"([A-Z]{1,32}) (\S{1,1024}) SIP/2\.0", re.IGNORECASE)
_NAME = re.compile(r"[A-Za-z0-9!%*_+`'~.-]{1,64}")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")  # a tab is white space
_CSEQ = re.compile(r"(\d{1,10})[ \t]+([A-Za-z]{1,32})")
_ANGLED = re.compile(r"<([^<>]{0,1024})>")
_URI = re.compile(r"sips?:[!-;=?-~]{1,512}", re.IGNORECASE)
_WORD = re.compile(r"[!#-+\--:=?-~]{1,256}")  # of a tag or branch: no space, quote, comma, semicolon, angle
# RFC 3261, 7.3.3
_SHORT = {
    "v": "via", "f": "from", "t": "to", "i": "call-id", "m": "contact", "l": "content-length", "c": "content-type",
    "k": "supported", "s": "subject", "e": "content-encoding",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Message:
    """``headers`` by lower-case long name, each with all its values as they stood on lines."""

    headers: Mapping[str, list[str]]
    body: bytes

    def header(self, name: str) -> str:
        """The first value of a header, or ""."""
        return self.headers.get(name, [""])[0]

    def listed(self, name: str) -> list[str]:
        """The values of a header that may hold many, on one line or on several."""
        return [part for line in self.headers.get(name, ()) for part in _split(line)]

    @property
    def sequence(self) -> tuple[int, str]:
        """Number and method of CSeq; (-1, "") where it is none."""
        match = _CSEQ.fullmatch(self.header("cseq"))
        return (int(match[1]), match[2].upper()) if match else (-1, "")

    @property
    def branch(self) -> str:
        """Of the topmost Via: which transaction it belongs to."""
        return parameter(next(iter(self.listed("via")), ""), "branch")


@dataclass(frozen=True, slots=True)
class Reply(_Message):
    status: int
    reason: str


@dataclass(frozen=True, slots=True)
class Request(_Message):
    method: str
    uri: str


Message = Reply | Request


def parse(data: bytes) -> Message:
    """One datagram. ValueError says what is wrong with it; what follows the body is not looked at (18.3)."""
    start = len(data) - len(data.lstrip(b"\r\n"))
    end = data.find(b"\r\n\r\n", start, start + HEAD_LIMIT)
    if end < 0:
        raise ValueError("the answer is not SIP: its headers do not end")
    message = _head(data[start:end])
    length = _length(message, len(data) - end - 4)
    if length > len(data) - end - 4:
        raise ValueError("the answer is cut off: its Content-Length is more than came")
    return _with_body(message, data[end + 4 : end + 4 + length])


class Reader:
    """Takes the bytes of a connection in and gives the messages that are complete."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> list[Message]:
        """Raises ValueError where it is not SIP, or too long; nothing after that can be understood."""
        self._buffer += data
        found: list[Message] = []
        while (message := self._next()) is not None:
            found.append(message)
        return found

    def _next(self) -> Message | None:
        while self._buffer[:2] == b"\r\n":  # keeps the way open (RFC 5626)
            del self._buffer[:2]
        end = self._buffer.find(b"\r\n\r\n", 0, HEAD_LIMIT)
        if end < 0:
            if len(self._buffer) >= HEAD_LIMIT:
                raise ValueError("the answer is not SIP: its headers do not end")
            return None
        message = _head(bytes(self._buffer[:end]))
        length = _length(message, 0)
        if len(self._buffer) < end + 4 + length:
            return None
        body = bytes(self._buffer[end + 4 : end + 4 + length])
        del self._buffer[: end + 4 + length]
        return _with_body(message, body)


def request(method: str, uri: str, headers: Iterable[tuple[str, str]], body: bytes = b"") -> bytes:
    """A request; its Content-Length is added. ValueError where a value would begin another line."""
    return _built(f"{method} {uri} SIP/2.0", headers, body)


def reply(asked: Request, status: int, reason: str, tag: str) -> bytes:
    """The answer to a request of the other side (8.2.6): what it said of itself, and nothing more."""
    copied = [(name, value) for name in ("Via", "From", "Call-ID", "CSeq") for value in _of(asked, name)]
    to = asked.header("to")
    mine = to if parameter(to, "tag") else f"{to};tag={tag}"
    return _built(f"SIP/2.0 {status} {reason}", [*copied, ("To", mine)], b"")


def parameter(value: str, name: str) -> str:
    """A parameter of a header's value, outside of quotes and of ``<…>``; "" where there is none that is one word."""
    bare = "".join(letter for letter, inside in _letters(value) if not inside)
    for part in bare.split(";")[1:]:
        key, _, word = part.partition("=")
        if key.strip().lower() == name:
            word = word.strip()
            return word if _WORD.fullmatch(word) else ""
    return ""


def uri_in(value: str) -> str:
    """The SIP URI of a Contact or Record-Route, without what stands around it; "" where there is none."""
    bare = "".join(letter for letter, inside in _letters(value) if inside != "quotes")
    angled = _ANGLED.search(bare)
    found = angled[1] if angled else bare.partition(";")[0]
    found = found.strip()
    return found if _URI.fullmatch(found) else ""


def routes(answer: Reply) -> list[str]:
    """The Route headers of what follows in the call: Record-Route backwards (12.1.2)."""
    found = [uri for value in answer.listed("record-route") if (uri := uri_in(value))]
    return [f"<{uri}>" for uri in reversed(found[:_ROUTES_LIMIT])]


def _of(message: _Message, name: str) -> list[str]:
    return message.headers.get(name.lower(), [])


def _head(raw: bytes) -> Message:
    lines = raw.decode("utf-8", "replace").split("\r\n")
    if len(lines) > HEADERS_LIMIT:
        raise ValueError(f"the answer has more than {HEADERS_LIMIT} lines of headers")
    if any(map(_CONTROL.search, lines)):
        raise ValueError("the answer has control characters in its headers")
    headers: dict[str, list[str]] = {}
    last: list[str] | None = None
    for line in lines[1:]:
        if line[:1] in (" ", "\t"):  # goes on from the line before
            if last is None:
                raise ValueError("the answer begins with a line that goes on from none")
            last[-1] = f"{last[-1]} {line.strip()}".strip()
            continue
        name, colon, value = line.partition(":")
        name = name.rstrip(" \t")
        if not colon or not _NAME.fullmatch(name):
            raise ValueError("the answer has a line that is no header")
        last = headers.setdefault(_SHORT.get(name.lower(), name.lower()), [])
        last.append(value.strip())
    if match := _STATUS.fullmatch(lines[0]):
        return Reply(headers, b"", int(match[1]), (match[2] or "").strip())
    if match := _REQUEST.fullmatch(lines[0]):
        return Request(headers, b"", match[1].upper(), match[2])
    raise ValueError("the answer is not SIP")


def _length(message: Message, otherwise: int) -> int:
    told = message.headers.get("content-length")
    if told is None:
        return min(otherwise, BODY_LIMIT)
    if not re.fullmatch(r"[0-9]{1,9}", told[0]) or int(told[0]) > BODY_LIMIT:
        raise ValueError("the answer has no usable Content-Length")
    return int(told[0])


def _with_body(message: Message, body: bytes) -> Message:
    if isinstance(message, Reply):
        return Reply(message.headers, body, message.status, message.reason)
    return Request(message.headers, body, message.method, message.uri)


def _letters(value: str) -> Iterator[tuple[str, str]]:
    """Each letter with what it stands in: ``quotes``, ``angles``, or "". In one pass, however many quotes there are."""
    inside, escaped = "", False
    for letter in value:
        if inside == "quotes":
            yield letter, inside
            if escaped or letter != '"':
                escaped = letter == "\\" and not escaped
            else:
                inside = ""
        elif letter == '"' and not inside:
            inside = "quotes"
            yield letter, inside
        elif letter == "<":
            inside = "angles"
            yield letter, inside
        else:
            yield letter, inside
            if letter == ">":
                inside = ""


def _split(line: str) -> list[str]:
    """At commas outside of quotes and of ``<…>``."""
    parts = [""]
    for letter, inside in _letters(line):
        if letter == "," and not inside:
            parts.append("")
        else:
            parts[-1] += letter
    return [found for part in parts if (found := part.strip())]


def _built(first: str, headers: Iterable[tuple[str, str]], body: bytes) -> bytes:
    lines = [first, *(f"{name}: {value}" for name, value in headers), f"Content-Length: {len(body)}"]
    if any(map(_CONTROL.search, lines)):
        raise ValueError("a control character in a header")
    return "\r\n".join([*lines, "", ""]).encode() + body
