"""Taking over one camera that answers at its maker's address, as it comes out of its box.

First who it is, as far as it tells that, then its first user, then iccc's own, then its address, and a proof at that.
A password is stored before it is sent, and what was begun is noted: a run that was killed is gone on with at any
point, without a login that could be refused twice.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from iccc.camera.activation import Activation, Talk
from iccc.camera.desired import desired
from iccc.camera.moving import apply_network
from iccc.camera.restart import FIRST_LOOK_S, LONGEST_LOOK_S, looks
from iccc.camera.state import Network
from iccc.camera.vendors import ACTIVATIONS
from iccc.city.devices import Camera, City
from iccc.city.model.catalogue import Factory
from iccc.errors import DeviceError, Reason
from iccc.observed import Done, Status
from iccc.onvif.errors import OnvifError
from iccc.onvif.first_user import create_first, has_users, open_identity
from iccc.onvif.identity import read_mac, same_serial
from iccc.onvif.state import Identity, Password, User, UserLevel
from iccc.onvif.system import restart
from iccc.onvif.time import read_clock
from iccc.onvif.users import read_users, write_users
from iccc.secrets import OWN_USER, Alone, Login
from iccc.sessions.onvif import OnvifSession
from iccc.sessions.onvif_files import ask
from iccc.sessions.reach import Reach

T = TypeVar("T")

KEY = "staging"  # learned: {"step": "activating" | "addressing", "serial": …}, while a camera is being taken over

# Who the unit says that it is → why it is not the one that shall stand here; None when it may be.
Judge = Callable[[Identity], str | None]


@dataclass(frozen=True)
class Taken:
    """A camera that was taken over: it answers at its declared address, and iccc's own user logs in."""

    identity: Identity
    text: str


async def take_over(camera: Camera, city: City, reach: Reach, factory: Factory, judge: Judge) -> Taken | Done:
    """A Done says why the camera was not taken over. Raises DeviceError.

    ``judge`` is asked before anything is written where the camera tells who it is without a login, else as soon as it
    does. Passwords of ``first_users`` have to be stored.
    """
    at = str(factory.address)
    login = await _first_login(camera, reach, factory, judge)
    if isinstance(login, Done):
        return login
    own = replace(reach, credentials=Alone(reach.credentials, login))
    async with OnvifSession(camera, own, at=at) as session, asyncio.timeout(reach.timeouts.write_s):
        told = await session.open()
        if told is None or not told.serial:
            return _refused(camera, "it tells no serial number, by which it could be found again")
        told = replace(told, mac=await session.run(read_mac()))
        if why := judge(told):
            return _refused(camera, why)
        if why := await _own_user(session):
            return Done(camera.name, Status.FAILED, why)
    return await _addressed(camera, city, reach, at, told)


async def found_again(camera: Camera, reach: Reach) -> Taken | None:
    """A camera that an earlier run was giving its address, if it has it by now. Raises DeviceError."""
    noted = reach.learned.get(camera.name, KEY) or {}
    if noted.get("step") != "addressing" or not await looks(camera, reach, camera.address):
        return None
    return await _proved(camera, reach, noted["serial"])


def first_users(camera: Camera, factory: Factory) -> list[tuple[str, str]]:
    """The (device, user) pairs whose passwords are set in taking it over."""
    vendor = ACTIVATIONS.get(factory.activation)
    return [(camera.name, OWN_USER), *([(camera.name, vendor.user)] if vendor else [])]


async def _first_login(camera: Camera, reach: Reach, factory: Factory, judge: Judge) -> Login | Done:
    """A login that the camera takes: that of its first user, who is made unless there is one."""
    vendor = ACTIVATIONS.get(factory.activation)
    if factory.activation == "login":
        return next(iter(reach.credentials.logins(camera.name)), None) or _refused(
            camera, "no bootstrap login is stored, with which cameras of its type come"
        )
    user = vendor.user if vendor else OWN_USER
    password = reach.credentials.password(camera.name, user)
    if password is None:
        raise DeviceError(Reason.UNAUTHORISED, camera.name, f"no password is stored for {user}")
    login = Login(user, password, managed=True)
    async with (
        OnvifSession(camera, reach, at=str(factory.address)) as session,
        asyncio.timeout(reach.timeouts.device_s),
    ):
        await session.run(read_clock(reach.clock))
        if await (_talk(session, vendor.is_active()) if vendor else session.run(has_users())):
            if reach.learned.get(camera.name, KEY) is None:
                text = "it has a user already, and not from here: take it to factory default at the camera"
                return _refused(camera, text)
            return login  # a run that was killed has made it
        if vendor is None and (why := judge(await session.run(open_identity()))):
            return _refused(camera, why)
        reach.learned.put(camera.name, KEY, {"step": "activating"})
        await _activate(session, vendor, login)
    return login


