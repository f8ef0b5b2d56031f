"""Commands of the server, and what is told of one that fails."""

from __future__ import annotations

import subprocess

from iccc.server.remote.answers import Refused

COMMAND_S = 60


def run(*command: str) -> tuple[int, str]:
    """Exit code, and what was said on either output."""
    environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C", "SYSTEMD_PAGER": ""}
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, errors="replace", timeout=COMMAND_S, env=environment, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return 127, str(error)
    return done.returncode, (done.stdout + done.stderr).strip()


def need(*command: str) -> None:
    code, said = run(*command)
    if code:
        raise Refused(f"{' '.join(command[:3])}: {last(said)}")


def last(said: str) -> str:
    """The line that matters: tools say it last, or call it an error."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    errors = [line for line in lines if "error" in line.lower()]
    return (errors or lines or ["no reason was given"])[0 if errors else -1][:300]
