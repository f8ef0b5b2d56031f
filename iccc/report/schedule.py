"""The IP schedule as tables, and how an integrator's file differs from the declaration."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from iccc.city.devices import City
from iccc.explain import shown
from iccc.report.table import WRITERS, Cell, Table, as_csv, as_json, as_text, one_line, records, workbook
from iccc.schedule.compare import Difference, What, title
from iccc.schedule.rows import Row, Subnet
from iccc.schedule.write import Write, writes
from iccc.yamlfile import Where

COLUMNS: Mapping[str, Callable[[Row], Cell | None]] = {
    "Site": lambda row: row.site,
    "Site name": lambda row: row.site_name,
    "Hindi name": lambda row: row.site_name_hi,
    "Device": lambda row: row.device,
    "Kind": lambda row: row.kind,
    "Type": lambda row: row.device_type,
    "Address": lambda row: row.address,
    "Prefix": lambda row: str(row.prefix or ""),
    "Mask": lambda row: str(row.prefix.netmask) if row.prefix else "",
    "Gateway": lambda row: row.gateway,
    "VLAN": lambda row: row.vlan,
    "Switch": lambda row: row.switch,
    "Port": lambda row: row.port,
    "MAC": lambda row: row.mac,
    "Serial": lambda row: row.serial,
    "Recorder": lambda row: row.recorder,
    "Channel": lambda row: row.channel,
    "Status": lambda row: row.status,
    "Phase": lambda row: row.phase,
    "Owner": lambda row: row.owner,
    "Reached by": lambda row: row.reached_by,
}
ALL = tuple(COLUMNS)
OURS = tuple(column for column in COLUMNS if column != "Reached by")  # what has an address of the city's own plan
ON_SCREEN = ("Device", "Kind", "Address", "Gateway", "VLAN", "Switch", "Port", "MAC", "Serial", "Recorder", "Status")
PRIVATE = (
    "Device", "Kind", "Type", "Address", "Prefix", "Mask", "Reached by", "MAC", "Serial", "Recorder", "Channel",
    "Status", "Phase", "Owner",
)  # fmt: skip
SUBNETS = (
    "Site",
    "Site name",
    "VLAN",
    "VLAN name",
    "Prefix",
    "Gateway",
    "First address",
    "Last address",
    "Used",
    "Free",
)


def tables(city: City, rows: Sequence[Row], private: Sequence[Row], subnets: Sequence[Subnet]) -> list[Table]:
    """The devices, the private cameras if there are any, and the subnets."""
    found = [_table("ip-schedule", f"IP schedule {city.name}", OURS, rows)]
    if private:
        found.append(_table("private", "Private cameras", PRIVATE, private))
    cells: list[list[Cell]] = [
        [s.site, s.site_name, s.vlan or "", s.name, str(s.net.prefix), s.net.gateway, s.first, s.last, s.used, s.free]
        for s in subnets
    ]
    return [*found, Table("subnets", "VLANs and subnets", SUBNETS, cells)]


def write_schedule(
    format_: str, city: City, rows: Sequence[Row], private: Sequence[Row], subnets: Sequence[Subnet]
) -> bytes:
    """As text, JSON and workbook the tables one after the other; as CSV one table, private cameras at its end."""
    if format_ == "csv":
        return as_csv(_table("ip-schedule", "", ALL, [*rows, *private]))
    if format_ == "text":
        parts = [_table("ip-schedule", f"IP schedule: {city.name}", ON_SCREEN, rows)]
        if private:
            parts.append(_table("private", "Private cameras", PRIVATE, private))
        return b"\n".join(map(as_text, parts))
    devices, *others = tables(city, rows, private, subnets)
    if format_ == "xlsx":
        return workbook([devices, *others])
    summary = {"city": city.key, "declaration": city.digest, **{table.key: records(table) for table in others}}
    return as_json(Table(devices.key, devices.title, devices.columns, devices.rows, summary))


def _table(key: str, title: str, columns: Sequence[str], rows: Sequence[Row]) -> Table:
    listed: list[list[Cell]] = [
        ["" if (cell := COLUMNS[column](row)) is None else cell for column in columns] for row in rows
    ]
    return Table(key, title, columns, listed)


# What differs

DIFFERENT = ("Place", "Device", "Difference", "Column", "File says", "Declared", "Hint", "Line", "To write")


def write_differences(
    format_: str, city: City, differences: Sequence[Difference], compared: int, notes: Sequence[str]
) -> bytes:
    """The differences as lines for a person, or as a table with the YAML to write beside what only the file knows."""
    to_write = writes(differences)
    if format_ == "text":
        return "".join(f"{line}\n" for line in _lines(city, differences, to_write, compared, notes)).encode()
    rows: list[list[Cell]] = [
        [
            d.place, d.device, str(d.what), title(d), one_line(d.found), d.declared, d.hint,
            str(d.where or ""),
            "\n".join(to_write[d.row.entry.where()].lines) if d.what is What.OPEN and d.row else "",
        ]
        for d in differences
    ]  # fmt: skip
    summary = {
        "city": city.key,
        "declaration": city.digest,
        "compared": compared,
        "write": [
            {
                "file": write.where.file,
                "line": write.where.line,
                "column": write.where.column,
                "replaces_the_entry": write.whole,
                "yaml": list(write.lines),
            }
            for write in to_write.values()
        ],
    }
    table = Table("ip-schedule-differences", "Differences", DIFFERENT, rows, summary, notes)
    return WRITERS[format_](table)


def _lines(
    city: City, differences: Sequence[Difference], to_write: Mapping[Where, Write], compared: int, notes: Sequence[str]
) -> Iterator[str]:
    for difference in differences:
        yield one_line(_sentence(city, difference))
    if to_write:
        yield ""
        yield "To write:"
        for write in to_write.values():
            yield f"{write.where}: {'in place of this entry' if write.whole else 'into this entry'}"
            yield from (f"    {line}" for line in write.lines)
    if differences or notes:
        yield ""
    yield from (f"note: {one_line(note)}" for note in notes)
    counts = {what: sum(difference.what is what for difference in differences) for what in What}
    said = ", ".join(f"{count} {_WORDS[what]}" for what, count in counts.items() if count) or "no difference"
    yield f"{compared} row{'s' * (compared != 1)} compared with {city.name}: {said}."


_WORDS = {
    What.UNKNOWN: "of no device here",
    What.MISSING: "missing in the file",
    What.OTHER: "not as declared",
    What.OPEN: "left open by the declaration",
}


def _sentence(city: City, difference: Difference) -> str:
    d, hint = difference, f"; {difference.hint}" if difference.hint else ""
    if d.what is What.MISSING:
        return f"{d.where}: {d.device} is not in the file"
    if d.what is What.UNKNOWN:
        if d.device:
            return f"{d.place}: a second row for {d.device}{hint}"
        return f"{d.place}: no device {shown(d.found)} in {city.key}{hint}"
    if d.what is What.OPEN:
        return f"{d.place}: {d.device} {title(d)} {shown(d.found)}: left open at {d.where}{hint}"
    return f"{d.place}: {d.device} {title(d)} {shown(d.found)}, declared {d.declared} ({d.where}){hint}"
