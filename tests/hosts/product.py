"""iccc beside an :class:`~tests.hosts.lab.OvsLab`: a folder of its own with the target ``netns``, and its commands."""

from __future__ import annotations

import json
import re
import secrets
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.hosts.building import HERE
from tests.hosts.hand import Did
from tests.hosts.lab import OvsLab

CITY = "bilaspur"
FOLDERS = (f"cities/{CITY}", "catalogue", "templates", "deploys", "inventory", "tests/field")
FILES = ("config.py", "pyinfra.cfg")
ICCC = (sys.executable, "-c", "from iccc.cli.main import main; main()")


def copy_folders(root: Path) -> None:
    """What a city is loaded from, and iccc works with."""
    for folder in FOLDERS:
        shutil.copytree(HERE / folder, root / folder, ignore=shutil.ignore_patterns("__pycache__"))


class Product:
    """The folder ``root`` (empty before), in which every switch of the lab is enrolled."""

    def __init__(self, lab: OvsLab, root: Path) -> None:
        self.lab = lab
        self.root = root
        self.engineer = ("engineer", secrets.token_urlsafe(12))
        copy_folders(root)
        for file in FILES:
            shutil.copy(HERE / file, root / file)
        settings = root / "pyinfra.cfg"
        text, count = re.subn(r"(?m)^target *=.*", "target = netns", settings.read_text(encoding="utf-8"))
        assert count == 1, settings
        settings.write_text(text, encoding="utf-8")
        enrolled = self.iccc("enrol", "--sheet", str(lab.sheet_path))
        assert enrolled.returncode == 0, enrolled.stderr

    def hire(self) -> None:
        """An engineer with a user of their own on the switch, typed at its console: no declaration speaks of it."""
        user, password = self.engineer
        self.lab.console.type(f"username {user} privilege 15 secret {password}")

    def hand(self, *steps: Sequence[str], address: str | None = None) -> Did:
        """As :meth:`OvsLab.hand`, by that engineer; ``address`` of the switch where it is not the one it began with."""
        user, password = self.engineer
        return self.lab.hand(*steps, username=user, password=password, host=address or self.lab.site.address)

    def redeclare(self) -> None:
        """The city's folder as it is shipped."""
        shutil.rmtree(self.declaration)
        shutil.copytree(HERE / "cities" / CITY, self.declaration)

    @property
    def declaration(self) -> Path:
        """The city's folder, to be edited."""
        return self.root / "cities" / CITY

    def iccc(self, command: str, *arguments: str, timeout_s: float = 110.0) -> subprocess.CompletedProcess[str]:
        """Run ``iccc COMMAND CITY …`` on the operator's side."""
        return self.lab.operator(*ICCC, command, CITY, *arguments, cwd=self.root, timeout_s=timeout_s)

    def differences(self, switch: str) -> list[str]:
        """Paths of the settings of a switch that are not as declared.

        Drift also finds that some of its cables lead nowhere here and that somebody typed: true, and no matter here.
        """
        done = self.iccc("drift", "--limit", switch, "--format", "json")
        assert done.returncode in (0, 2, 3), done.stderr
        findings = json.loads(done.stdout)["findings"]
        assert not [one for one in findings if one["class"] == "observability"], done.stdout
        settings = [one["path"] for one in findings if one["class"] in ("config", "addressing")]
        return [path for path in settings if path != "history.changed_s"]

    def start(self, command: str, *arguments: str) -> subprocess.Popen[bytes]:
        """Start it there: the test kills it, or does something to the switch meanwhile."""
        return self.lab.start(*ICCC, command, CITY, *arguments, cwd=self.root)
