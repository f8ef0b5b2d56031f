"""Location scopes: ``onvif://www.onvif.org/location/<key>/<value>``, percent-encoded UTF-8."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote, unquote

from iccc.onvif.call import Context, Procedure, Service, Written, element, read, split, submit, write
from iccc.onvif.errors import BadAnswer
from iccc.onvif.xml import children, clean, need_text

PREFIX = "onvif://www.onvif.org/location/"


def encode(key: str, value: str) -> str:
    """The scope that says that ``key`` is ``value``."""
    return f"{PREFIX}{quote(key, safe='')}/{quote(value, safe='')}"


def decode(scope: str) -> tuple[str, str] | None:
    """Key and value of a location scope; None for every other scope (also ``location/<value>`` without a key)."""
    if not scope.startswith(PREFIX):
        return None
    parts = scope.removeprefix(PREFIX).split("/")
    if len(parts) != 2 or not all(parts):
        return None
    try:
        key, value = (clean(unquote(part, errors="strict")) for part in parts)
    except UnicodeDecodeError:
        return None
    return key, value


def read_location(_context: Context) -> Procedure[dict[str, str]]:
    """Location by key. Where a key stands twice, all its values, joined by `` | ``, so that the doubt shows."""
    return location((yield from _read_scopes()))


def write_location(_context: Context, wanted: Mapping[str, str], _seen: Mapping[str, str]) -> Procedure[Written]:
    """Set the wanted keys. Every other configurable scope is sent back as it was; fixed ones stay by themselves."""
    written = Written()
    scopes = yield from _read_scopes()
    free = [scope for scope, fixed in scopes if not fixed]
    fixed_scopes = {scope for scope, fixed in scopes if fixed}
    replaced = [scope for scope in free if (decode(scope) or ("",))[0] in wanted]
    kept = [scope for scope in free if scope not in replaced]
    added = [encode(key, value) for key, value in split(wanted)[0].items()]
    items = kept + [scope for scope in added if scope not in fixed_scopes]
    if items:
        call = write(Service.DEVICE, "SetScopes", "".join(element("tds:Scopes", scope) for scope in items))
    else:
        call = write(Service.DEVICE, "RemoveScopes", "".join(element("tds:ScopeItem", scope) for scope in replaced))
    yield from submit(written, "location", call)
    return written


def location(scopes: list[tuple[str, bool]]) -> dict[str, str]:
    """Location by key out of (scope, whether it is fixed). A configurable scope wins over a fixed one."""
    found: dict[str, list[str]] = {}
    for wants_fixed in (False, True):
        for scope, fixed in scopes:
            pair = decode(scope)
            if pair is None or fixed is not wants_fixed:
                continue
            key, value = pair
            if not wants_fixed:
                found.setdefault(key, []).append(value)
            else:
                found.setdefault(key, [value])
    return {key: " | ".join(sorted(set(values))) for key, values in found.items()}


def _read_scopes() -> Procedure[list[tuple[str, bool]]]:
    reply = yield read(Service.DEVICE, "GetScopes")
    entries = children(reply, "Scopes")
    if not entries:
        raise BadAnswer("GetScopesResponse has no Scopes")  # every device has fixed ones
    return [(need_text(entry, "ScopeItem"), need_text(entry, "ScopeDef") == "Fixed") for entry in entries]
