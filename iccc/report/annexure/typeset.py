"""Setting annexures as PDF with Typst, in process, with fonts from a package and no others.

What an annexure says goes to the template as JSON, so that nothing in it is ever read as markup.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime, time
from importlib.resources import as_file, files
from typing import Final

import typst

from iccc.errors import UsageError
from iccc.report.annexure.page import Annexure
from iccc.report.table import clean, one_line

TEMPLATE = "annexure.typ"
STANDARD: Final = "a-2u"  # for archives: fonts inside, and every letter is one that can be searched for and copied
SCRIPTS = "its fonts have Latin and Devanagari letters"


def typeset(parts: Sequence[Annexure], day: date) -> bytes:
    """One PDF of all parts, one behind the other. The same parts and day give the same bytes."""
    data = json.dumps(_cleaned([asdict(part) for part in parts]), ensure_ascii=False)
    template = (files("iccc.report.annexure") / TEMPLATE).read_bytes()
    with as_file(files("fontpkg_mukta") / "files") as fonts:
        try:
            return typst.compile(
                template,
                font_paths=typst.Fonts(include_system_fonts=False, font_paths=[fonts]),
                sys_inputs={"data": data},
                pdf_standards=STANDARD,
                timestamp=datetime.combine(day, time(), UTC),
            )
        except typst.TypstError as error:
            raise UsageError(f"the PDF cannot be set: {one_line(error.message)}; {SCRIPTS}") from None


def _cleaned(value: object) -> object:
    """The same without control characters."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {key: _cleaned(inner) for key, inner in value.items()}
    return [_cleaned(inner) for inner in value] if isinstance(value, list | tuple) else value
