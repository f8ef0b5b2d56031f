"""Users of a device. A password is never read: it is proved by a login."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache

from iccc.compare import Unread
from iccc.errors import Reason
from iccc.onvif.call import (
    Call,
    Context,
    Procedure,
    Service,
    Written,
    element,
    prove,
    read,
    split,
    submit,
    write,
)
from iccc.onvif.errors import BadAnswer, OnvifError
from iccc.onvif.state import Password, User, UserLevel
from iccc.onvif.xml import Element, children, need_text
from iccc.secrets import OWN_USER, Login, Secret


def read_users(context: Context) -> Procedure[dict[str, User]]:
    """Users by name. ``password`` is filled for ``context.prove``; at most one login of a read is refused."""
    reply = yield read(Service.DEVICE, "GetUsers")
    users = dict(_told(reply))
    may_fail, refused = context.may_fail, False
    for name in sorted(context.prove, key=_own_first):
        if name in users:
            proof = yield from _proof(context, name, not refused and (may_fail or name in context.anew))
            refused = refused or (proof is Password.REFUSED and name in context.passwords)
            users[name] = replace(users[name], password=proof)
    return users


def write_users(context: Context, wanted: Mapping[str, User], seen: Mapping[str, User]) -> Procedure[Written]:
    """Our own administrator first. Nobody else is touched before it has logged in; users to be removed come last."""
    written = Written()
    login = context.login
    shall_be, shall_not_be = split(wanted)
    for name in sorted(shall_be, key=_own_first):
        user, path = shall_be[name], f"users[{name}]"
        secret = context.passwords.get(name)
        call = _set_user(name, user, seen.get(name), secret.reveal() if secret else None)
        if isinstance(call, str):
            written.guarded[path] = call
            continue
        if call is not None and not (yield from submit(written, path, call)):
            if name == OWN_USER:
                return written
            continue
        current = login is not None and login.user == name
        if secret is not None and ((name == OWN_USER and not current) or (current and call is not None)):
            login = Login(name, secret, managed=True)
            if not (yield from submit(written, path if current else "users", prove(login, adopt=True))):
                return written
    for name in sorted(set(shall_not_be) & seen.keys()):
        if login is None or login.user == name:
            written.guarded[f"users[{name}]"] = "it is the user that iccc logs in with"
            continue
        call = write(Service.DEVICE, "DeleteUsers", element("tds:Username", name))
        yield from submit(written, f"users[{name}]", call)
    return written


def set_password(name: str, level: UserLevel, password: Secret) -> Procedure[None]:
    """Give an existing user another password; its level stays."""
    call = _set_user(name, User(level, Password.PROVED), User(level, Password.REFUSED), password.reveal())
    assert isinstance(call, Call)
    yield call


def log_in(login: Login, adopt: bool) -> Procedure[None]:
    """A harmless call as ``login``, with whom the session goes on if it shall ``adopt`` it."""
    yield prove(login, adopt)


def _set_user(name: str, user: User, found: User | None, password: str | None) -> Call | str | None:
    """The call that makes ``found`` the wanted ``user``; None if it already is; words if it cannot be made."""
    level = user.level or (found.level if found else None) or UserLevel.USER
    inner = element("tt:Username", name)
    if password is not None:
        inner += element("tt:Password", password)
    inner = f"<tds:User>{inner}{element('tt:UserLevel', level)}</tds:User>"
    if found is None:
        return write(Service.DEVICE, "CreateUsers", inner) if password else "no password is stored for this user"
    if found.level == level and not (user.password is Password.PROVED and found.password is Password.REFUSED):
        return None
    if user.password is Password.PROVED and password is None:
        return "no password is stored for this user"
    return write(Service.DEVICE, "SetUser", inner)


def _proof(context: Context, name: str, may_fail: bool) -> Procedure[Password | Unread]:
    secret = context.passwords.get(name)
    if secret is None:
        return Password.REFUSED
    if context.login is not None and context.login.user == name:
        # A user has one password, and the device has just accepted this one: no try is needed, and none is refused.
        return Password.PROVED if context.login.password == secret else Password.REFUSED
    if name in context.known:
        return context.known[name]
    if not may_fail:
        return Unread(Reason.BACK_OFF, "not tried: this device has refused a login in this run")
    try:
        yield prove(Login(name, secret, managed=True))
    except OnvifError as error:
        return Password.REFUSED if error.reason is Reason.UNAUTHORISED else error.unread()
    return Password.PROVED


@lru_cache(64)  # cameras of one make give one reply, which soap.parse makes one element of
def _told(reply: Element) -> Mapping[str, User]:
    entries = children(reply, "User")
    if not entries:
        raise BadAnswer("GetUsersResponse has no User, though one has logged in")
    return {need_text(entry, "Username"): User(_level(need_text(entry, "UserLevel"))) for entry in entries}


def _level(text: str) -> UserLevel:
    return UserLevel(text) if text in set(UserLevel) else UserLevel.EXTENDED


def _own_first(name: str) -> tuple[bool, str]:
    return name != OWN_USER, name
