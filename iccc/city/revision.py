"""A city as it was declared at another time or place: a git revision, a folder, the working tree."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import tarfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from iccc.city.devices import City
from iccc.city.load import ASSUMPTIONS, CATALOGUE, TEMPLATES, city_of_documents, documents_of, plan_of, read_file
from iccc.city.load import SHARED as FILES
from iccc.city.model.assumptions import NAMES
from iccc.errors import DeclarationError, Mistake, UsageError
from iccc.explain import did_you_mean, shown
from iccc.yamlfile import Document

FOLDER = CATALOGUE.partition("/")[0]
NAMED = 5  # changed files that a note names
# git must neither write its index nor run what a repository configures to look at files.
_GIT = ("git", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null")


@dataclass(frozen=True)
class Commit:
    """A commit and its day. ``changed``: files differ from it, so it is not all."""

    name: str
    day: date
    changed: bool

    def __str__(self) -> str:
        return f"{self.name[:12]}{'+' if self.changed else ''}"


@dataclass(frozen=True)
class Former:
    """A city as it was. ``lent``: what it did not have yet, and has from the working tree, in words."""

    city: City
    lent: tuple[str, ...]


class NoRevision(UsageError):
    """There is no such revision here."""


def city_of(root: Path, key: str, said: str, phase: str | None = None) -> Former:
    """The city ``key`` as it was in a revision, or as it is in a folder; nothing of ``root`` is touched.

    ``phase``: with its plan, where there is one there.

    A file of the catalogue and an assumption that were not there yet are those of ``root``.

    A folder has ``cities/<key>`` in it, or is that of the city itself. Mistakes have the revision before their place.
    """
    if "/" in said and Path(said).is_dir():
        return _of_folder(root, key, Path(said), phase)
    try:
        return _of_revision(root, key, said, phase)
    except NoRevision:
        if Path(said).is_dir():
            return _of_folder(root, key, Path(said), phase)
        raise


def changed_files(root: Path, key: str) -> list[str]:
    """What the working tree has otherwise than the last commit, of the city and the catalogue; none without git."""
    try:
        lines = _run(root, "status", "--porcelain", "-uall", "--", f"cities/{key}", FOLDER, *TEMPLATES)
    except UsageError:
        return []
    return [line[3:] for line in lines.decode(errors="replace").splitlines()]


def last_commit(root: Path, key: str) -> Commit | None:
    """The last one that changed the city or the catalogue; None without git, or where it has none."""
    try:
        said = _run(root, "log", "-1", "--format=%H %cI", "--", f"cities/{key}", FOLDER, *TEMPLATES).decode()
    except UsageError:
        return None
    name, _, at = said.strip().partition(" ")
    return Commit(name, datetime.fromisoformat(at).date(), bool(changed_files(root, key))) if at else None


def said_of_changed(files: Sequence[str]) -> str:
    """``2 files that are not committed: a, b``."""
    more = f" and {len(files) - NAMED} more" if len(files) > NAMED else ""
    return f"{', '.join(files[:NAMED])}{more}"


def _of_folder(root: Path, key: str, folder: Path, phase: str | None) -> Former:
    folder = folder.resolve()
    if (folder / "cities" / key / "city.yaml").is_file():
        return _loaded(root, folder, key, "", phase)
    if not (folder / "city.yaml").is_file():
        raise UsageError(f"{folder} has neither cities/{key}/city.yaml nor city.yaml")
    above = folder.parent.parent
    with TemporaryDirectory(prefix="iccc-") as made:
        copied = Path(made)
        shutil.copytree(folder, copied / "cities" / key)
        for name in (FOLDER, *TEMPLATES):
            shared = next((at / name for at in (above, root) if (at / name).is_dir()), None)
            if shared is not None:
                shutil.copytree(shared, copied / name)
        return _loaded(root, copied, key, f"{folder.name}:", phase)


def _of_revision(root: Path, key: str, revision: str, phase: str | None) -> Former:
    commit = _commit(root, revision)
    wanted = (FOLDER, f"cities/{key}", *TEMPLATES)
    there = _run(root, "ls-tree", "--name-only", commit, "--", *wanted).decode().split("\n")
    if f"cities/{key}" not in there:
        raise UsageError(f"revision {revision} has no cities/{key}")
    packed = _run(root, "archive", "--format=tar", commit, "--", *(name for name in wanted if name in there))
    with TemporaryDirectory(prefix="iccc-") as made:
        with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
            archive.extractall(made, filter="data")
        return _loaded(root, Path(made), key, f"{revision}:", phase)


def _loaded(root: Path, there: Path, key: str, before: str, phase: str | None) -> Former:
    """The city below ``there``; ``before`` stands before the places of its mistakes."""
    documents = documents_of(there, key, plan_of(there, key, phase))
    lent = tuple(_lend(root, there, documents))
    try:
        return Former(city_of_documents(there, key, documents), lent)
    except DeclarationError as error:
        mistakes = [Mistake(f"{before}{mistake.where}", mistake.text) for mistake in error.mistakes]
        raise DeclarationError(mistakes, error.unread) from None


def _lend(root: Path, there: Path, documents: dict[str, Document | list[Mistake]]) -> Iterator[str]:
    """Give ``documents`` what the loader needs and the files there do not have yet."""
    for file in (each for each in FILES if not (there / each).exists()):
        documents[file] = read_file(root, root / file)
        yield file
    assumed, present = documents[ASSUMPTIONS], read_file(root, root / ASSUMPTIONS)
    if isinstance(assumed, list) or isinstance(present, list) or not isinstance(assumed.value, dict):
        return
    known = assumed.value.get("assumptions")
    missing = [name for name in NAMES if isinstance(known, dict) and name not in known]
    for name in missing:
        assumed.suppose(("assumptions", name), present.value["assumptions"][name])
    if missing:
        yield f"{', '.join(missing)} of {ASSUMPTIONS}"


def _commit(root: Path, revision: str) -> str:
    try:
        found = _run(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    except UsageError as error:
        if _is_repository(root):
            names = _run(root, "for-each-ref", "--format=%(refname:short)").decode().split()
            hint = did_you_mean(revision, names)
            raise NoRevision(f"{shown(revision)} is no revision of this repository and no folder{hint}") from None
        raise NoRevision(f"{shown(revision)} is no folder, and no revision: {error}") from None
    return found.decode().strip()


def _is_repository(root: Path) -> bool:
    try:
        _run(root, "rev-parse", "--git-dir")
    except UsageError:
        return False
    return True


def _run(root: Path, *arguments: str) -> bytes:
    """What git prints; UsageError with the first line of what it says instead."""
    try:
        done = subprocess.run(  # noqa: S603
            [*_GIT, "-C", str(root), *arguments],
            capture_output=True, check=False, env={**os.environ, "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"},
        )  # fmt: skip
    except OSError as error:
        raise UsageError(f"git cannot be run: {error.strerror}") from None
    if done.returncode:
        first = (done.stderr.decode(errors="replace").strip().splitlines() or ["it failed without a word"])[0]
        raise UsageError(f"git: {first}")
    return done.stdout
