"""All simulated devices of a city, and what can be done to them from outside."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime

from iccc.city.devices import Camera, City, Kind, Recorder
from iccc.lab.callbox import LabTelephone
from iccc.lab.camera import LabCamera
from iccc.lab.commons import MakersAddresses
from iccc.lab.device import ONVIF_FAULTS, SIP_FAULTS, STREAM_FAULTS, SWITCH_FAULTS, Counters, Fault, LabDevice
from iccc.lab.fabric import Fabric, host_of
from iccc.lab.mains import Mains
from iccc.lab.onvif import OnvifDevice
from iccc.lab.place import LOOPBACK, Place
from iccc.lab.recorder import LabRecorder
from iccc.lab.sheet import Login, Logins, sheet
from iccc.lab.switch import Bootstrap, LabSwitch, hardware_address, lab_address, snmp_users
from iccc.lab.ups import RUNTIME_MIN, LabUps

MOST_DISCOVERABLE = 4000  # devices with a port for WS-Discovery: a process has 20,000 descriptors, they take three each

USABLE_TB = 10.0  # of a recorder whose type does not say it

# Declared device, address on loopback, MAC address, bootstrap login → the simulated device.
MakeHost = Callable[[Camera | Recorder, str, str, Login], LabDevice]


class Lab:
    """The devices that stand in the field (installed and later) and the network between them.

    Recorders that are Debian servers are not played: they are hosts of the ``place``, or silent.
    """

    def __init__(self, city: City, make_host: MakeHost, place: Place = LOOPBACK) -> None:
        self.place = place
        self.logins = Logins()
        bootstrap = Bootstrap.make(*self.logins.switch, self.logins.read_community, self.logins.write_community)
        self.switches = {
            switch.name: LabSwitch(switch, city, bootstrap, snmp_users(switch.snmp, self.logins.snmp_user))
            for switch in city.switches.values()
            if switch.on_the_wire
        }
        self.hosts: dict[str, LabDevice] = {}
        self._makers = MakersAddresses()
        self._cameras = {camera.name for camera in city.cameras.values() if camera.on_the_wire}
        known = {}
        for declared, login in self._hosts(city):
            mac = (declared.mac if isinstance(declared, Camera) else None) or hardware_address(declared.address)
            host = make_host(declared, lab_address(declared.address), mac, login)
            if isinstance(declared, Recorder) and declared.snmp is not None and isinstance(host, LabRecorder):
                type_ = city.catalogue.get(declared.device_type)
                room = (type_.usable_tb if type_ else None) or USABLE_TB
                host.offer_snmp(bootstrap.communities, snmp_users(declared.snmp, self.logins.snmp_user), room)
            if isinstance(host, OnvifDevice):
                host.presence.makers = self._makers
            self.hosts[declared.name] = host
            known[declared.name] = host_of(city, host, mac)
        cameras = {host.address: host for host in self.hosts.values() if isinstance(host, LabCamera)}
        for host in self.hosts.values():
            if isinstance(host, LabRecorder):
                host.cameras = cameras.get
        for discovered in self.hosts.values() if len(self.hosts) <= MOST_DISCOVERABLE else ():
            if isinstance(discovered, OnvifDevice):
                discovered.discoverable()
        self.upses = {ups.name: ups for ups in self._upses(city, bootstrap)}
        for name, ups in self.upses.items():
            known[name] = host_of(city, ups, city.equipment[name].mac or hardware_address(city.equipment[name].address))
        self.call_boxes = {
            box.name: LabTelephone(box.name, lab_address(box.address), box.calling.port, self.logins.call_box)
            for box in city.call_boxes.values()
            if box.on_the_wire and box.calling is not None
        }
        for name, telephone in self.call_boxes.items():
            box = city.equipment[name]
            if box.switch in self.switches:
                known[name] = host_of(city, telephone, box.mac or hardware_address(box.address))
        self.telephones = {
            point.room: LabTelephone(point.room, lab_address(point.address), point.port, self.logins.answer_point)
            for point in city.answer_points.values()
        }
        self._elsewhere = {  # reached over 4G, or stands where no switch of the city is
            name: one for name, one in {**self.call_boxes, **self.telephones}.items() if name not in known
        }
        self.fabric = Fabric(city, self.switches, known)
        for device in self.devices().values():
            device.at = place.at
        self.mains = Mains(self.fabric.stir)
        for name, switch in self.switches.items():
            self.mains.stand(city.switches[name], switch)
        for name, ups in self.upses.items():
            self.mains.stand(city.equipment[name], ups)

    def _hosts(self, city: City) -> Iterator[tuple[Camera | Recorder, Login]]:
        appliances = (one for one in city.recorders.values() if one.on_the_wire and one.host is None)
        yield from ((recorder, self.logins.recorder) for recorder in appliances)
        yield from ((camera, self.logins.camera) for camera in city.cameras.values() if camera.on_the_wire)

    def _upses(self, city: City, bootstrap: Bootstrap) -> Iterator[LabUps]:
        """Those on a switch port; what is reached over 4G is not played."""
        for declared in city.equipment.values():
            if declared.kind is Kind.UPS and declared.on_the_wire and declared.switch in self.switches:
                known = city.catalogue.get(declared.device_type)
                runtime = known.runtime[0].minutes if known and known.runtime else RUNTIME_MIN
                address = lab_address(declared.address)
                users = snmp_users(declared.snmp, self.logins.snmp_user)
                yield LabUps(declared.name, address, bootstrap, users, runtime, lambda: datetime.now(UTC))

    def devices(self) -> dict[str, LabDevice]:
        return {**self.switches, **self.hosts, **self.upses, **self.call_boxes, **self.telephones}

    def device(self, name: str) -> LabDevice:
        """KeyError with a message when there is none of that name."""
        device = self.devices().get(name)
        if device is None:
            raise KeyError(f"no device {name} in the lab")
        return device

    def sheet(self) -> dict[str, object]:
        """The commissioning sheet."""
        keys = {name: switch.ssh.public_key for name, switch in self.switches.items() if switch.tcp}
        hosts = self.place.host_keys
        return sheet(
            self.logins, [*self.switches, *self.hosts, *self.call_boxes, *hosts], {**keys, **hosts}, self.place.ssh_key
        )

    async def settle(self) -> None:
        """Start, or act on what was changed: on return every device answers or is dead as it should."""
        await self.fabric.settle()
        for device in self._elsewhere.values():
            await (device.plug() if device.electric else device.unplug())

    async def close(self) -> None:
        for device in self.devices().values():
            await device.close()
        for address in self._makers.all():
            await address.close()

    async def reset(self, name: str | None = None) -> None:
        """All devices, or one, to what a technician leaves: powered, whole, cabled as declared, factory settings."""
        devices = self.devices().values() if name is None else [self.device(name)]
        for device in devices:
            device.mains, device.fault, device.delay_s = True, Fault.NONE, 0.0
            device.faulted()
            device.factory_reset()
        self.mains.restore(self.devices() if name is None else [name])
        if name is None:
            self.fabric.cabling.restore()
        else:
            if name not in self._elsewhere:
                self.fabric.cabling.restore_one(name)
        self.fabric.stir()
        await self.settle()

    async def set_fault(self, name: str, fault: Fault, delay_s: float = 0.0) -> None:
        device = self.device(name)
        if fault in SWITCH_FAULTS and name not in self.switches:
            raise ValueError(f"{name} is no switch: the fault {fault} is one of switches")
        if fault in ONVIF_FAULTS and name not in self.hosts:
            raise ValueError(f"{name} is no camera or recorder: the fault {fault} is one of these")
        if fault in STREAM_FAULTS and name not in self._cameras:
            raise ValueError(f"{name} is no camera: the fault {fault} is one of cameras")
        if fault in SIP_FAULTS and not isinstance(device, LabTelephone):
            raise ValueError(f"{name} is no call box or answer point: the fault {fault} is one of these")
        device.fault, device.delay_s = fault, delay_s
        device.faulted()
        self.fabric.stir()
        await self.settle()

    def set_latency(self, delay_s: float) -> None:
        """How much later all cameras and recorders answer, since they are far away. A reset leaves it."""
        for host in self.hosts.values():
            host.latency_s = delay_s

    async def set_power(self, name: str, on: bool) -> None:
        """The mains of a switch or recorder; for a camera its own cable, for a UPS the mains of its cabinet."""
        if name in self.place.host_keys:
            self.place.power(name, on)
            return
        cabinet = self.mains.of(name) if name in self.upses else None
        if cabinet is not None:
            cabinet.put(on)
        else:
            self.device(name).mains = on
        self.fabric.stir()
        await self.settle()

    async def set_mains(self, site: str, number: int | None, on: bool) -> None:
        """The mains of one cabinet of a site, or of all its cabinets."""
        for cabinet in self.mains.at(site, number):
            cabinet.put(on)
        self.fabric.stir()
        await self.settle()

    async def swap(self, one: str, other: str) -> None:
        """Exchange the cables of two cameras or recorders."""
        for name in (one, other):
            if name not in self.hosts:
                raise KeyError(f"{name} is no camera or recorder of the lab")
        self.fabric.cabling.swap(one, other)
        self.fabric.stir()
        await self.settle()

    async def exchange(self, name: str, serial: str, mac: str) -> None:
        """Another unit in its place, as a technician sets it up: with this serial number and hardware address."""
        if name in self.switches:
            self.switches[name].exchange(serial, mac)
        else:
            host = self.device(name)
            if not isinstance(host, OnvifDevice):
                raise KeyError(f"{name} is no switch, camera or recorder of the lab")
            host.exchange(serial, mac)
            self.fabric.exchange(name, mac)
        self.fabric.stir()
        await self.settle()

    async def cable(self, switch: str, port: str, whole: bool) -> None:
        """Cut or mend the cable in a switch port."""
        if switch not in self.switches or port not in self.switches[switch].system.by_name:
            raise KeyError(f"no port {port} on a switch {switch} in the lab")
        cabling = self.fabric.cabling
        (cabling.mend if whole else cabling.cut)((switch, port))
        self.fabric.stir()
        await self.settle()

    async def inject(self, name: str, path: str, value: object) -> None:
        """Change a device's own state as somebody with another tool would."""
        self.device(name).inject(path, value)
        if path.startswith("ports."):
            self.fabric.stir()
        else:
            self.fabric.refresh()
        await self.settle()

    def channels(self, name: str) -> dict[str, object]:
        """The bound channels of a recorder, and by number the times in which one did not record since it first did."""
        device = self.device(name)
        if not isinstance(device, LabRecorder):
            raise KeyError(f"{name} is no recorder of the lab")
        gaps = {str(number): [list(gap) for gap in gaps] for number, gaps in device.gaps().items()}
        return {"channels": device.snapshot()["channels"], "gaps": gaps}

    def unreachable(self) -> list[str]:
        """Devices that are not on the wire now."""
        return [name for name, device in self.devices().items() if not device.on_wire]

    def counters(self, name: str | None = None) -> dict[str, dict[str, int]]:
        devices = self.devices() if name is None else {name: self.device(name)}
        return {name: asdict(device.counters) for name, device in devices.items()}

    def has_logins(self, name: str, logins: Sequence[tuple[str, str]]) -> list[bool]:
        """Which of these users with these passwords a camera or recorder has."""
        device = self.device(name)
        if not isinstance(device, OnvifDevice):
            raise KeyError(f"{name} is no camera or recorder")
        return [device.has_login(user, password) for user, password in logins]

    def reset_counters(self) -> None:
        # Sessions and agents hold the object itself, so its fields are set.
        for device in self.devices().values():
            vars(device.counters).update(asdict(Counters()))
