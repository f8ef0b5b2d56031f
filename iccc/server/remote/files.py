"""Files: what is told of one, and how one takes its place: it is put beside it first, and takes it in one step."""

from __future__ import annotations

import grp
import hashlib
import hmac
import os
import pwd
import shutil
from typing import Any

from iccc.server.remote.answers import Refused


def file(path: str) -> dict[str, Any] | None:
    try:
        with open(path, "rb") as content:
            digest = hashlib.sha256(content.read()).hexdigest()
        about = os.stat(path)
    except OSError:
        return None
    return {"sha256": digest, "mode": f"{about.st_mode & 0o7777:04o}", "owner": owner(about)}


def sealed(path: str, nonce: str) -> dict[str, Any] | None:
    """A file with secrets: of its content only a proof that it is known."""
    found = file(path)
    if found is not None:
        with open(path, encoding="utf-8", errors="replace") as content:
            found |= {"sha256": "", "seal": seal(nonce, content.read())}
    return found


def seal(nonce: str, text: str) -> str:
    """Proves that a text is known without telling it."""
    return hmac.new(nonce.encode(), text.encode(), "sha256").hexdigest()


def owner(about: os.stat_result) -> str:
    try:
        user = pwd.getpwuid(about.st_uid).pw_name
    except KeyError:
        user = str(about.st_uid)
    try:
        return f"{user}:{grp.getgrgid(about.st_gid).gr_name}"
    except KeyError:
        return f"{user}:{about.st_gid}"


def listed(folder: str) -> list[str]:
    try:
        return sorted(os.listdir(folder))
    except OSError:
        return []


def differs(path: str, one: dict[str, Any]) -> bool:
    digest = hashlib.sha256(one["content"].encode()).hexdigest()
    return file(path) != {"sha256": digest, "mode": one["mode"], "owner": one["owner"]}


def replace(path: str, one: dict[str, Any]) -> None:
    """In one step, and on the disk when it returns. Refused when it cannot be; what was there is there then."""
    draft = f"{path}.iccc-new"
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        write(draft, one["content"], 0o600)
        user, group = one["owner"].split(":")
        shutil.chown(draft, user, group)
        os.chmod(draft, int(one["mode"], 8))
        os.replace(draft, path)
    except OSError as error:
        if os.path.exists(draft):
            os.unlink(draft)
        raise Refused(f"{path} is not written: {error.strerror}; it is as before") from None


def write(path: str, content: str, mode: int) -> None:
    if os.path.exists(path):
        os.unlink(path)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w", encoding="utf-8") as file_:
        file_.write(content)
        file_.flush()
        os.fsync(file_.fileno())
