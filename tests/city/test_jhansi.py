"""Jhansi as its sources print it: 2,378 of others in common areas, new sites apart, posts, no nodal officers."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from iccc.city.devices import City
from iccc.city.load import load_city
from iccc.city.model.common import Category, Lifecycle, View
from iccc.city.model.published import Counted
from iccc.city.totals import count

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.timeout(60)


@pytest.fixture(scope="module")
def jhansi() -> City:
    return load_city(ROOT, "jhansi")


def total(city: City, **what: str) -> int:
    counted = Counted.model_validate(what)
    return count(counted, city.declared, city.cameras.values(), city.sites.values(), city.equipment.values())


def test_2378_are_integrated_and_none_of_them_is_the_projects(jhansi: City) -> None:
    assert total(jhansi, phase="integrated") == 2378
    assert total(jhansi, phase="integrated", owner="third_party") == 2378
    assert not [camera for camera in jhansi.cameras.values() if camera.phase == "integrated"]


def test_the_only_gap_is_the_papers_own(jhansi: City) -> None:
    (note,) = jhansi.notes
    assert note.where.startswith("cities/jhansi/published.yaml:")
    assert "2615 published" in note.text
    assert "add up to 2613" in note.text


def test_figures_as_printed(jhansi: City) -> None:
    assert jhansi.declared.published is not None
    figures = jhansi.declared.published.file.figures
    assert [figures[f"series-{n}"].value for n in (1, 2, 3, 4)] == [100, 1400, 2378, 2615]
    assert figures["series-added"].value == 235
    week = figures["that-week"]
    assert (week.value, week.approximate, week.counted) == (748, True, None)
    article = {figures[name].as_of for name in ("integrated", "that-week")}
    assert article == {date(2023, 10, 20)}
    assert {figure.as_of for name, figure in figures.items() if name.startswith("series")} == {"unknown"}
    assert [name for name, figure in figures.items() if figure.counted] == ["integrated"]


def test_only_common_areas_and_no_split(jhansi: City) -> None:
    (head,) = [sheet.file for sheet in jhansi.declared.third_party]
    assert head.rule is not None
    assert head.rule.views == (View.COMMON_AREA,)
    assert {(entry.phase, entry.cameras) for entry in head.counts} == {
        ("integrated", 2378),
        ("common-areas", "unknown"),
    }
    assert {entry.cameras: entry.status for entry in head.counts}[2378] is Lifecycle.COMMISSIONED
    assert head.owners == ()


def test_new_sites_are_planned(jhansi: City) -> None:
    assert Counter(site.type for site in jhansi.sites.values()) == {
        Category.TOLL_PLAZA: 1, Category.DISTRICT_JAIL: 1, Category.BLACK_SPOT: 3,
    }  # fmt: skip
    assert {(site.phase, site.status) for site in jhansi.sites.values()} == {("new-sites", Lifecycle.PLANNED)}
    assert not [device.name for device in jhansi.inventory() if device.on_the_wire]


def test_posts_are_directed_and_no_nodal_officer_is_invented(jhansi: City) -> None:
    assert jhansi.declared.governance is not None
    governance = jhansi.declared.governance.file
    assert governance.nodal_officers is None
    assert {entry.post for entry in governance.outreach} == {
        "Secretary of the development authority", "Chief Medical Officer", "District Inspector of Schools",
    }  # fmt: skip
    (review,) = governance.reviews
    assert review.every == "week"
    assert review.source.startswith("Press")


def test_time_servers_are_declared_servers_and_follow_the_national_ones(jhansi: City) -> None:
    ntp = {device.address for device in jhansi.equipment.values() if "ntp" in device.roles}
    assert set(jhansi.ntp_servers) == ntp
    assert jhansi.declared.city.file.time.upstream == ("samay1.nic.in", "samay2.nic.in", "time.nplindia.org")
    assert set(jhansi.syslog_hosts) == {d.address for d in jhansi.equipment.values() if "syslog" in d.roles}