async def _activate(session: OnvifSession, vendor: Activation | None, login: Login) -> None:
    if vendor is None:
        await session.run(create_first(login))
    else:
        await _talk(session, vendor.activate(login.password))


async def _talk(session: OnvifSession, talk: Talk[T]) -> T:
    """Carry out a maker's own requests. Raises DeviceError."""
    where = "activation"
    try:
        request = next(talk)
        while True:
            where = f"{request.method} {request.path}"
            body = await ask(session, request.method, request.path, request.body, request.write)
            request = talk.send(body)
    except StopIteration as done:
        value: T = done.value
        return value
    except OnvifError as error:
        raise DeviceError(error.reason, session.where(where), str(error)) from None


async def _own_user(session: OnvifSession) -> str:
    """Have iccc's own user there and go on as it; why that is not so, or ""."""
    if session.login is not None and session.login.user == OWN_USER:
        return ""
    context = session.context([OWN_USER])
    wanted = {OWN_USER: User(UserLevel.ADMINISTRATOR, Password.PROVED)}
    written = await session.run(write_users(context, wanted, await session.run(read_users(context))))
    if written.faults or session.login is None or session.login.user != OWN_USER:
        said = next(iter(written.faults.values()), None)
        return f"the user {OWN_USER} was not made: {said or 'it does not log in'}"
    return ""


async def _addressed(camera: Camera, city: City, reach: Reach, at: str, told: Identity) -> Taken | Done:
    """Give it its declared address, and find it there by its serial number."""
    wanted = desired(camera, city).state.network
    if not isinstance(wanted, Network):
        return _refused(camera, "its address is not declared")
    reach.learned.put(camera.name, KEY, {"step": "addressing", "serial": told.serial})
    # Where it is until its address holds: for one that needs a restart for that.
    moving = replace(camera, reached_at=at)
    outcomes = await apply_network(moving, wanted, reach, at, near=True)
    if any(one.status is Status.PENDING_REBOOT for one in outcomes):
        async with OnvifSession(camera, reach, at=at) as session, asyncio.timeout(reach.timeouts.write_s):
            await session.open()
            await session.run(restart())
        if not await _comes(camera, reach):
            text = f"restarted for its address, and not at {camera.address} within {reach.timeouts.restart_s:g} s"
            return Done(camera.name, Status.FAILED, text)
        outcomes = await apply_network(camera, wanted, reach, camera.address, near=True)
    bad = next((one for one in outcomes if one.status is not Status.APPLIED), None)
    if bad is not None:
        return Done(camera.name, bad.status, f"{bad.change.path}: {bad.text}")
    return await _proved(camera, reach, told.serial)


async def _comes(camera: Camera, reach: Reach) -> bool:
    """Whether it answers at its own address within ``restart_s``."""
    loop = asyncio.get_running_loop()
    end, wait_s = loop.time() + reach.timeouts.restart_s, FIRST_LOOK_S
    while not await looks(camera, reach, camera.address):
        if loop.time() > end:
            return False
        await asyncio.sleep(wait_s)
        wait_s = min(2 * wait_s, LONGEST_LOOK_S)
    return True


async def _proved(camera: Camera, reach: Reach, serial: str) -> Taken:
    """It is at its declared address, lets iccc's own user in, and is the unit with that serial number."""
    async with OnvifSession(camera, reach, at=camera.address) as session, asyncio.timeout(reach.timeouts.device_s):
        told = await session.open()
        if told is None or not same_serial(told.serial, serial):
            text = f"serial number {told.serial if told else 'none'} answers, {serial} was given this address"
            raise DeviceError(Reason.UNTRUSTED, session.where("GetDeviceInformation"), text)
        told = replace(told, mac=await session.run(read_mac()))
    return Taken(told, f"serial number {told.serial} at {camera.address}, hardware address {told.mac}")


def _refused(camera: Camera, text: str) -> Done:
    return Done(camera.name, Status.REFUSED, text)
