"""Importing a survey: what it changes of a city, and writing that.

What the last import said of each site is kept in ``cities/<city>/survey.json``. So three values meet: what the survey
said then, what it says now, and what is declared. Where only the survey changed, the declaration follows. Where a
person changed the declaration, it stays; where both did, and not alike, that is told each time, and it stays too.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from iccc.city.declared import Sheet
from iccc.city.devices import City
from iccc.city.load import Files, load_city, paths, read_file, shared_file
from iccc.city.model.common import RESERVED_VLANS, Text
from iccc.city.model.planning import ArchetypesFile, SurveyHeadsFile
from iccc.city.model.site import SiteFile
from iccc.city.sites import central_vlans
from iccc.errors import DeclarationError, Mistake, UsageError
from iccc.explain import one_of, shown
from iccc.schedule.files import read_sheets
from iccc.schedule.heads import plain
from iccc.siting.places import no_bounds, outside, same_place
from iccc.siting.rows import CAMERAS, HEADS, Row, read_rows, twice
from iccc.siting.site import Surveyed, declared_values, file_of, site_text, unknown
from iccc.yamledit import Edit, NotKept, edited, flow, put
from iccc.yamlfile import Document

ARCHETYPES = "catalogue/archetypes.yaml"
REMEMBERED = "survey.json"
VERSION = 1
UNMOVED = ("type",)  # names and addresses follow from it: not changed by a survey


@dataclass(frozen=True)
class Change:
    """One site. ``edits`` are written; ``kept`` is what a person declared otherwise, ``conflicts`` what both did."""

    number: int
    name: str
    new: bool
    where: str  # of its row
    edits: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Import:
    """``files``: name: text before and after; before is None for a new one. ``city`` is what they make."""

    changes: tuple[Change, ...]
    files: Mapping[str, tuple[str | None, str]]
    city: City
    notes: tuple[str, ...] = ()


@dataclass
class _Files:
    """Texts by file name, relative to the root, before and after."""

    root: Path
    before: dict[str, str | None] = field(default_factory=dict)
    after: dict[str, str] = field(default_factory=dict)

    def edit(self, name: str, edit: Edit) -> None:
        if name not in self.before:
            self.before[name] = self.after[name] = (self.root / name).read_bytes().decode()
        self.after[name] = edited(self.after[name], edit)

    def put(self, name: str, text: str) -> None:
        path = self.root / name
        self.before[name] = path.read_bytes().decode() if path.exists() else None
        self.after[name] = text

    def changed(self) -> dict[str, tuple[str | None, str]]:
        return {n: (self.before[n], text) for n, text in self.after.items() if text != self.before[n]}


def import_survey(
    root: Path, key: str, survey: Path, *, phase: str | None = None, drop_personal: bool = False
) -> Import:
    """What the survey changes; nothing is written. DeclarationError with every mistake, by row and column."""
    city = load_city(root, key)
    said = shared_file(root, ARCHETYPES, ArchetypesFile).archetypes
    heads = shared_file(root, HEADS, SurveyHeadsFile)
    groups, phases = list(city.declared.city.file.groups), list(city.phases)
    if phase is not None and phase not in phases:
        raise UsageError(f"--phase {one_of(phase, phases)}")
    sheets = read_sheets(survey, text_formulas=False)
    rows, mistakes = read_rows(sheets, heads, said, groups, phases, drop_personal=drop_personal)
    mistakes += twice(rows)
    surveyed = []
    for row in rows:
        chosen = row.phase or phase
        if chosen is None:
            mistakes.append(Mistake(row.at("phase"), "the row has no phase: say --phase, or give it a column"))
        one = Surveyed(row, said[row.archetype], chosen or "")
        mistakes += unknown(city, one)
        surveyed.append(one)
    remembered = _remembered(root, key)
    numbered = _numbered(city, surveyed, remembered, mistakes)
    mistakes += outside(city, surveyed, heads)
    mistakes += same_place(city, _without(mistakes, surveyed), {id(one): n for n, one in numbered.items()}, heads)
    right = {one.row.where for one in _without(mistakes, surveyed)}
    good = {number: one for number, one in numbered.items() if one.row.where in right}
    made = _planned(root, city, good, remembered, _source(survey), mistakes)
    if made is None:
        raise DeclarationError(sorted(mistakes, key=_order))
    return replace(made, notes=tuple(no_bounds(city, surveyed, heads)) if made.files else ())


def _without(mistakes: Sequence[Mistake], surveyed: Sequence[Surveyed]) -> list[Surveyed]:
    """The rows of which nothing is told yet."""
    told = {mistake.where.rpartition(":")[0] for mistake in mistakes}
    return [one for one in surveyed if one.row.where not in told]


def _source(survey: Path) -> str:
    """The name of the file, unless it has personal data in it."""
    try:
        return TypeAdapter[str](Text).validate_python(survey.name)
    except ValidationError:
        return "a survey"


def _order(mistake: Mistake) -> tuple[str, int, int]:
    file, row, column = mistake.where.rsplit(":", 2)
    return file, int(row), int(column)


def _numbered(
    city: City, surveyed: Sequence[Surveyed], remembered: Mapping[int, Mapping[str, Any]], mistakes: list[Mistake]
) -> dict[int, Surveyed]:
    """Each row with the number of its site: its own, that of the site of its name, or the next that is free."""
    names: dict[str, list[int]] = {}
    for number, name in [
        *((file.number, file.name) for _, file in city.declared.sites),
        *((number, str(values["name"])) for number, values in remembered.items() if "name" in values),
    ]:
        known = names.setdefault(plain(name), [])
        known += [number] if number not in known else []
    declared = {file.number for _, file in city.declared.sites}
    taken = declared | {one.row.number for one in surveyed if one.row.number is not None}
    found: dict[int, Surveyed] = {}
    free = _free(city, taken)
    for one in surveyed:
        own, same = one.row.number, [n for n in names.get(plain(one.row.name), ()) if n in declared]
        if own is None and len(same) > 1:
            text = f"name {shown(one.row.name)} is that of sites {', '.join(map(str, same))}: give the row a number"
            mistakes.append(Mistake(one.row.at("name"), text))
            continue
        at = own or (same[0] if same else next(free))
        if at in found:
            where = found[at].row.where
            mistakes.append(Mistake(one.row.at("name"), f"this is site {at}, which stands at {where} already"))
        found[at] = one
    return found


def _free(city: City, taken: set[int]) -> Iterator[int]:
    """Numbers above all that are taken, without those whose VLAN is reserved on switches or the centre's."""
    network = city.declared.city.file.network
    firsts = [network.video.first_vlan, *([network.field.first_vlan] if network.field else [])]
    number, others = max(taken, default=0), {*RESERVED_VLANS, *central_vlans(city.declared)}
    while True:
        number += 1
        if not any(first + number in others for first in firsts):
            yield number


