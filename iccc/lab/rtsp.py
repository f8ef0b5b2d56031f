"""The RTSP service of a camera (RFC 2326), as far as DESCRIBE: no media are sent."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from iccc.lab.camera_encoders import MediaState
from iccc.lab.http import Request, Response
from iccc.lab.rtsp_sdp import describe

_PUBLIC = "OPTIONS, DESCRIBE, TEARDOWN, GET_PARAMETER"


def answer(request: Request, media: MediaState, refusal: Callable[[Request], Response | None]) -> Response:
    """The answer to one request. ``refusal`` gives the answer to a request without a good login, or None."""
    sequence = request.headers.get("cseq", "")
    if not sequence.isdecimal():
        return Response(400, close=True)
    response = _answer(request, media, refusal)
    response.headers = (("CSeq", sequence), *response.headers)
    return response


def _answer(request: Request, media: MediaState, refusal: Callable[[Request], Response | None]) -> Response:
    if request.method == "OPTIONS":
        return Response(200, headers=(("Public", _PUBLIC),))
    if request.method == "DESCRIBE":
        refused = refusal(request)
        if refused is not None:
            return refused
        url = urlsplit(request.target)
        path = f"{url.path}?{url.query}" if url.query else url.path
        for options, encoder in media.all():
            if options.rtsp_path == path:
                base = (("Content-Base", request.target),)
                return Response(200, describe(encoder, url.hostname or "0.0.0.0"), "application/sdp", base)  # noqa: S104
        return Response(404)
    if request.method in ("TEARDOWN", "GET_PARAMETER"):
        return Response(200)
    return Response(461 if request.method == "SETUP" else 501)
