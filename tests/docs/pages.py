"""The documents, and what can be picked out of them: links, headings, code blocks, names of files."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    path.relative_to(ROOT).as_posix()
    for pattern in ("*.md", "docs/**/*.md", "cities/*/README.md")
    for path in ROOT.glob(pattern)
)
MADE_BY_RUNS = ("state/", "out/")  # git-ignored

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_CODE = re.compile(r"`([^`\n]+)`")
_FILE = re.compile(r"[\w.-]+(/[\w.-]+)*/?")


def text(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def blocks(page: str) -> list[tuple[str, str]]:
    """Fenced blocks: language and content."""
    return [(language, content) for language, content in _FENCE.findall(text(page))]


def prose(page: str) -> str:
    """The page without its fenced blocks."""
    return _FENCE.sub("", text(page))


def links(page: str) -> list[str]:
    return _LINK.findall(prose(page))


def anchors(page: str) -> set[str]:
    """The anchors of the headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.*)$", prose(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def file_names(page: str) -> list[str]:
    """What a page names in code type as a file or folder of the repository; places to fill in (``<city>``) are none."""
    tops = {path.name for path in ROOT.iterdir()} - {".git", ".venv"}
    named = [code for code in _CODE.findall(prose(page)) if _FILE.fullmatch(code)]
    named = [code for code in named if "/" in code or "." in code]
    return [code for code in named if code.partition("/")[0] in tops and "jNN" not in code and not _made_by_runs(code)]


def commands(page: str, program: str) -> list[str]:
    """The lines of the page's shell blocks that run ``program``."""
    lines = [line for language, block in blocks(page) if language in ("sh", "console") for line in block.splitlines()]
    return [line.removeprefix("$ ") for line in lines if re.match(rf"(\$ )?{program} ", line)]


def _made_by_runs(name: str) -> bool:
    return name.startswith(MADE_BY_RUNS)
