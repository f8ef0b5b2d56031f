"""What runs on a server, as root, for one reading or one change; Python's standard library only.

It is sent over SSH with each request and leaves nothing behind (:mod:`iccc.server.calls`). Standard input has the
request as JSON after the program itself, standard output gets the reply. A request never has a secret in its command
line. A file is put beside its place first and takes it in one step, and only when every check of its group has passed.
"""

from __future__ import annotations

import grp
import hashlib
import hmac
import json
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
from typing import Any

CAMERAS = "/etc/iccc/recording"
# Of cameras that were recorded here: how long what they have is kept. The retention takes it when nothing is left.
FORMER = "/etc/iccc/recorded-before"
MANIFEST = "/etc/iccc/recording.json"
REFUSED = "/run/iccc-refused"  # a file is named after each camera whose login was refused when it was last tried
UNIT = "iccc-record@{}.service"
WANTS = "/etc/systemd/system/iccc-recording.target.wants"
TEMPLATE = "/etc/systemd/system/iccc-record@.service"
RECORD = "/usr/local/lib/iccc/record"  # what the units run
NO_ARRAY: dict[str, Any] = {"mounted": False, "separate": False, "fstab": None, "owner": None}
ADMINS = "iccc-admin"  # the group of administrators that the city declares
FIRST_PERSON = 1000  # the lowest number of an account that is a person's (Debian)
SUDOERS = "/etc/sudoers.d/iccc-admin"
MAY_ALL = f"%{ADMINS} ALL=(ALL:ALL) NOPASSWD: ALL\n"
BATCH, BATCH_APART_S = 20, 1.0  # 300 units at once drove the load of a recorder to 94
COMMAND_S = 60
# A file is named after each unit that was not told yet of its changed files; a restart of the host tells all.
PENDING = "/run/iccc-pending"
# A folder for each part that waits to be confirmed.
ARMED, TAKE_BACK = "/run/iccc-armed", "take-back"


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


class Refused(Exception):
    """Nothing was changed, or not all; the text says what stands in the way."""


# Reading


def read(request: dict[str, Any]) -> dict[str, Any]:
    return {
        "system": system(),
        "array": array(request["mount"]) if request["mount"] else NO_ARRAY,
        "packages": packages(request["packages"]),
        "accounts": {name: account(name) for name in request["accounts"]},
        "admins": {name: admin(name, request["keys"]) for name in listed(request["keys"])},
        "files": {path: file(path) for path in request["files"]}
        | {path: sealed(path, request["nonce"]) for path in request["sealed"]},
        "services": services(request["services"]),
        "cameras": {name: camera(name, request) for name in recorded()},
    }


def system() -> dict[str, Any]:
    """What the host says of itself."""
    told = {}
    try:
        with open("/etc/os-release", encoding="utf-8") as lines:
            told = dict(line.rstrip("\n").split("=", 1) for line in lines if "=" in line)
    except OSError:
        pass
    return {"os": told.get("PRETTY_NAME", "").strip('"'), "now": time.time(), "python": sys.version.split()[0]}


def array(mount: str) -> dict[str, Any]:
    """The file system at ``mount``: whether it is another one than the root's, and how full."""
    found = dict(NO_ARRAY)
    try:
        with open("/etc/fstab", encoding="utf-8") as lines:
            rows = [line.split() for line in lines if line.strip() and not line.startswith("#")]
        found["fstab"] = next((" ".join(row[:4]) for row in rows if len(row) > 3 and row[1] == mount), None)
    except OSError:
        pass
    if os.path.ismount(mount):
        about, disk = os.stat(mount), os.statvfs(mount)
        found |= {"mounted": True, "separate": about.st_dev != os.stat("/").st_dev, "owner": owner(about)}
        found |= {"bytes": disk.f_blocks * disk.f_frsize, "free": disk.f_bavail * disk.f_frsize}
    return found


def packages(names: list[str]) -> dict[str, str | None]:
    """The installed version of each; None when it is not wholly installed."""
    found: dict[str, str | None] = dict.fromkeys(names)
    _, said = run("dpkg-query", "-W", "-f", "${Package}\t${Version}\t${db:Status-Status}\n", *names)
    for line in said.splitlines():
        parts = line.split("\t")
        if len(parts) == 3 and parts[2] == "installed":
            found[parts[0]] = parts[1]
    return found


def account(name: str) -> dict[str, Any] | None:
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        return None
    return {"shell": entry.pw_shell, "home": entry.pw_dir}


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


def listed(folder: str) -> list[str]:
    try:
        return sorted(os.listdir(folder))
    except OSError:
        return []


