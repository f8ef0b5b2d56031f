"""The namespaces that lab hosts run in: made as an ordinary user, joined by the lab, gone when the lab is.

Run by root, everything belongs to a user of its own, made for it: as real root a host would set the machine's clock.
"""

from __future__ import annotations

import ctypes
import os
import pwd
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from iccc.lab.debian import image

HERE = Path(__file__).parent
USER = "iccc-lab"
HOME = Path("/var/lib/iccc-lab")
NETWORK = "10.0.0.0/8"
FIRST_ID, IDS = 524_288, 65_536  # of subordinate users, as useradd deals them
NEEDED = ("unshare", "nsenter", "setpriv", "newuidmap", "newgidmap", "ip", "mmdebstrap", "dpkg-deb")
SHARED = ("--user", "--map-root-user", "--map-auto", "--mount")
PATIENCE_S = 30.0
_NEW_USER, _NEW_NET = 0x1000_0000, 0x4000_0000


class Denied(RuntimeError):
    """This machine does not let us make the namespaces; the text says what stands in the way."""


@dataclass(frozen=True)
class Host:
    """One host: its name, its address with the length of its prefix, and the gateway of its network."""

    name: str
    address: str
    gateway: str

    @property
    def ip(self) -> str:
        return self.address.partition("/")[0]


class Key:
    """An SSH key pair: of a host, or of whoever logs in."""

    def __init__(self) -> None:
        self._key = Ed25519PrivateKey.generate()

    @property
    def private(self) -> str:
        form = serialization.PrivateFormat.OpenSSH
        return self._key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()).decode()

    @property
    def public(self) -> str:
        """``ssh-ed25519 AAAA…``"""
        form = serialization.PublicFormat.OpenSSH
        return self._key.public_key().public_bytes(serialization.Encoding.OpenSSH, form).decode()


