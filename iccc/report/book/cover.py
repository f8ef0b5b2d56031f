"""The cover: which city, phase and revision, with what rates, and what it comes to."""

from __future__ import annotations

from collections.abc import Sequence

from iccc.bom.estimate import Estimate
from iccc.bom.money import CRORE
from iccc.city.devices import City
from iccc.city.revision import Commit
from iccc.report.annexure.content import Asked
from iccc.report.book.abstract import CAPITAL_NAME, TOTAL_NAME
from iccc.report.book.page import HINDI_FONT, Book, Page

SHEET = "Cover"
Fact = tuple[str, str, str]  # English, Hindi, what it is


def facts(asked: Asked) -> list[Fact]:
    """What identifies the bill."""
    city, place = asked.city, asked.city.declared.city.file.city
    said = [("City", "नगर", f"{city.name}  {city.name_hi}"), ("State", "राज्य", place.state)]
    if place.spv:
        said.append(("Authority", "प्राधिकरण", place.spv))
    phase = "all phases" if asked.phase is None else f"{asked.phase}: {city.phases[asked.phase]}"
    said.append(("Phase", "चरण", phase))
    if asked.limits:
        said.append(("Part of the city", "नगर का भाग", ", ".join(asked.limits)))
    return [
        *said,
        ("Date", "दिनांक", f"{asked.day:%d-%m-%Y}"),
        ("Revision of the inventory", "अभिलेख संस्करण", _revision(asked.revision)),
        ("SHA-256 of the declaration", "घोषणा का SHA-256", city.digest),
    ]


def _revision(commit: Commit | None) -> str:
    if commit is None:
        return "not known: no git repository"
    changed = ", and files that are not committed" if commit.changed else ""
    return f"{commit.name} of {commit.day:%d-%m-%Y}{changed}"


def write(book: Book, city: City, said: Sequence[Fact], notes: Sequence[str], estimate: Estimate | None) -> Page:
    """Title, facts, totals in crore, notes."""
    what = "Bill of quantities and estimate" if estimate else "Tender: bill of quantities"
    hindi = "मात्रा-पत्रक व प्राक्कलन" if estimate else "निविदा: मात्रा-पत्रक"
    page = book.page(SHEET, f"{city.name}: city surveillance", f"{city.name_hi}: नगर निगरानी प्रणाली", (30, 26, 70))
    page.sheet.set_portrait()
    page.row += 1
    page.text(0, what, "title")
    page.row += 1
    page.text(0, hindi, "hindi_title")
    page.row += 2
    for english, in_hindi, fact in said:
        page.text(0, english, bold=True)
        page.text(1, in_hindi, "hindi")
        page.text(2, fact, font_name=HINDI_FONT)
        page.row += 1
    if estimate:
        for english, in_hindi, name, value in (
            ("Capital expenditure", "पूंजीगत व्यय", CAPITAL_NAME, estimate.capital),
            ("Total with operation", "संचालन सहित कुल", TOTAL_NAME, estimate.total),
        ):
            page.text(0, english, bold=True)
            page.text(1, in_hindi, "hindi")
            page.formula(2, f"{name}/{CRORE}", value / CRORE, "crore", align="left")
            page.row += 1
    if notes:
        page.caption("To be read first")
    for note in notes:
        page.wide(0, 2, note)
        page.row += 1
    return page


def contents(page: Page, book: Book) -> None:
    """All other sheets, each with a way to it."""
    page.caption("Contents")
    for number, other in enumerate(book.pages[1:], 1):
        page.text(0, f"{number}. {other.name}", bold=True)
        page.text(1, other.hindi, "hindi")
        form = book.format("text", font_color="#0563C1", underline=1)
        page.sheet.write_url(page.row, 2, f"internal:'{other.name}'!A1", form, other.title)
        page.row += 1
