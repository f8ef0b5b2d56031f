"""Prints hier_config's remediation, one line per command. Runs in the peer's environment, as its own README does it.

``python remediate_hier_config.py PLATFORM RUNNING INTENDED``; platform: a name of ``hier_config.Platform``.
"""

from __future__ import annotations

import sys
from pathlib import Path

from hier_config import Platform, WorkflowRemediation, get_hconfig

platform = Platform[sys.argv[1]]
running, intended = (get_hconfig(platform, Path(path).read_text(encoding="utf-8")) for path in sys.argv[2:4])
for child in WorkflowRemediation(running, intended).remediation_config.all_children_sorted():
    print(child.cisco_style_text())