class Space:
    """``with Space(hosts, …) as space:`` the hosts are up when it is entered, and gone when it is left."""

    def __init__(
        self,
        hosts: Sequence[Host],
        operator: str,
        told: Callable[[str], None],
        without_array: Sequence[str] = (),
        array_size: str = "512m",
    ) -> None:
        self.hosts = {host.name: host for host in hosts}
        self.key = Key()  # of the administrator that the installer has let in
        self.keys = {host.name: Key() for host in hosts}
        self._operator = operator
        self._told = told
        self._without = frozenset(without_array)
        self._array_size = array_size
        self._process: subprocess.Popen[str] | None = None
        self._root = os.geteuid() == 0
        self._home = HOME if self._root else _cache()
        self._folder = self._home / f"run-{os.getpid()}"
        self._group: Path | None = None
        self.pid = 0  # whose namespaces others may join

    def __enter__(self) -> Space:
        if self._root:
            _make_user()
        if why := hindrance():
            raise Denied(why)
        try:
            self._up()
        except BaseException:
            self._down()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._down()

    def power(self, name: str, on: bool) -> None:
        """Pull the plug of a host, or put it in again: its disks are as they were."""
        process = self._process
        assert process is not None and process.stdin is not None and process.stdout is not None
        process.stdin.write(f"{'on' if on else 'off'} {name}\n")
        process.stdin.flush()
        process.stdout.readline()

    def entered(self) -> list[str]:
        """The command before one that shall run in the hosts' network."""
        user = [] if self._root else ["--user", "--preserve-credentials"]
        return ["nsenter", f"--target={self.pid}", *user, "--net", "--"]

    def log(self, name: str) -> str:
        """What the start of a host has said."""
        path = self._folder / name / "log"
        return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""

    def _up(self) -> None:
        _sweep(self._home)
        inside = (*self._as_user(), "unshare", *SHARED, "--pid", "--fork", "--mount-proc", "--kill-child")
        built = image.ensure(self._home, inside, self._told)
        self._write(built)
        self._group = _group()
        command = [
            "sh", "-c", 'echo $$ >"$1/cgroup.procs"; shift; exec "$@"', "sh", str(self._group), *self._as_user(),
            "unshare", *SHARED, "--net", "--pid", "--fork", "--cgroup", "--uts", "--ipc", "--kill-child",
            "bash", str(self._folder / "outer.sh"), str(self._folder), NETWORK, self._operator,
        ]  # fmt: skip
        self._process = subprocess.Popen(  # noqa: S603  our own script; ends when its input does
            command, cwd="/", stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert self._process.stdout is not None and self._process.stderr is not None
        if self._process.stdout.readline() != "ready\n":
            self._process.kill()
            raise Denied(f"namespaces for lab hosts: {' | '.join(self._process.stderr.read().split(chr(10))[-4:])}")
        self.pid = self._process.pid

    def join(self) -> None:
        """Make this process one of the hosts' network, and wait until all of them answer on port 22."""
        libc = ctypes.CDLL(None, use_errno=True)
        kinds = [("net", _NEW_NET)] if self._root else [("user", _NEW_USER), ("net", _NEW_NET)]
        files = [(os.open(f"/proc/{self.pid}/ns/{name}", os.O_RDONLY), kind) for name, kind in kinds]
        for file, kind in files:
            if libc.setns(file, kind):
                raise Denied(f"the namespaces of the lab hosts cannot be joined: {os.strerror(ctypes.get_errno())}")
            os.close(file)
        until = time.monotonic() + PATIENCE_S
        for host in self.hosts.values():
            while not _answers(host.ip):
                if time.monotonic() > until:
                    raise Denied(f"{host.name} did not start within {PATIENCE_S:g} s: {self.log(host.name)[-300:]}")
                time.sleep(0.05)

    def _as_user(self) -> tuple[str, ...]:
        return ("setpriv", f"--reuid={USER}", f"--regid={USER}", "--init-groups") if self._root else ()

    def _write(self, built: Path) -> None:
        """What outer.sh and host.sh read."""
        self._folder.mkdir(mode=0o755)
        for name in ("image", "packages"):
            (self._folder / name).symlink_to(built / name)
        texts = {
            "hosts": "".join(f"{host.name} {host.address} {host.gateway}\n" for host in self.hosts.values()),
            "authorized_keys": f"{self.key.public} installer\n",
            "array_size": self._array_size,
        }
        for host, key in self.keys.items():
            (self._folder / host).mkdir()
            texts[f"{host}/host_key"] = key.private
            if host in self._without:
                texts[f"{host}/no-array"] = ""
        for script in ("outer.sh", "host.sh"):  # this user may not be let into the folder that they are in
            texts[script] = (HERE / script).read_text(encoding="utf-8")
        for name, text in texts.items():
            path = self._folder / name
            path.touch(mode=0o600)
            path.write_text(text, encoding="utf-8")
        if self._root:
            for path in (self._folder, *self._folder.rglob("*")):
                if not path.is_symlink():
                    shutil.chown(path, USER, USER)

    def _down(self) -> None:
        if self._process is not None:
            assert self._process.stdin is not None
            with suppress(OSError):
                self._process.stdin.close()
            try:
                self._process.wait(5)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait(5)
        if self._group is not None:
            _remove_group(self._group)
        _remove(self._folder, self._as_user())


def hindrance() -> str:
    """Why lab hosts cannot run here, in words for a person; empty when they can."""
    absent = [command for command in NEEDED if shutil.which(command) is None]
    if absent:
        return f"commands are missing: {', '.join(absent)} (tests/hosts/install.sh installs them)"
    user = USER if os.geteuid() == 0 else pwd.getpwuid(os.getuid()).pw_name
    if _first_id("/etc/subuid", user) is None or _first_id("/etc/subgid", user) is None:
        if os.geteuid() == 0:
            return ""  # the user will be made
        return f"{user} has no range of subordinate users in /etc/subuid and /etc/subgid"
    as_user = ["setpriv", f"--reuid={USER}", f"--regid={USER}", "--init-groups"] if os.geteuid() == 0 else []
    tried = subprocess.run(  # noqa: S603
        [*as_user, "unshare", *SHARED, "--net", "ip", "link", "add", "x", "type", "bridge"],
        capture_output=True, text=True, check=False, cwd="/",
    )  # fmt: skip
    if tried.returncode:
        return f"namespaces are denied to {user}: {tried.stderr.strip()}"
    if _group_root() is None:
        return (
            "there is no cgroup2 folder that may be written to: as an ordinary user, run it within "
            "`systemd-run --user --scope -p Delegate=yes`"
        )
    return ""


def _make_user() -> None:
    """The ordinary user that everything belongs to when root runs the lab."""
    commands = []
    try:
        pwd.getpwnam(USER)
    except KeyError:
        commands.append(["useradd", "--system", "--home-dir", str(HOME), "--shell", "/usr/sbin/nologin", USER])
    for path, option in (("/etc/subuid", "--add-subuids"), ("/etc/subgid", "--add-subgids")):
        if _first_id(path, USER) is None:
            first = _free_id(path)
            commands.append(["usermod", option, f"{first}-{first + IDS - 1}", USER])
    for command in commands:
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
        if done.returncode:
            raise Denied(f"{' '.join(command)}: {done.stderr.strip()}")
    HOME.mkdir(mode=0o755, exist_ok=True)
    shutil.chown(HOME, USER, USER)


def _ranges(path: str) -> list[tuple[str, int, int]]:
    try:
        lines = Path(path).read_text(encoding="utf-8").splitlines()
    except OSError:
        return []
    parts = (line.split(":") for line in lines if line.count(":") == 2)
    return [(user, int(first), int(count)) for user, first, count in parts]


def _first_id(path: str, user: str) -> int | None:
    return next((first for name, first, count in _ranges(path) if name == user and count >= IDS), None)


def _free_id(path: str) -> int:
    return max((first + count for _, first, count in _ranges(path)), default=FIRST_ID)


def _group_root() -> Path | None:
    """The cgroup2 folder beneath which groups may be made."""
    mounts = (line.split() for line in Path("/proc/mounts").read_text(encoding="utf-8").splitlines())
    mounted = next((Path(fields[1]) for fields in mounts if fields[2] == "cgroup2"), None)
    if mounted is None and os.geteuid() == 0:  # `ip netns exec` hides it
        mounted = HOME / "cgroup"
        mounted.mkdir(parents=True, exist_ok=True)
        command = ["mount", "-t", "cgroup2", "cgroup2", str(mounted)]
        subprocess.run(command, capture_output=True, check=False)  # noqa: S603
    if mounted is None:
        return None
    own = next(
        (
            line.strip().removeprefix("0::/")
            for line in Path("/proc/self/cgroup").read_text(encoding="utf-8").splitlines()
            if line.startswith("0::")
        ),
        "",
    )
    folder = mounted if os.geteuid() == 0 else mounted / own
    return folder if os.access(folder, os.W_OK) and os.access(folder / "cgroup.procs", os.W_OK) else None


def _group() -> Path:
    root = _group_root()
    assert root is not None
    group = root / f"iccc-lab-{os.getpid()}"
    group.mkdir(exist_ok=True)
    if os.geteuid() == 0:
        for name in ("", "cgroup.procs", "cgroup.subtree_control", "cgroup.threads"):
            shutil.chown(group / name, USER, USER)
    return group


def _remove_group(group: Path) -> None:
    until = time.monotonic() + 3
    while group.exists() and time.monotonic() < until:
        for folder, _, _ in os.walk(group, topdown=False):
            with suppress(OSError):
                Path(folder).rmdir()
        time.sleep(0.05)


def _cache() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    folder = Path(base) / "iccc" / "hosts"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _sweep(home: Path) -> None:
    """What a lab that was killed has left."""
    for folder in home.glob("run-*"):
        if not Path(f"/proc/{folder.name.removeprefix('run-')}").exists():
            _remove(folder, ("setpriv", f"--reuid={USER}", f"--regid={USER}", "--init-groups") if home == HOME else ())
    root = _group_root()
    for group in root.glob("iccc-lab-*") if root else ():
        if not Path(f"/proc/{group.name.removeprefix('iccc-lab-')}").exists():
            _remove_group(group)


def _remove(folder: Path, as_user: tuple[str, ...]) -> None:
    """Files of hosts belong to users that only the user namespace has."""
    # An ordinary user who has joined the hosts is in that namespace already, and can make no other one.
    for inside in ((*as_user, "unshare", *SHARED), ()):
        if folder.exists():
            command = [*inside, "rm", "-rf", str(folder)]
            subprocess.run(command, capture_output=True, check=False, cwd="/")  # noqa: S603


def _answers(address: str) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((address, 22)) == 0
