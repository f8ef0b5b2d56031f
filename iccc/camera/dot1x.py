"""802.1X: how a camera logs in at its switch port (IEEE 802.1X, with EAP), by the operations of ONVIF Core 8.5.

The standard has configurations and no element that puts one on a wired interface (only radio has a reference): a camera
that holds one uses it. No camera tells its password, so one that was changed is not seen; a changed method or identity
is. The password is sent over HTTPS alone.
"""

from __future__ import annotations

from collections.abc import Sequence

from iccc.camera.state import Dot1x
from iccc.onvif.call import Context, Procedure, Service, Written, element, read, submit, write
from iccc.onvif.xml import Element, children, need_int, need_text

OWN = "iccc"  # token of a configuration that was made at our wish
SECRET = "dot1x"  # noqa: S105  the user under which the store has the password: device/<name>/dot1x
METHODS = {"md5": 4, "ttls": 21, "peap": 25}  # EAP method types (IANA)


def read_dot1x(_context: Context) -> Procedure[Dot1x]:
    """The configuration of ours, or else the first; both fields None when the camera has none. Raises OnvifError."""
    found = _ours((yield from _read()))
    if found is None:
        return Dot1x()
    number = need_int(found, "EAPMethod")
    names = {value: name for name, value in METHODS.items()}
    return Dot1x(need_text(found, "Identity"), names.get(number, f"EAP method {number}"))


def write_dot1x(context: Context, wanted: Dot1x, _seen: Dot1x) -> Procedure[Written]:
    """Set what is there, or create one."""
    written = Written()
    password = context.passwords.get(SECRET)
    if not context.secure:
        written.guarded["dot1x"] = "its password is sent over HTTPS alone, and HTTPS is not proved on this camera"
    elif password is None:
        written.guarded["dot1x"] = "no password is stored for it: iccc secret CITY set device/NAME/dot1x"
    if written.guarded or password is None or wanted.identity is None or wanted.method is None:
        return written
    found = _ours((yield from _read()))
    token = OWN if found is None else need_text(found, "Dot1XConfigurationToken")
    inner = element("tt:Dot1XConfigurationToken", token) + element("tt:Identity", wanted.identity)
    inner += element("tt:EAPMethod", METHODS[wanted.method])
    secret = element("tt:Password", password.reveal())
    inner += f"<tt:EAPMethodConfiguration>{secret}</tt:EAPMethodConfiguration>"
    action = "CreateDot1XConfiguration" if found is None else "SetDot1XConfiguration"
    entry = f"<tds:Dot1XConfiguration>{inner}</tds:Dot1XConfiguration>"
    yield from submit(written, "dot1x", write(Service.DEVICE, action, entry))
    return written


def _read() -> Procedure[list[Element]]:
    reply = yield read(Service.DEVICE, "GetDot1XConfigurations")
    return children(reply, "Dot1XConfiguration")


def _ours(entries: Sequence[Element]) -> Element | None:
    named = [entry for entry in entries if need_text(entry, "Dot1XConfigurationToken") == OWN]
    return (*named, *entries, None)[0]