def admin(name: str, folder: str) -> dict[str, Any]:
    """Somebody whose key lies in the folder: the digest of the file, and whether they may become root."""
    about = file(f"{folder}/{name}") or {"sha256": "", "owner": ""}
    try:
        member = name in grp.getgrnam(ADMINS).gr_mem
    except KeyError:
        member = False
    rule: dict[str, Any] = {"content": MAY_ALL, "mode": "0440", "owner": "root:root"}
    entry = account(name)
    usable = entry is not None and entry["shell"] == "/bin/bash" and about["owner"] == "root:root"
    return {"keys": about["sha256"], "root": member and usable and not differs(SUDOERS, rule)}


def owner(about: os.stat_result) -> str:
    try:
        user = pwd.getpwuid(about.st_uid).pw_name
    except KeyError:
        user = str(about.st_uid)
    try:
        return f"{user}:{grp.getgrgid(about.st_gid).gr_name}"
    except KeyError:
        return f"{user}:{about.st_gid}"


def services(names: list[str]) -> dict[str, Any]:
    """Whether a unit begins with the system, and whether it runs now."""
    found: dict[str, Any] = {}
    for name in names:
        _, said = run("systemctl", "show", "--property=LoadState,UnitFileState,ActiveState", name)
        shown = dict(line.split("=", 1) for line in said.splitlines() if "=" in line)
        if shown.get("LoadState") == "loaded":
            enabled = shown.get("UnitFileState") == "enabled"
            active = shown.get("ActiveState") == "active"
            found[name] = {"enabled": enabled, "active": active, "told": not is_pending(name)}
        else:
            found[name] = None
    return found


def recorded() -> list[str]:
    """The cameras that are recorded, or were."""
    names = set()
    for folder, start, end in ((CAMERAS, "", ".json"), (WANTS, "iccc-record@", ".service")):
        try:
            listed = os.listdir(folder)
        except OSError:
            continue
        names |= {n[len(start) : -len(end)] for n in listed if n.startswith(start) and n.endswith(end)}
    return sorted(names)


def accounts(request: dict[str, Any]) -> dict[str, Any]:
    """Accounts without a password, a home or a shell."""
    for name in request["accounts"]:
        if account(name) is None:
            need("useradd", "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent",
                 "--shell", "/usr/sbin/nologin", name)  # fmt: skip
        elif pwd.getpwnam(name).pw_shell != "/usr/sbin/nologin":
            need("usermod", "--shell", "/usr/sbin/nologin", name)
    return {}


def admins(request: dict[str, Any]) -> dict[str, Any]:
    """Administrators: an account without a password, whose keys root alone may change. Who is not named has none."""
    folder = request["keys"]
    if run("getent", "group", ADMINS)[0]:
        need("groupadd", "--system", ADMINS)
    rule: dict[str, Any] = {"content": MAY_ALL, "mode": "0440", "owner": "root:root"}
    if differs(SUDOERS, rule):
        replace(SUDOERS, rule)
    for name in listed(folder):
        if name not in request["admins"]:
            os.unlink(f"{folder}/{name}")
            run("gpasswd", "--delete", name, ADMINS)
            # Out of the group, a key in the account's own folder would let in again.
            if may_be_closed(name):
                run("usermod", "--expiredate", "1", name)
            run("loginctl", "terminate-user", name)
    for name, keys in request["admins"].items():
        if account(name) is None:
            need("useradd", "--create-home", "--user-group", "--shell", "/bin/bash", "--password", "*", name)
        elif pwd.getpwnam(name).pw_uid < FIRST_PERSON:
            raise Refused(f"{name} is an account of the system: no administrator can have that name")
        need("usermod", "--append", "--groups", ADMINS, "--shell", "/bin/bash", "--expiredate", "", name)
        one: dict[str, Any] = {"content": keys, "mode": "0644", "owner": "root:root"}
        if differs(f"{folder}/{name}", one):
            replace(f"{folder}/{name}", one)
    return {}


def may_be_closed(name: str) -> bool:
    """A person's account, and not the one that this is run by."""
    try:
        return pwd.getpwnam(name).pw_uid >= FIRST_PERSON and name != os.environ.get("SUDO_USER")
    except KeyError:
        return False


