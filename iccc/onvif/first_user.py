"""The first user of a device that comes without one: until there is one it asks for no login (ONVIF Core, 5.9.4)."""

from __future__ import annotations

from dataclasses import replace

from iccc.errors import Reason
from iccc.onvif.call import Procedure, Service, element, read, write
from iccc.onvif.errors import OnvifError
from iccc.onvif.identity import identity
from iccc.onvif.state import Identity, UserLevel
from iccc.onvif.xml import children
from iccc.secrets import Login


def has_users() -> Procedure[bool]:
    """Whether the device has a user. Asked without a login, which is no failed one anywhere."""
    try:
        reply = yield read(Service.DEVICE, "GetUsers", anonymous=True)
    except OnvifError as error:
        if error.reason is Reason.UNAUTHORISED:
            return True
        raise
    return bool(children(reply, "User"))


def open_identity() -> Procedure[Identity]:
    """Who a device without users says that it is."""
    return identity((yield read(Service.DEVICE, "GetDeviceInformation", anonymous=True)))


def create_first(login: Login) -> Procedure[None]:
    """CreateUsers without a login, with an administrator."""
    user = element("tt:Username", login.user) + element("tt:Password", login.password.reveal())
    user += element("tt:UserLevel", UserLevel.ADMINISTRATOR)
    yield replace(write(Service.DEVICE, "CreateUsers", f"<tds:User>{user}</tds:User>"), anonymous=True)
