"""Who gets in: local users, ``aaa new-model`` and its methods, TACACS+ servers that nobody answers for.

As in Cisco's "Configuring Authentication" and "Configuring Authorization" (IOS 15): with AAA on, the lines lose
``login local``, methods are tried in turn until one answers, and a user has its privilege only where
``aaa authorization exec`` asks a method that knows it.
"""

from __future__ import annotations

from iccc.lab.ios import vty
from iccc.lab.ios.config import Config, User
from iccc.lab.ios.session import INVALID, Ask, Command, Mode, Output, Rejected, Session

REMOVES = (
    "This operation will remove all username related configurations with same name.Do you want to continue? [confirm]"
)


def entered(config: Config, number: int, name: str, password: str) -> Mode | None:
    """The mode in which a caller of this vty starts; None when it is refused."""
    body = vty.of(config, number) or []
    user = config.users.get(name)
    right = user is not None and user.accepts(password)
    if not config.aaa:
        if not right or user is None or "login local" not in body:
            return None
        return Mode.EXEC if user.privilege == 15 else Mode.USER
    named = next((line.split()[2] for line in body if line.startswith("login authentication ")), "default")
    for method in _methods(config, f"authentication login {named}", "local"):
        if method in ("local", "local-case") and not right:
            return None
        if method in ("local", "local-case", "none"):
            return _authorised(config, user)
    return None  # servers only, and none of them answers


def _authorised(config: Config, user: User | None) -> Mode:
    privileged = "local" in _methods(config, "authorization exec default", "")
    return Mode.EXEC if privileged and user is not None and user.privilege == 15 else Mode.USER


def _methods(config: Config, what: str, otherwise: str) -> list[str]:
    """Method by method; a group of servers is one."""
    words = config.methods.get(what, otherwise).split()
    return [word for at, word in enumerate(words) if word != "group" and words[at - 1 : at] != ["group"]]


def _user(session: Session, name: str, privilege: int, password: str) -> Output:
    session.config.users[name] = User.with_password(privilege, password)
    return []


def _hashed_user(session: Session, name: str, privilege: int, shown: str) -> Output:
    known = session.config.users.get(name)
    password = known.password if known and known.shown == shown else None
    session.config.users[name] = User(privilege, password, shown)
    return []


def no_user(session: Session, args: list[str]) -> Output:
    """Asks first, as IOS does since 12.4."""

    def answer(text: str) -> Output:
        if text.strip().lower() in ("", "y", "yes"):
            session.config.users.pop(args[0], None)
            if session.scratch is None:
                session.system.touch(session.source)
        return []

    if args[0] in session.config.users:
        session.ask = Ask(REMOVES, answer)
    return []


def enable_secret(session: Session, args: list[str]) -> Output:
    session.config.enable_secret = User.with_password(15, args[0])
    return []


def enable_hash(session: Session, args: list[str]) -> Output:
    session.config.enable_secret = User(15, None, f"9 {args[0]}")
    return []


def no_enable_secret(session: Session, args: list[str]) -> Output:  # noqa: ARG001
    session.config.enable_secret = None
    return []


def new_model(session: Session, args: list[str]) -> Output:  # noqa: ARG001
    session.config.aaa = True
    for body in session.config.lines.values():
        body[:] = [line for line in body if line != "login local"]
    return []


def no_new_model(session: Session, args: list[str]) -> Output:  # noqa: ARG001
    """All that AAA was told goes. ``login local`` does not come back by itself: until it is typed nobody gets in."""
    session.config.aaa = False
    session.config.methods.clear()
    blocks = session.config.blocks
    session.config.blocks = {header: body for header, body in blocks.items() if not header.startswith("aaa ")}
    for body in session.config.lines.values():
        body[:] = [line for line in body if not line.startswith("login authentication")]
    return []


def _method(head: str) -> Command:
    def command(session: Session, args: list[str]) -> Output:
        if not session.config.aaa:
            raise Rejected(INVALID)
        name, _, methods = args[0].partition(" ")
        session.config.methods[f"{head} {name}"] = methods
        return []

    return command