def camera(name: str, request: dict[str, Any]) -> dict[str, Any]:
    """Its entry, whether its unit begins with the system, a seal of its login, and its newest recording."""
    try:
        with open(f"{CAMERAS}/{name}.json", encoding="utf-8") as text:
            entry = json.load(text)
        with open(f"{CAMERAS}/{name}.ffconcat", encoding="utf-8") as text:
            login = seal(request["nonce"], text.read())
    except (OSError, ValueError):
        entry, login = {}, ""
    newest: tuple[float, int] = (0, 0)
    try:
        with os.scandir(f"{request['mount']}/{name}") as files:
            newest = max(((f.stat().st_mtime, f.stat().st_size) for f in files if f.is_file()), default=newest)
    except OSError:
        pass
    enabled = os.path.islink(f"{WANTS}/{UNIT.format(name)}") and not is_pending(UNIT.format(name))
    return {"entry": entry, "login": login, "refused": is_refused(name), "enabled": enabled, "newest": newest}


def is_refused(name: str) -> bool:
    return os.path.exists(f"{REFUSED}/{name}")


def seal(nonce: str, text: str) -> str:
    """Proves that a text is known without telling it."""
    return hmac.new(nonce.encode(), text.encode(), "sha256").hexdigest()


# Writing


def put(request: dict[str, Any]) -> dict[str, Any]:
    """Files of one group: all are checked together before the first takes its place; then their services."""
    check(request)
    changed = {path: one for path, one in request["files"].items() if differs(path, one)}
    if changed:
        for unit in request["services"]:
            pending(unit)
    if TEMPLATE in changed or RECORD in changed:
        for name in recorded():
            pending(UNIT.format(name))  # they are started anew in batches, when the cameras' turn comes
    for path, one in changed.items():
        replace(path, one)
    if any(path.startswith("/etc/systemd/system/") for path in request["files"]):
        need("systemctl", "daemon-reload")
    for unit, on_change in request["services"].items():
        serve(unit, on_change)
    return {"changed": list(changed)}


def check(request: dict[str, Any]) -> None:
    """Refused when a checker of a group does not like its files, where they lie beside their places."""
    with tempfile.TemporaryDirectory(prefix="iccc-") as stage:
        for path, one in request["files"].items():
            replace(stage + path, one)
        for command in request["checks"]:
            code, said = run(*(word.replace("{stage}", stage) for word in command))
            if code:
                raise Refused(f"{command[0]}: {last(said.replace(stage, ''))}; nothing was changed")


def arm(request: dict[str, Any]) -> dict[str, Any]:
    """As :func:`put`, for what may shut us out: unless it is confirmed, the host takes it back after ``armed_s``.

    Until then the new files lie in /run, mounted over their places: on the disks everything is as before, so that a
    restart takes it back too. Its services stay marked as not told.
    """
    folder = f"{ARMED}/{request['section']}"
    run("sh", f"{folder}/{TAKE_BACK}")  # of a deploy that died
    for path in request["files"]:
        bare(path)
    for rest in (folder, f"{folder}.gone", f"{folder}.kept"):
        shutil.rmtree(rest, ignore_errors=True)
    run("systemctl", "stop", f"iccc-take-back-{request['section']}.timer")
    check(request)
    undo = [f"mv -T {folder} {folder}.gone || exit 0"]  # either the host takes it back, or it is confirmed
    os.makedirs(folder)
    for number, (path, one) in enumerate(request["files"].items()):
        replace(f"{folder}/{number}", one)
        undo.append(f"umount -l {path}")  # although somebody has it open
        if not os.path.exists(path):
            write(path, "", int(one["mode"], 8))
            undo.append(f"rm -f {path}")
    before = services(list(request["services"]))
    for unit, on_change in request["services"].items():
        was = before[unit]
        if was is None:
            raise Refused(f"{unit} is no unit of this system")
        # One that has not outlived its new files cannot be reloaded.
        back = f"systemctl {on_change} {unit} || systemctl restart {unit}"
        undo.append(back if was["active"] else f"systemctl stop {unit}")
        undo += [f"rm -f {PENDING}/{unit}"] if was["told"] else []
        pending(unit)
    write(f"{folder}/{TAKE_BACK}", "\n".join([*undo, f"rm -rf {folder}.gone", ""]), 0o700)
    timer = (f"--unit=iccc-take-back-{request['section']}", f"--on-active={request['armed_s']}")
    need("systemd-run", "--quiet", "--collect", *timer, "--timer-property=AccuracySec=1s",
         "/bin/sh", f"{folder}/{TAKE_BACK}")  # fmt: skip
    for number, path in enumerate(request["files"]):
        need("mount", "--bind", f"{folder}/{number}", path)
    try:
        for unit, on_change in request["services"].items():
            need("systemctl", on_change if before[unit]["active"] else "restart", unit)
    except Refused:
        need("sh", f"{folder}/{TAKE_BACK}")
        raise
    return {}