def _planned(
    root: Path,
    city: City,
    numbered: Mapping[int, Surveyed],
    remembered: Mapping[int, Mapping[str, Any]],
    source: str,
    mistakes: list[Mistake],
) -> Import | None:
    """What the rows make of the city; None where there are ``mistakes``, to which those are added that show here."""
    sheets = {sheet.file.number: sheet for sheet in city.declared.sites}
    files = _Files(root)
    changes: list[Change] = []
    kept = dict(remembered)
    rows: dict[str, Row] = {}
    for number, one in sorted(numbered.items()):
        if number not in sheets:
            name = file_of(city, number, one.type)
            files.put(name, site_text(city, one, number, source))
            rows[name] = one.row
            changes.append(Change(number, one.row.name, new=True, where=one.row.where))
            kept[number] = one.values
            continue
        sheet = sheets[number]
        rows[sheet.document.file] = one.row
        try:
            change, kept[number] = _changed(city, files, sheet, one, remembered.get(number, {}))
            changes.append(change)
        except NotKept as why:
            text = f"{sheet.document.file}:{why.line}:1: {why}; write it by hand"
            mistakes.append(Mistake(one.row.at("name"), text))
    try:
        after = _city(root, city.key, files.after, rows)
    except DeclarationError as error:
        mistakes += error.mistakes
    if mistakes:
        return None
    files.put(f"cities/{city.key}/{REMEMBERED}", _as_json(kept))
    return Import(tuple(changes), files.changed(), after)


def _changed(
    city: City, files: _Files, sheet: Sheet[SiteFile], one: Surveyed, before: Mapping[str, Any]
) -> tuple[Change, dict[str, Any]]:
    """The edits of a site that is declared, and what is to be remembered of it."""
    declared = declared_values(sheet.file, city.sites[_code(city, sheet.file)].phase)
    edits, kept, conflicts = [], [], []
    remembered = one.values
    wanted = one.values | {key: 0 for key in before if key.startswith(CAMERAS) and key not in one.values}
    for key, value in wanted.items():
        now, then = declared.get(key), before.get(key)
        if value == now or (value == 0 and now is None):
            continue
        told = f"{key}: {shown(_said(now))} is declared, {shown(_said(value))} surveyed"
        if value == then:
            kept.append(told)
        elif not _open(now, then) or key in UNMOVED or not _edit(files, sheet, key, value):
            conflicts.append(f"{told} ({sheet.document.where(*_path(sheet.file, key))})")
            remembered = {name: said for name, said in remembered.items() if name != key}
            remembered |= {key: then} if then is not None else {}
        else:
            edits.append(f"{key}: {shown(_said(now))} → {shown(_said(value))}")
    number, name = sheet.file.number, one.row.name
    change = Change(number, name, False, one.row.where, tuple(edits), tuple(kept), tuple(conflicts))
    return change, remembered


