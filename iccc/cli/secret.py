"""``iccc secret``: the encrypted store of a city."""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager

import click

from iccc.adopting import declared_city
from iccc.city.load import city_names
from iccc.cli.common import asked_secret, city_argument, emit, settings_for, target_option
from iccc.context import Undeclared, open_undeclared
from iccc.errors import UsageError
from iccc.explain import did_you_mean
from iccc.secrets import SSH_KEY, Secret
from iccc.sessions.dial import Target
from iccc.settings import Settings
from iccc.state.agekey import create_key

KEY_BEGIN, KEY_END = (f"-----{word} OPENSSH PRIVATE KEY-----" for word in ("BEGIN", "END"))
MAX_KEY = 20_000  # characters
ACTIONS = ("init", "set", "list", "show", "remove", "rotate-key")


@click.command("secret")
@city_argument
@click.argument("action", type=click.Choice(ACTIONS))
@click.argument("name", required=False)
@click.option("--user", help="The user of a bootstrap login.")
@target_option
def command(city_key: str, action: str, name: str | None, user: str | None, live: bool) -> None:
    """Make the key, set a secret (its value is asked for, or read from standard input), list names, remove, rotate.

    show prints one, for a person who has to type it in somewhere; that stands in the log.

    Names: bootstrap/switch/login, bootstrap/camera/login, bootstrap/recorder/login (with --user), snmp/ro, snmp/rw,
    snmp/v3/<user>/auth and snmp/v3/<user>/privacy (a user of SNMP v3), mail/smtp, hosts/ssh_key (the private key for
    Debian servers, which is read from its file: … set hosts/ssh_key < KEYFILE), device/<name>/<user>,
    device/<name>/dot1x.
    An environment variable ICCC_SECRET_<NAME> wins over the store.
    """
    settings = settings_for(live)
    if action == "init":
        emit(f"public key: {create_key(settings.state_dir(city_key))}\n", None)
        return
    if action in ("set", "show", "remove") and not name:
        raise UsageError(f"secret {action} needs the NAME of a secret")
    with _opened(city_key, settings) as context:
        if action == "list":
            emit("".join(f"{stored}\n" for stored in context.vault.names()), None)
        elif action == "rotate-key":
            emit(f"public key: {context.vault.rotate_key()}\n", None)
            context.note("secret", "key rotated")
        elif action == "show" and name:
            entry = context.vault.get(name)
            if entry is None:
                raise UsageError(f"no secret {name!r} is stored")
            context.note("secret", f"{name} shown")
            emit(f"{entry.value.reveal()}\n", None)
        elif action == "remove" and name:
            if not context.vault.remove(name):
                raise UsageError(f"no secret {name!r} is stored")
            context.note("secret", f"{name} removed")
        elif name:
            context.vault.set(name, _ssh_key() if name == SSH_KEY else asked_secret(name), user)
            context.note("secret", f"{name} set")


def _ssh_key() -> Secret:
    """The whole of standard input. UsageError: a terminal, which cannot take lines without an echo, or no key."""
    if sys.stdin.isatty():
        raise UsageError(f"a key has several lines: give the file that has it, as in … set {SSH_KEY} < KEYFILE")
    text = sys.stdin.read(MAX_KEY).strip()
    if not (text.startswith(KEY_BEGIN) and text.endswith(KEY_END)):
        raise UsageError(f"{SSH_KEY}: this is no private key in OpenSSH's form ({KEY_BEGIN} … {KEY_END})")
    return Secret(text + "\n")


def _opened(city_key: str, settings: Settings) -> AbstractContextManager[Undeclared]:
    """The store of a city that is declared, or that was given a key and is to be adopted. UsageError for any other."""
    city = declared_city(settings.root, city_key)
    if city is None and not settings.state_dir(city_key).is_dir():
        names = city_names(settings.root)
        live = " --live" if settings.target is Target.LIVE else ""
        raise UsageError(
            f"no city {city_key!r}; there are {', '.join(names)}{did_you_mean(city_key, names)}."
            f" For one that is to be adopted: iccc secret {city_key} init{live}"
        )
    return open_undeclared(city_key, "secret", settings, city)