def confirm(request: dict[str, Any]) -> dict[str, Any]:
    """What :func:`arm` did stays: sent over a connection that was opened after it."""
    folder = f"{ARMED}/{request['section']}"
    try:
        os.rename(folder, f"{folder}.kept")
    except FileNotFoundError:
        raise Refused("the host has taken it back: no new login had confirmed it in time") from None
    run("systemctl", "stop", f"iccc-take-back-{request['section']}.timer")
    for path in request["files"]:
        bare(path)
    shutil.rmtree(f"{folder}.kept")
    return put(request)


def bare(path: str) -> None:
    """What lies on the disk at ``path``, with nothing over it."""
    while os.path.ismount(path):
        need("umount", path)


def pending(unit: str) -> None:
    os.makedirs(PENDING, exist_ok=True)
    with open(f"{PENDING}/{unit}", "w", encoding="utf-8"):
        pass


def is_pending(unit: str) -> bool:
    return os.path.exists(f"{PENDING}/{unit}")


def told(unit: str) -> None:
    if is_pending(unit):
        os.unlink(f"{PENDING}/{unit}")


def serve(unit: str, on_change: str) -> None:
    """Enabled and running; restarted or reloaded when what it reads has changed."""
    before = services([unit])[unit]
    if before is None:
        raise Refused(f"{unit} is no unit of this system")
    if not before["enabled"]:
        need("systemctl", "enable", unit)
    if not before["active"]:
        need("systemctl", "restart", unit)
    elif on_change and not before["told"]:
        need("systemctl", on_change, unit)
    told(unit)


def mount(request: dict[str, Any]) -> dict[str, Any]:
    """The line of /etc/fstab, and the file system where it says. It is never made: a wrong label would cost footage."""
    path, line = request["mount"], request["fstab"]
    before = array(path)
    if not before["mounted"]:
        os.makedirs(path, exist_ok=True)
        kind, options = line.split()[2:4]
        code, said = run("mount", "-t", kind, "-o", options.replace("nofail,", ""), line.split()[0], path)
        if code:
            raise Refused(
                f"{line.split()[0]} is not mounted on {path}: {last(said)}; nothing is recorded onto the root disk"
            )
    if not array(path)["separate"]:
        raise Refused(f"{path} is of the root file system: nothing is recorded onto the root disk")
    if before["fstab"] != line:
        with open("/etc/fstab", encoding="utf-8") as lines:
            kept = [text for text in lines if len(text.split()) < 2 or text.split()[1] != path or text.startswith("#")]
        about = {"content": "".join(kept).rstrip("\n") + f"\n{line} 0 2\n", "mode": "0644", "owner": "root:root"}
        replace("/etc/fstab", about)
        need("systemctl", "daemon-reload")
    user, group = request["owner"].split(":")
    shutil.chown(path, user, group)
    os.chmod(path, 0o750)  # noqa: S103
    return {}


def cameras(request: dict[str, Any]) -> dict[str, Any]:
    """What is recorded, and nothing else: entries that differ are written, and their units started in batches."""
    found = array(request["mount"])
    if not (found["mounted"] and found["separate"]):
        raise Refused(f"{request['mount']} is not mounted, or of the root file system: nothing is recorded onto it")
    if file(TEMPLATE) is None:
        raise Refused(f"{TEMPLATE} is not there yet")
    os.makedirs(CAMERAS, exist_ok=True)
    os.makedirs(WANTS, exist_ok=True)
    restart, anew = [], 0
    for name, one in request["cameras"].items():
        told_ = json.dumps(one["entry"], sort_keys=True) + "\n"
        entry: dict[str, Any] = {"content": told_, "mode": "0644", "owner": "root:root"}
        source: dict[str, Any] = {"content": one["source"], "mode": "0640", "owner": f"root:{request['group']}"}
        link = f"{WANTS}/{UNIT.format(name)}"
        streams = differs(f"{CAMERAS}/{name}.ffconcat", source) or is_refused(name)
        if differs(f"{CAMERAS}/{name}.json", entry):
            replace(f"{CAMERAS}/{name}.json", entry)
            anew += 1
        if streams:
            pending(UNIT.format(name))
            replace(f"{CAMERAS}/{name}.ffconcat", source)
        if not os.path.islink(link):
            os.symlink(TEMPLATE, link)
            streams = True
        if streams or is_pending(UNIT.format(name)):
            restart.append(name)
        if os.path.exists(f"{FORMER}/{name}.json"):
            os.unlink(f"{FORMER}/{name}.json")
    gone = [name for name in recorded() if name not in request["cameras"] and name not in request["kept"]]
    waits = ""
    if gone and (file(MANIFEST) or {}).get("sha256") != request["manifest"]:
        waits = (
            f"{MANIFEST} is not as declared yet, so the retention would not know what is under evidence hold: "
            f"{len(gone)} cameras that are recorded elsewhere are not taken off"
        )
        gone = []
    os.makedirs(FORMER, exist_ok=True)
    for name in gone:
        if os.path.exists(f"{CAMERAS}/{name}.json"):
            os.replace(f"{CAMERAS}/{name}.json", f"{FORMER}/{name}.json")
        for path in (f"{WANTS}/{UNIT.format(name)}", f"{CAMERAS}/{name}.ffconcat"):
            if os.path.lexists(path):
                os.unlink(path)
    if restart or gone:
        need("systemctl", "daemon-reload")
    if gone:
        need("systemctl", "stop", *map(UNIT.format, gone))
    for start in range(0, len(restart), BATCH):
        if start:
            time.sleep(BATCH_APART_S)
        units = [UNIT.format(name) for name in restart[start : start + BATCH]]
        for name in restart[start : start + BATCH]:
            if is_refused(name):  # its unit waits, and is to try at once
                os.unlink(f"{REFUSED}/{name}")
        need("systemctl", "restart", "--no-block", *units)
        for unit in units:
            told(unit)
    if waits:
        raise Refused(waits)
    return {"changed": anew, "started": len(restart), "removed": len(gone)}


