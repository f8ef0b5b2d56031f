"""Users of the device service. A list is taken as a whole or not at all."""

from __future__ import annotations

import re
from dataclasses import replace

from iccc.lab.onvif_soap import Access, Call, Element, Operation, SoapFault, each, escape, text
from iccc.lab.onvif_state import LEVELS, DeviceState, User

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.@-]{0,31}")


def get_users(state: DeviceState, _: Call) -> str:
    users = "".join(
        f"<tds:User><tt:Username>{escape(user.name)}</tt:Username><tt:UserLevel>{user.level}</tt:UserLevel></tds:User>"
        for user in state.users
    )
    return f"<tds:GetUsersResponse>{users}</tds:GetUsersResponse>"


def create_users(state: DeviceState, call: Call) -> str:
    users = state.users
    for entry in each(call.element, "tds:User"):
        user = _requested(state, entry, None)
        if any(old.name == user.name for old in users):
            raise SoapFault(f"user {user.name} exists", "ter:OperationProhibited", "ter:UsernameClash")
        users += (user,)
    if not any(user.level == "Administrator" for user in users):  # the first one of a device out of its box
        raise SoapFault("the first user is an administrator", "ter:OperationProhibited", "ter:FixedUser")
    if len(users) > state.model.max_users:
        raise SoapFault(f"at most {state.model.max_users} users", "ter:OperationProhibited", "ter:TooManyUsers")
    state.users = users
    return "<tds:CreateUsersResponse/>"


def set_user(state: DeviceState, call: Call) -> str:
    users = {user.name: user for user in state.users}
    for entry in each(call.element, "tds:User"):
        name = text(entry, "tt:Username") or ""
        if name not in users:
            raise SoapFault(f"there is no user {name}", "ter:InvalidArgVal", "ter:UsernameMissing")
        users[name] = _requested(state, entry, users[name])
    _keep_an_administrator(tuple(users.values()))
    state.users = tuple(users.values())
    return "<tds:SetUserResponse/>"


def delete_users(state: DeviceState, call: Call) -> str:
    users = {user.name: user for user in state.users}
    for entry in each(call.element, "tds:Username"):
        name = (entry.text or "").strip()
        if users.pop(name, None) is None:
            raise SoapFault(f"there is no user {name}", "ter:InvalidArgVal", "ter:UsernameMissing")
    _keep_an_administrator(tuple(users.values()))
    state.users = tuple(users.values())
    return "<tds:DeleteUsersResponse/>"


def _requested(state: DeviceState, entry: Element, old: User | None) -> User:
    """The user as the entry wants it; without a password an existing user keeps its own."""
    name = text(entry, "tt:Username") or ""
    level = text(entry, "tt:UserLevel") or ""
    password = text(entry, "tt:Password")
    if not _NAME.fullmatch(name):
        raise SoapFault(f"invalid user name {name}", "ter:OperationProhibited", "ter:UsernameTooLong")
    if level == "Anonymous":
        raise SoapFault("Anonymous is not allowed", "ter:OperationProhibited", "ter:AnonymousNotAllowed")
    if level not in LEVELS:
        raise SoapFault(f"invalid level {level}", "ter:InvalidArgVal")
    if password is None:
        if old is None:
            raise SoapFault("a password is missing", "ter:OperationProhibited", "ter:Password")
        return replace(old, level=level)
    shortest, longest = state.model.password_length
    if len(password) > longest:
        raise SoapFault(f"at most {longest} characters", "ter:OperationProhibited", "ter:PasswordTooLong")
    if len(password) < shortest or password.isalpha() or password.isdigit():
        raise SoapFault("the password is too weak", "ter:OperationProhibited", "ter:Password")
    return User(name, level, password)


def _keep_an_administrator(users: tuple[User, ...]) -> None:
    if not any(user.level == "Administrator" for user in users):
        raise SoapFault("the last administrator stays", "ter:InvalidArgVal", "ter:FixedUser")


OPERATIONS = {
    "GetUsers": Operation(Access.READ_SYSTEM_SECRET, get_users),
    "CreateUsers": Operation(Access.WRITE_SYSTEM, create_users),
    "SetUser": Operation(Access.WRITE_SYSTEM, set_user),
    "DeleteUsers": Operation(Access.WRITE_SYSTEM, delete_users),
}
