"""The file system that lab hosts start from, and the packages that they can install: built once, and then kept.

Both are kept in a folder that is named after what is in them. mmdebstrap fetches the packages, from the mirror that
this machine's apt uses; the hosts themselves have no network.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

SUITE = "bookworm"
MIRROR = "http://deb.debian.org/debian"
# As an installer leaves a server: it boots, has an address, lets one administrator in over SSH, and no more.
BASE = (
    "systemd", "systemd-sysv", "dbus", "openssh-server", "python3", "iproute2", "procps", "sudo", "ca-certificates",
)  # fmt: skip
# What can be installed on a host, with all that it needs.
OFFERED = (
    "chrony", "ffmpeg", "nftables", "prometheus-node-exporter", "rsyslog",
    "logrotate", "prometheus", "prometheus-alertmanager", "prometheus-blackbox-exporter", "prometheus-snmp-exporter",
    "rsyslog-gnutls",
)  # fmt: skip
RECIPE = 3  # of what is done beside installing packages
USER, USER_ID = "iccc", 1000

# In the image, as root. Units that need a kernel of their own would fail; systemd takes long over what it cannot do.
SETTLED = f"""\
useradd --uid {USER_ID} --create-home --shell /bin/bash {USER}
echo '{USER} ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/{USER}
echo 'deb [trusted=yes] file:/srv/packages ./' >/etc/apt/sources.list
rm -f /etc/ssh/ssh_host_* /etc/apt/sources.list.d/*
echo force-unsafe-io >/etc/dpkg/dpkg.cfg.d/lab  # no host outlives its lab
for unit in sys-kernel-debug.mount sys-kernel-tracing.mount systemd-udevd.service getty.target \\
    apt-daily.timer apt-daily-upgrade.timer systemd-timesyncd.service; do
    ln -sf /dev/null /etc/systemd/system/$unit
done
mkdir -p /etc/systemd/journald.conf.d
mkdir -p /etc/systemd/system/chrony.service.d
# The clock is the machine's, and no host may set it.
printf '[Service]\\nExecStart=\\nExecStart=!/usr/sbin/chronyd -x -F 1\\n' >/etc/systemd/system/chrony.service.d/lab.conf
printf '[Journal]\\nStorage=volatile\\nRuntimeMaxUse=16M\\n' >/etc/systemd/journald.conf.d/lab.conf
"""


def key() -> str:
    """What the built image is known by: another list of packages or recipe is another image."""
    text = "\n".join((str(RECIPE), SUITE, *BASE, "", *OFFERED, SETTLED))
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def ensure(
    cache: Path, inside: tuple[str, ...], told: Callable[[str], None], environment: Mapping[str, str] = os.environ
) -> Path:
    """The folder with ``image`` and ``packages``; built first if nothing of that key is there.

    ``inside`` is the command that runs another one as root of a user namespace, as an ordinary user outside.
    RuntimeError with what the tool said when it cannot be built.
    """
    folder = cache / f"{SUITE}-{key()}"
    with _alone(cache):
        if not folder.exists():
            told(f"building the image of lab hosts in {folder}: about a minute, once")
            draft = cache / f"draft-{key()}"
            _run([*inside, "rm", "-rf", str(draft)], environment)
            _build(draft, inside, environment)
            _run([*inside, "mv", str(draft), str(folder)], environment)
    return folder


def _build(draft: Path, inside: tuple[str, ...], environment: Mapping[str, str]) -> None:
    _run([*inside, "mkdir", "-p", str(draft / "image"), str(draft / "packages")], environment)
    offered = " ".join(OFFERED)
    script = f"""\
set -eu
cd {draft}
nice mmdebstrap --mode=root --variant=minbase --skip=output/dev,check/qemu --aptopt='APT::Install-Recommends "false"' \\
    --include={",".join(BASE)} \\
    --customize-hook='chroot "$1" apt-get install -y -q --no-install-recommends --download-only {offered}' \\
    --customize-hook='cp "$1"/var/cache/apt/archives/*.deb packages/' \\
    --customize-hook='chroot "$1" sh -e < settled' \\
    {SUITE} image {MIRROR}
cd packages
for file in *.deb; do
    dpkg-deb --field "$file"
    echo "Filename: ./$file"
    echo "Size: $(stat -c %s "$file")"
    echo "SHA256: $(sha256sum "$file" | cut -d' ' -f1)"
    echo
done >Packages
"""
    settled = ["sh", "-c", 'cat >"$1"', "sh", str(draft / "settled")]
    _run([*inside, *settled], environment, SETTLED)
    _run([*inside, "sh", "-c", script], environment)


def _run(command: list[str], environment: Mapping[str, str], text: str = "") -> None:
    ended = subprocess.run(  # noqa: S603  our own commands
        command, input=text, capture_output=True, text=True, check=False, env=dict(environment)
    )
    if ended.returncode:
        said = (ended.stderr or ended.stdout).strip().splitlines()
        raise RuntimeError(f"the image of lab hosts could not be built: {' | '.join(said[-4:])}")


@contextmanager
def _alone(cache: Path) -> Iterator[None]:
    """One builder at a time; the others find what it has built."""
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def forget(cache: Path, inside: tuple[str, ...], keep: Path) -> None:
    """Remove older images."""
    for folder in cache.glob(f"{SUITE}-*"):
        if folder != keep:
            subprocess.run([*inside, "rm", "-rf", str(folder)], check=False)  # noqa: S603
    shutil.rmtree(cache / "draft", ignore_errors=True)