# The login of one stream, while the password of its camera is changed


def streams(_request: dict[str, Any]) -> dict[str, Any]:
    """The cameras whose login lies here."""
    return {"streams": [name for name in recorded() if os.path.exists(f"{CAMERAS}/{name}.ffconcat")]}


def stream(request: dict[str, Any]) -> dict[str, Any]:
    """How one stands. ``newest_s``: seconds since its newest recording was written to; None while there is none."""
    name = one_of_here(request)
    found = camera(name, request)
    at, size = found["newest"]
    active = services([UNIT.format(name)])[UNIT.format(name)]
    return {
        "login": found["login"], "refused": found["refused"], "active": bool(active and active["active"]),
        "newest_s": round(time.time() - at, 3) if size else None,
    }  # fmt: skip


def pause(request: dict[str, Any]) -> dict[str, Any]:
    """Whoever dies before he resumes leaves a difference, and the next deploy starts it."""
    unit = UNIT.format(one_of_here(request))
    pending(unit)
    need("systemctl", "stop", unit)
    return {}


def login(request: dict[str, Any]) -> dict[str, Any]:
    """Another login, from the next start of its unit on. A deploy starts one that was not started with it."""
    name = one_of_here(request)
    pending(UNIT.format(name))
    source = {"content": request["source"], "mode": "0640", "owner": f"root:{request['group']}"}
    replace(f"{CAMERAS}/{name}.ffconcat", source)
    return {}


def resume(request: dict[str, Any]) -> dict[str, Any]:
    name = one_of_here(request)
    if is_refused(name):
        os.unlink(f"{REFUSED}/{name}")
    need("systemctl", "restart", UNIT.format(name))
    told(UNIT.format(name))
    return {}


def one_of_here(request: dict[str, Any]) -> str:
    name = str(request["camera"])
    if name not in recorded():
        raise Refused(f"{name} is not recorded here")
    return name


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


def need(*command: str) -> None:
    code, said = run(*command)
    if code:
        raise Refused(f"{' '.join(command[:3])}: {last(said)}")


def last(said: str) -> str:
    """The line that matters: tools say it last, or call it an error."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    errors = [line for line in lines if "error" in line.lower()]
    return (errors or lines or ["no reason was given"])[0 if errors else -1][:300]


VERBS = {
    "read": read, "accounts": accounts, "admins": admins, "put": put, "arm": arm, "confirm": confirm, "mount": mount,
    "cameras": cameras, "streams": streams, "stream": stream, "pause": pause,
    "login": login, "resume": resume,
}  # fmt: skip


def main() -> None:
    request = json.load(sys.stdin)
    try:
        reply: dict[str, Any] = {"ok": VERBS[request["verb"]](request)}
    except Refused as refusal:
        reply = {"refused": str(refusal)}
    except (OSError, LookupError, ValueError) as error:
        reply = {"refused": f"{type(error).__name__}: {error}"}
    json.dump(reply, sys.stdout)
    sys.stdout.write("\n")
    sys.exit(0 if "ok" in reply else 3)


if __name__ == "__main__":
    main()
