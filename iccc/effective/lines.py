"""The lines of the declaration behind a device: its entry, its site's file, the network plan, the catalogue."""

from __future__ import annotations

from collections.abc import Iterator

from iccc.city.declared import Sheet
from iccc.city.devices import City, Device, Site
from iccc.city.layers import Given, layers_of_site
from iccc.city.model.site import SiteFile
from iccc.effective.value import Source, Value, known, layered
from iccc.entries import Entry, entries
from iccc.explain import Key
from iccc.schedule.rows import net_of, vlan_of
from iccc.yamlfile import Where


class Lines:
    """The way from a device to the lines of its values."""

    def __init__(self, city: City, device: Device) -> None:
        self.city = city
        self.device = device
        self.entry: Entry = entries(city.declared)[device.where]
        self.sheet = sheet_of(city, city.sites[device.site]) if device.site in city.sites else None

    def plan(self, *path: Key) -> Where:
        """A line of city.yaml."""
        return self.city.declared.city.document.where(*path)

    def type(self, *path: Key) -> Where:
        """A line of the device's type in the catalogue."""
        return self.city.declared.catalogue.document.where("device_types", self.device.device_type, *path)

    def site_number(self) -> Source:
        assert self.sheet is not None
        return Source(f"site {self.sheet.file.number}", self.sheet.document.where("number"))

    def device_type(self, *sources: Source) -> Value:
        """The type, with what the catalogue says of it."""
        type_ = self.city.catalogue[self.device.device_type]
        text = f"{self.device.device_type}: {type_.description}"
        return Value("type", text, (*sources, Source("catalogue", self.type())))

    def named(self, *sources: Source) -> Value:
        return Value("name", self.device.name, sources)

    def own(self, key: str) -> Value:
        """A value that only the entry gives."""
        return known(key, getattr(self.entry.model, key), self.entry.where(key))

    def life(self, *keys: str) -> list[Value]:
        """Status, phase and owner of what is no camera: its entry's, else its site's."""
        return [layered(key, self._given(key)) for key in keys or ("owner", "status", "phase")]

    def _given(self, key: str) -> Iterator[Given]:
        if (value := getattr(self.entry.model, key, None)) is not None:
            said = key in self.entry.model.model_fields_set
            yield Given(value, self.entry.where(key), "its entry") if said else Given(value, None)
        if self.sheet is not None and key in ("status", "phase"):
            yield from layers_of_site(self.city.declared, self.sheet).said(key)

    def network(self, *numbers: Source) -> list[Value]:
        """Address, subnet, gateway and VLAN. ``numbers`` are what they are counted from."""
        net, vlan = net_of(self.city, self.device), vlan_of(self.city, self.device)
        plan = net.plan if net else ""
        values = [
            Value("address", self.device.address, (*numbers, Source(f"network.{plan}", self.plan("network", plan))))
        ]
        if net is not None:
            prefix = Source(f"network.{plan}.prefix", self.plan("network", plan, "prefix"))
            per_site = (
                (self.site_number(),) if plan in ("video", "field") or (plan == "management" and self.sheet) else ()
            )
            values.append(Value("subnet", f"{net.prefix}, gateway {net.gateway}", (*per_site, prefix)))
            if vlan is not None:
                first = "first_vlan" if plan in ("video", "field") else "vlan"
                number = (self.site_number(),) if first == "first_vlan" else ()
                source = Source(f"network.{plan}.{first}", self.plan("network", plan, first))
                values.append(Value("VLAN", str(vlan), (*number, source)))
        return values


def sheet_of(city: City, site: Site) -> Sheet[SiteFile]:
    """The file of a site."""
    return next(sheet for sheet in city.declared.sites if sheet.file.number == site.number)
