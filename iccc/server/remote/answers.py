"""The request of a program, and its reply."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from typing import Any

Verb = Callable[[dict[str, Any]], dict[str, Any]]


class Refused(Exception):
    """Nothing was changed, or not all; the text says what stands in the way."""


def answer(verbs: Mapping[str, Verb]) -> None:
    """Do what standard input asks for, and say so on standard output; exit code 3 when it is refused."""
    request = json.load(sys.stdin)
    try:
        reply: dict[str, Any] = {"ok": verbs[request["verb"]](request)}
    except Refused as refusal:
        reply = {"refused": str(refusal)}
    except (OSError, LookupError, ValueError) as error:
        reply = {"refused": f"{type(error).__name__}: {error}"}
    json.dump(reply, sys.stdout)
    sys.stdout.write("\n")
    sys.exit(0 if "ok" in reply else 3)