def _open(now: Any, then: Any) -> bool:
    """Whether a survey may say it: nobody declared it, or only the last survey did, or as an example."""
    return now is None or now == then or (isinstance(now, Mapping) and now["precision"] != "surveyed")


def _code(city: City, file: SiteFile) -> str:
    return next(site.code for site in city.sites.values() if site.number == file.number)


def _said(value: Any) -> Any:
    return f"{value['lat']}, {value['lon']}" if isinstance(value, Mapping) else value


def _path(file: SiteFile, key: str) -> tuple[str | int, ...]:
    if not key.startswith(CAMERAS):
        return (key,)
    group = key.removeprefix(CAMERAS)
    at = [index for index, entry in enumerate(file.cameras) if entry.group == group]
    return ("cameras", at[0], "count") if len(at) == 1 else ("cameras",)


def _edit(files: _Files, sheet: Sheet[SiteFile], key: str, value: Any) -> bool:
    """Whether the file could be made to say it."""
    name, path = sheet.document.file, _path(sheet.file, key)
    if path == ("cameras",):
        return False
    if key.startswith(CAMERAS):
        entry = sheet.file.cameras[int(path[1])]
        if entry.port is not None or entry.mac is not None or entry.serial is not None:
            return False  # one device that is there
        files.edit(name, put(path, value))
        if 0 < entry.ports < value:
            files.edit(name, put((*path[:2], "ports"), value))
    elif isinstance(value, Mapping):
        if sheet.file.position is None:
            files.edit(name, put((key,), flow(dict(value))))
        else:
            for inner, part in value.items():
                files.edit(name, put((key, inner), part))
    else:
        files.edit(name, put((key,), value))
    return True


def _city(root: Path, key: str, texts: Mapping[str, str], rows: Mapping[str, Row]) -> City:
    """The city as it would be. What is wrong with a file of the survey is told at its row."""
    whole = Files(key)
    there = {path.relative_to(root).as_posix(): path for path in paths(root, key)}
    for name in (*there, *(name for name in texts if name not in there)):
        whole.add(name, Document(name, texts[name]) if name in texts else read_file(root, there[name]))
    try:
        return whole.city()
    except DeclarationError as error:
        told = [_at_row(mistake, rows) for mistake in error.mistakes]
        raise DeclarationError(list(dict.fromkeys(told)), error.unread) from None


def _at_row(mistake: Mistake, rows: Mapping[str, Row]) -> Mistake:
    file = mistake.where.rsplit(":", 2)[0]
    return Mistake(rows[file].at("archetype"), mistake.text) if file in rows else mistake


def _remembered(root: Path, key: str) -> dict[int, dict[str, Any]]:
    path = root / "cities" / key / REMEMBERED
    if not path.exists():
        return {}
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        if data["version"] != VERSION:
            raise ValueError(f"version {data['version']}")
        return {int(number): dict(values) for number, values in data["sites"].items()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        text = f"cities/{key}/{REMEMBERED} is not what an import wrote ({error}): put back the committed one"
        raise UsageError(text) from None


def _as_json(sites: Mapping[int, Mapping[str, Any]]) -> str:
    data = {"version": VERSION, "sites": {str(number): dict(sites[number]) for number in sorted(sites)}}
    return json.dumps(data, ensure_ascii=False, indent=1, sort_keys=False) + "\n"


def write(root: Path, made: Import) -> None:
    """Write all files and load the city again. Whatever goes wrong, every file is as it was."""
    for name, (before, _) in made.files.items():
        path = root / name
        now = path.read_bytes().decode() if path.exists() else None
        if now != before:
            raise UsageError(f"{name} was changed in the meantime; nothing is written")
    try:
        for name, (_, after) in made.files.items():
            _replace(root / name, after)
        if load_city(root, made.city.key).digest != made.city.digest:
            raise UsageError("the declaration was changed in the meantime; nothing is written")
    except BaseException:
        for name, (before, _) in made.files.items():
            if before is None:
                (root / name).unlink(missing_ok=True)
            else:
                _replace(root / name, before)
        raise


def _replace(path: Path, text: str) -> None:
    path.parent.mkdir(exist_ok=True)
    new = path.with_name(f".{path.name}.new")
    new.write_bytes(text.encode())
    if path.exists():
        new.chmod(path.stat().st_mode)
    new.replace(path)
