"""Passwords in what a device says: a fault may quote the request, and an address of a stream may have a login in it."""

from __future__ import annotations

import re
from urllib.parse import quote, unquote
from xml.sax.saxutils import unescape

HIDDEN = "***"
_LOGIN = re.compile(r"(://[^/@\s:]*):[^/@\s]*@")
_PARAMETER = re.compile(r"((?:pass(?:word|wd)?|pwd|psw)=)[^&;/?\s]+", re.IGNORECASE)
_SENT = re.compile(r"<[\w:]*Password(?: [^>]*)?>([^<]+)<|://[^/@<:]*:([^/@<]+)@")


def without_logins(text: str) -> str:
    """Free text of a device, or a path, without the passwords of addresses in it."""
    return _PARAMETER.sub(rf"\1{HIDDEN}", _LOGIN.sub(rf"\1:{HIDDEN}@", text))


def without_sent(text: str, request: str) -> str:
    """What a device answers to a request, without the passwords that stood in that, however it quotes them."""
    for found in _SENT.finditer(request):
        sent = unescape(found[1] or found[2])
        for form in (sent, unquote(sent), quote(sent, safe=""), found[1] or found[2]):
            text = text.replace(form, HIDDEN)
    return without_logins(text)
