"""Where a device's sockets are and whether they are open: it may be restarting, or have been given another address."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol

from iccc.lab.commons import Holder, MakersAddress, MakersAddresses
from iccc.lab.device import At, TcpPort, UdpPort
from iccc.lab.onvif_web import LAB_PORTS

_KNOCKED = (80, 443, 554)  # where somebody may ask whether an address is free


class Present(Holder, Protocol):
    """What is restarted and moved."""

    tcp: list[TcpPort]
    udp: list[UdpPort]
    at: At
    on_wire: bool


class Presence:
    """Of one device. ``also``: loopback addresses that the lab lets it move to, besides its own.

    Elsewhere the device is unreachable, as one is that was moved out of its network, and so is one whose gateway is not
    in its own subnet: who asks is behind the gateway. Its own address is silent while it is elsewhere. ``makers``: the
    addresses of makers, which it may hold, too; who finds it there is in its network, and needs no gateway afterwards.
    """

    __slots__ = (
        "_also", "_away", "_device", "_held", "_loop", "_near", "_own", "_routed", "_task", "_timer", "_vacant",
        "_wanted", "makers",
    )  # fmt: skip

    def __init__(self, device: Present, own: str, also: tuple[str, ...]) -> None:
        self._device = device
        self._own = own
        self._also = also
        self._wanted = own  # loopback counterpart of the address that the device has now
        self._routed = True
        self._vacant: list[TcpPort] = []  # its own address, while it is elsewhere
        self._away = False
        self.makers: MakersAddresses | None = None
        self._held: MakersAddress | None = None
        self._near = False  # it had a maker's address when it was found, and has not been reset since
        self._loop: asyncio.AbstractEventLoop | None = None  # of the lab, once the device was plugged
        self._task: asyncio.Task[None] | None = None
        self._timer: asyncio.TimerHandle | None = None

    @property
    def answers(self) -> bool:
        """Whether the device is up, at an address where the lab has it."""
        return (
            not self._away
            and (self._routed or self._near)
            and (self._wanted == self._own or self._wanted in self._also)
        )

    @property
    def makers_address(self) -> str | None:
        """The maker's address that it holds now."""
        return self._wanted if self._held is not None else None

    def _makers(self) -> MakersAddress | None:
        """The maker's address at which it is to be reached now."""
        return self.makers.at(self._wanted) if self.makers is not None and not self._away else None

    async def _hold(self, address: MakersAddress) -> None:
        if not self._device.on_wire or self._makers() is not address:
            return  # things changed meanwhile
        self._let_go(address)
        self._held, self._near = address, True
        if not self._vacant:
            self._leave_own()
        await address.join(self._device)

    def _let_go(self, but: MakersAddress | None = None) -> None:
        if self._held is not None and self._held is not but:
            self._held.leave(self._device)
            self._held = None

    def unplugged(self) -> None:
        """The fabric has dropped all sockets."""
        self._let_go()

    async def plugged(self) -> None:
        """The fabric opened all sockets: close them again if the device is not to be reached."""
        self._loop = asyncio.get_running_loop()
        if not self.answers:
            self._shut()
            if (makers := self._makers()) is not None:
                await self._hold(makers)
        elif any(port.address != self._wanted for port in self._device.tcp):
            await self._open(None)

    def reset(self) -> None:
        """It was set up anew: nobody has found it yet."""
        self._near = False

    def ports_changed(self) -> None:
        """Some port was switched on or off, or moved; any thread."""
        self._stir()

    def moved(self, address: str, routed: bool = True) -> None:
        """The device has this address now (10.a.b.c), and is ``routed`` if its gateway is in its subnet; any thread."""
        wanted = "127." + address.partition(".")[2] if address.startswith("10.") else address
        if (wanted, routed) != (self._wanted, self._routed):
            self._wanted, self._routed = wanted, routed
            self._stir()

    def restart(self, seconds: float, back: Callable[[], None]) -> None:
        """Be away from now on; ``back`` is called when the device has started. In the lab's loop."""
        self.stay()
        self._away = True
        self._timer = asyncio.get_running_loop().call_later(seconds, self._started, back)
        self._stir()

    def _started(self, back: Callable[[], None]) -> None:
        self._timer = None
        self._away = False
        for connection in tuple(self._device.connections):
            connection.reset()  # left from before
        back()
        self._stir()

    def stay(self) -> None:
        """No restart any more: power was cut, or the device was reset from outside."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._away:
            self._away = False
            self._stir()

    def _stir(self) -> None:
        loop = self._loop
        if loop is None or loop.is_closed():
            return
        try:
            inside = asyncio.get_running_loop() is loop
        except RuntimeError:
            inside = False
        if inside:
            self._act()
        else:
            loop.call_soon_threadsafe(self._act)

    def _act(self) -> None:
        """Shut the sockets at once, so that no connection is accepted behind the answer; open them in a moment."""
        if not self._device.on_wire:
            return  # all is dropped, and plugged() comes
        assert self._loop is not None
        makers = self._makers()
        self._let_go(makers)
        if self.answers:
            self._task = self._loop.create_task(self._open(self._task))
        elif makers is not None:
            self._shut()
            self._task = self._loop.create_task(self._hold(makers))
        else:
            for connection in self._device.connections:
                connection.freeze()
            self._shut()

    def _ports(self) -> list[TcpPort | UdpPort]:
        return [*self._device.tcp, *self._device.udp]

    def _shut(self) -> None:
        for port in self._ports():
            port.at = self._device.at
            port.shut()

    def _leave_own(self) -> None:
        """Nothing answers at its own address now: in a network that is silence, on loopback it would be a refusal."""
        for port in _KNOCKED:
            vacant = TcpPort(self._own, LAB_PORTS + port, asyncio.Protocol, at=self._device.at)
            with suppress(OSError):  # another device is there
                vacant.shut()
                self._vacant.append(vacant)

    async def close(self) -> None:
        """Give back what is held besides the device's own sockets."""
        for vacant in self._vacant:
            await vacant.close()
        self._vacant = []

    async def _open(self, earlier: asyncio.Task[None] | None) -> None:
        if earlier is not None:
            await asyncio.wait({earlier})
        if self._wanted == self._own:
            await self.close()
        for port in self._ports():
            if self.answers and self._device.on_wire:
                port.address, port.at = self._wanted, self._device.at
                await port.open()
        if self._wanted != self._own and not self._vacant:
            self._leave_own()
        if not self.answers or not self._device.on_wire:
            self._shut()  # things changed meanwhile
