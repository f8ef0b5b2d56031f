"""What docstrings refer to is there: modules (``:mod:`iccc.drift```), what is said to be in them, and own names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from tests.docs.pages import ROOT

SOURCES = sorted(path for folder in ("iccc", "deploys", "tests") for path in (ROOT / folder).rglob("*.py"))
REFERENCE = re.compile(r":(?:mod|func|class|meth|data|attr|exc):`~?([\w.]+)(?:\(\))?`")


def missing(source: str) -> Iterator[str]:
    """References of a module that lead nowhere: to no module, to nothing in it, to no name in the module itself."""
    rest = REFERENCE.sub("", source)
    for name in REFERENCE.findall(source):
        if not (_is_there(name) if name.startswith(("iccc.", "tests.")) else _speaks_of(rest, name.split(".")[0])):
            yield name


def _is_there(name: str) -> bool:
    parts = name.split(".")
    for count in range(len(parts), 0, -1):
        module = Path(ROOT, *parts[:count])
        for file in (module.with_suffix(".py"), module / "__init__.py"):
            if file.exists():
                return not parts[count:] or _speaks_of(file.read_text(encoding="utf-8"), parts[count])
    return False


def _speaks_of(source: str, name: str) -> bool:
    return bool(re.search(rf"\b{name}\b", source))


def test_what_docstrings_refer_to_is_there() -> None:
    read = {path: path.read_text(encoding="utf-8", errors="replace") for path in SOURCES if path != Path(__file__)}
    assert sum(len(REFERENCE.findall(source)) for source in read.values()) > 200
    assert [f"{path.relative_to(ROOT)}: {name}" for path, text in read.items() for name in missing(text)] == []


def test_a_reference_that_leads_nowhere_is_found() -> None:
    gone = "Sent like :mod:`iccc.server.gone`, as :func:`iccc.server.calls.gone()` and :data:`GONE` say."
    assert list(missing(gone)) == ["iccc.server.gone", "iccc.server.calls.gone", "GONE"]
    there = "Of :mod:`iccc.server`, :func:`iccc.server.calls.sent` and :data:`THERE`.\nTHERE = 1"
    assert list(missing(there)) == []
