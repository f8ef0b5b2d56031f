"""The folder and the declaration of the small city, made of Bilaspur's own files."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

HERE = Path(__file__).parents[2]
CITY = "bilaspur"
FOLDERS = (f"cities/{CITY}", "catalogue", "templates", "deploys", "inventory", "tests/field")
FILES = ("config.py", "pyinfra.cfg")
BLOCK = 191  # second number of the first of three address ranges
RINGS = {"r1": [1, 2], "r2": [3]}
GROUPS = """\
  - {{group: fixed, slot: 1, count: 4, ports: 6, recorder: {0}}}
  - {{group: ptz, slot: 21, count: 1, ports: 1, recorder: {0}}}
  - {{group: anpr, slot: 25, count: 2, ports: 3, recorder: {0}}}
  - {{group: rlvd, slot: 41, count: 1, ports: 1, recorder: {0}}}
"""


def found(root: Path, block: int = BLOCK) -> None:
    """Make the folder of the small city; its addresses are in 10.``block``.0.0 and the two after it."""
    for folder in FOLDERS:
        shutil.copytree(HERE / folder, root / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for file in FILES:
        shutil.copy(HERE / file, root / file)
    declare(root, block)


def declare(root: Path, block: int = BLOCK) -> None:
    """(Over)write the declaration and the settings."""
    source, target = HERE / "cities" / CITY, root / "cities" / CITY
    shutil.rmtree(target)
    (target / "junctions").mkdir(parents=True)
    for number in range(1, 4):
        name = f"junctions/j{number:02d}.yaml"
        (target / name).write_text(_small_junction((source / name).read_text(encoding="utf-8"), number))
    for name in ("city.yaml", "core.yaml", "recorders.yaml"):
        (target / name).write_text(_moved((source / name).read_text(encoding="utf-8"), block), encoding="utf-8")
    edit(target / "recorders.yaml", r"(?s)  - \{number: 4,.*", "")
    edit(target / "core.yaml", r"(?s)  - name: r3\n.*", "")
    for ring, sites in RINGS.items():
        edit(
            target / "core.yaml",
            rf"(?s)(name: {ring}\n.*?)    spans_m: [^\n]*\n(.*?sites: )\[[^]]*\]",
            rf"\g<1>\g<2>{sites}",
        )
    shutil.copy(HERE / "pyinfra.cfg", root / "pyinfra.cfg")
    edit(root / "pyinfra.cfg", r"(?m)^settle_s = .*$", "settle_s = 0.1")  # the lab's switches shut no port late
    edit(root / "pyinfra.cfg", r"(?m)^probe_s = .*$", "probe_s = 0.2")  # loopback is near


def edit(path: Path, pattern: str, new: str) -> None:
    """Replace what ``pattern`` matches; it has to match once."""
    text, count = re.subn(pattern, new, path.read_text(encoding="utf-8"))
    assert count == 1, f"{path.name}: {pattern!r} matches {count} times"
    path.write_text(text, encoding="utf-8")


def _small_junction(text: str, number: int) -> str:
    text = re.sub(r"(?m)^  - \{number: [34],.*\n", "", text)
    return text[: text.index("cameras:\n")] + "cameras:\n" + GROUPS.format(number)


def _moved(text: str, block: int) -> str:
    """In 10.81, 10.82 and 10.83 are management, video and recording."""
    return re.sub(r"10\.8([123])\.", lambda found: f"10.{block + int(found[1]) - 1}.", text)
