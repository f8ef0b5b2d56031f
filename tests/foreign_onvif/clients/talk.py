"""The line that each foreign client's own process speaks with the tests. Standard library only.

In: ``{"device": {"host", "port", "user", "password", "digest"}, "parts": [["hostname", null], …]}``, one JSON a line.
Out, one line for each: ``{"hostname": {"value": …} | {"error": …} | {"offered": false}}``.
"""

from __future__ import annotations

import asyncio
import inspect
import json
import os
import sys
from collections.abc import Callable, Mapping
from typing import Any

Parts = Mapping[str, Callable[..., Any]]


def serve(connect: Callable[[dict[str, Any]], Any]) -> None:
    """Answer until the input ends. ``connect`` gives the client's functions by part; any of them may be a coroutine's.

    What the client prints by itself goes to stderr.
    """
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)

    def run(function: Callable[..., Any], *arguments: Any) -> Any:
        async def call() -> Any:
            value = function(*arguments)
            return await value if inspect.isawaitable(value) else value

        return loop.run_until_complete(call())

    for line in sys.stdin:
        asked = json.loads(line)
        answer: dict[str, Any] = {}
        try:
            parts: Parts = run(connect, asked["device"])
        except Exception as error:  # noqa: BLE001  (whatever a foreign client raises is its answer)
            answer = {name: {"error": said(error)} for name, _ in asked["parts"]}
        else:
            for name, argument in asked["parts"]:
                answer[name] = _one(run, parts, name, argument)
            if "close" in parts:
                run(parts["close"])
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


def _one(run: Callable[..., Any], parts: Parts, name: str, argument: Any) -> dict[str, Any]:
    if name not in parts:
        return {"offered": False}
    try:
        return {"value": run(parts[name], *([] if argument is None else [argument]))}
    except Exception as error:  # noqa: BLE001
        return {"error": said(error)}


def said(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"