def _no_method(head: str) -> Command:
    def command(session: Session, args: list[str]) -> Output:
        session.config.methods.pop(f"{head} {args[0].split()[0]}", None)
        return []

    return command


def _block(head: str, mode: Mode) -> Command:
    def command(session: Session, args: list[str]) -> Output:
        if head.startswith("aaa ") and not session.config.aaa:
            raise Rejected(INVALID)
        header = f"{head} {args[0]}"
        session.config.blocks.setdefault(header, [])
        session.mode, session.selected = mode, [header]
        return []

    return command


def _no_block(head: str) -> Command:
    def command(session: Session, args: list[str]) -> Output:
        session.config.blocks.pop(f"{head} {args[0]}", None)
        return []

    return command


def _block_line(session: Session, args: list[str]) -> Output:
    body = session.config.blocks.setdefault(session.selected[0], [])
    head = args[0].split()[0]
    one = head in ("key", "port", "timeout", "address")
    body[:] = [*(old for old in body if old != args[0] and not (one and old.split()[0] == head)), args[0]]
    return []


def _no_block_line(session: Session, args: list[str]) -> Output:
    body = session.config.blocks.setdefault(session.selected[0], [])
    body[:] = [old for old in body if old != args[0] and not old.startswith(f"{args[0]} ")]
    return []


def _line(word: str, command: Command) -> Command:
    return lambda session, args: command(session, [" ".join([word, *args])])


KINDS = ("authentication login", "authorization exec", "authorization commands", "accounting exec")
BLOCKS = {"tacacs server": Mode.TACACS, "aaa group server tacacs+": Mode.GROUP, "aaa group server radius": Mode.GROUP}
SETTINGS: dict[str, Command] = {
    **{f"aaa {kind} <line>": _method(kind) for kind in KINDS},
    **{f"no aaa {kind} <line>": _no_method(kind) for kind in KINDS},
    **{f"no {head} <word>": _no_block(head) for head in BLOCKS},
    "aaa new-model": new_model,
    "no aaa new-model": no_new_model,
    "username <word> privilege <0-15> secret <word>": lambda s, a: _user(s, a[0], int(a[1]), a[2]),
    "username <word> privilege <0-15> secret 0 <word>": lambda s, a: _user(s, a[0], int(a[1]), a[2]),
    "username <word> privilege <0-15> secret 5 <word>": lambda s, a: _hashed_user(s, a[0], int(a[1]), f"5 {a[2]}"),
    "username <word> privilege <0-15> secret 8 <word>": lambda s, a: _hashed_user(s, a[0], int(a[1]), f"8 {a[2]}"),
    "username <word> privilege <0-15> secret 9 <word>": lambda s, a: _hashed_user(s, a[0], int(a[1]), f"9 {a[2]}"),
    "username <word> privilege <0-15> password <word>": lambda s, a: _user(s, a[0], int(a[1]), a[2]),
    "username <word> secret <word>": lambda s, a: _user(s, a[0], 1, a[1]),
    "username <word> secret 0 <word>": lambda s, a: _user(s, a[0], 1, a[1]),
    "username <word> secret 9 <word>": lambda s, a: _hashed_user(s, a[0], 1, f"9 {a[1]}"),
    "no username <word>": no_user,
    "enable secret <word>": enable_secret,
    "enable secret 9 <word>": enable_hash,
    "no enable secret": no_enable_secret,
}
SELECTIONS: dict[str, Command] = {f"{head} <word>": _block(head, mode) for head, mode in BLOCKS.items()}
BLOCK_WORDS = ("address", "key", "port", "timeout", "single-connection", "server", "server-private")
BLOCK_SETTINGS: dict[str, Command] = {
    **{f"{word} [<line>]": _line(word, _block_line) for word in BLOCK_WORDS},
    **{f"no {word} [<line>]": _line(word, _no_block_line) for word in BLOCK_WORDS},
}
