"""Who may log in to a Cisco switch, and from where: VTY lines, standard ACLs, AAA and local users."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from ipaddress import IPv4Network

from tests.switch.sims.cisco_ios_words import INCOMPLETE, INVALID, network, permitted
from tests.switch.sims.truth import Truth

EVERYONE = frozenset({"0.0.0.0/0"})
BAD_HASH = "ERROR: The secret you entered is not a valid encrypted secret.\n"
HASHES = {"5": r"\$1\$\S+", "8": r"\$8\$\S+", "9": r"\$(?:9|14)\$\S+"}  # md5, PBKDF2 with SHA-256, scrypt
METHODS = ("local", "local-case", "enable", "line", "none")
Entry = tuple[bool, IPv4Network]


@dataclass
class Line:
    """One VTY."""

    acl: str = ""
    vrf_also: bool = False
    login: str = "line"  # without AAA: local, line (a password, which nobody set), none
    authentication: str = "default"  # with AAA: the name of the list
    transport: str = ""
    timeout: str = ""


@dataclass
class Access:
    lines: dict[int, Line] = field(default_factory=lambda: {number: Line() for number in range(16)})
    acls: dict[str, dict[int, Entry]] = field(default_factory=dict)
    aaa: bool = False
    lists: dict[str, tuple[str, ...]] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)  # name: "9 $9$…"
    levels: dict[str, int] = field(default_factory=dict)
    inside: Callable[[bool, str], str | None] | None = None  # the sub-mode that the last line entered

    @classmethod
    def of(cls, truth: Truth) -> Access:
        """What brings about ``truth``: ACL ``MANAGEMENT`` on all lines, AAA unless local users alone are asked."""
        made = cls(levels=truth.users, secrets={name: hashed(name) for name in truth.users})
        if truth.access_from != EVERYONE:
            nets = [IPv4Network(one) for one in sorted(truth.access_from)] or [IPv4Network("0.0.0.0/0")]
            permit = bool(truth.access_from)
            made.acls["MANAGEMENT"] = {10 * (at + 1): (permit, net) for at, net in enumerate(nets)}
        made.aaa = truth.logins not in (("local",), ("none",), ())
        if made.aaa:
            made.lists["default"] = truth.logins
        for line in made.lines.values():
            line.acl = "MANAGEMENT" if made.acls else ""
            line.login = "line" if made.aaa or not truth.logins else truth.logins[0]
            line.transport = "ssh"
        return made

    def settle(self, truth: Truth) -> None:
        """Say what is in force now."""
        ways = {(line.acl, line.transport) for line in self.lines.values()}
        truth.access_from = frozenset().union(*(self._let_in(acl, transport) for acl, transport in ways))
        first = self.lines[0]  # the line that a lone session gets
        if self.aaa:
            missing = ("local",) if first.authentication == "default" else ()
            truth.logins = self.lists.get(first.authentication, missing)
        else:
            truth.logins = {"local": ("local",), "none": ("none",)}.get(first.login, ())

    def _let_in(self, acl: str, transport: str) -> frozenset[str]:
        """A list that is not there, or that is empty, keeps nobody out; a line without SSH lets nobody in."""
        if transport and not {"ssh", "all"} & set(transport.split()):
            return frozenset()
        entries = self.acls.get(acl)
        return permitted(entries[at] for at in sorted(entries)) if entries else EVERYONE

    def type(self, no: bool, text: str) -> str | None:
        """One global line; None when it is not about access."""
        self.inside = None
        for pattern, handler in COMMANDS:
            if match := re.fullmatch(pattern, text):
                return handler(self, no, *match.groups())
        return None

    def remove_user(self, name: str) -> None:
        self.levels.pop(name, None)
        self.secrets.pop(name, None)

    def user(self, no: bool, name: str, rest: str) -> str:
        if no:
            self.remove_user(name)
            return ""
        found = re.fullmatch(
            r"(?:privilege (\d+))? ?(?:algorithm-type (?:scrypt|sha256|md5))? ?(?:(?:secret|password) (?:(\d) )?(.+))?",
            rest,
        )
        if found is None or int(found[1] or 1) > 15 or rest.endswith("-type scrypt"):
            return INCOMPLETE if rest.split()[-1] in ("privilege", "secret", "scrypt") else INVALID
        kind, secret = found[2] or "0", found[3]
        if secret and kind != "0":
            if not re.fullmatch(HASHES.get(kind, "(?!)"), secret):
                return BAD_HASH
            self.secrets[name] = f"{kind} {secret}"
        elif secret:
            self.secrets[name] = hashed(secret)
        if found[1] or name not in self.levels:
            self.levels[name] = int(found[1] or 1)
        return ""

    def acl(self, no: bool, name: str) -> str:
        if no:
            self.acls.pop(name, None)
        else:
            self.acls.setdefault(name, {})
            self.inside = lambda no, text: self._entry(name, no, text)
        return ""

    def numbered(self, no: bool, name: str, text: str | None) -> str:
        """The old one-line form, ``access-list 10 permit …``; its ``no`` removes the whole list."""
        if no:
            self.acls.pop(name, None)
            return ""
        if text is None:
            return INCOMPLETE
        fresh = name not in self.acls
        self.acls.setdefault(name, {})
        said = self._entry(name, False, text) or ""
        if fresh and not self.acls[name]:
            del self.acls[name]
        return INVALID if said is None else said

    def _entry(self, name: str, no: bool, text: str) -> str | None:
        entries = self.acls.setdefault(name, {})
        if text.startswith("remark"):
            return ""
        if no and text.isdigit():
            entries.pop(int(text), None)
            return ""
        found = re.fullmatch(r"(?:(\d+) )?(permit|deny) (?:(any)|(?:host )?(\S+)(?: (\S+))?)(?: log)?", text)
        if found is None:
            return INVALID if re.match(r"(\d+ )?(permit|deny)\b", text) else None
        net = IPv4Network("0.0.0.0/0") if found[3] else network(found[4], found[5] or "0.0.0.0")
        if net is None:
            return INVALID
        entry = (found[2] == "permit", net)
        if no:
            for at in [at for at, one in entries.items() if one == entry]:
                del entries[at]
            return ""
        at = int(found[1] or max(entries, default=0) + 10)
        if entry in entries.values():
            return ""
        if at in entries:
            return "% Duplicate sequence number\n"
        entries[at] = entry
        return ""

    def new_model(self, no: bool) -> str:
        """The lines forget ``login local`` when AAA comes, and ask for a password when it goes."""
        if self.aaa == no:
            self.aaa = not no
            for line in self.lines.values():
                line.login, line.authentication = "line", "default"
        return ""

    def authentication(self, no: bool, name: str, text: str | None) -> str:
        if not self.aaa:
            return INVALID
        if no:
            self.lists.pop(name, None)
            return ""
        found = re.findall(rf"group (\S+)|({'|'.join(METHODS)})(?= |$)", text or "")
        if " ".join(f"group {group}" if group else word for group, word in found) != (text or ""):
            return INVALID
        if not found or len(found) > 4:
            return INVALID if found else INCOMPLETE
        self.lists[name] = tuple(group or word for group, word in found)
        return ""

    def vty(self, no: bool, first: str, last: str | None) -> str:
        low, high = int(first), int(last or first)
        if no or not low <= high <= 15:
            return INVALID
        self.inside = lambda no, text: self._line_says([self.lines[at] for at in range(low, high + 1)], no, text)
        return ""

    def _line_says(self, lines: list[Line], no: bool, text: str) -> str | None:
        if found := re.fullmatch(r"access-class(?: (\S+) (in|out)( vrf-also)?)?", text):
            if found[1] is None:
                return INCOMPLETE
            for line in lines if found[2] == "in" else []:
                line.acl, line.vrf_also = ("", False) if no else (found[1], bool(found[3]))
            return ""
        if found := re.fullmatch(r"transport input(?: (none|all|(?:ssh|telnet)(?: (?:ssh|telnet))?))?", text):
            if found[1] is None and not no:
                return INCOMPLETE
            for line in lines:
                line.transport = "" if no else found[1]
            return ""
        if found := re.fullmatch(r"login(?: (local|authentication(?: (\S+))?))?", text):
            if self.aaa != (found[1] or "").startswith("authentication"):
                return INVALID  # one form with AAA, the others without
            if self.aaa and not no and not found[2]:
                return INCOMPLETE
            return self._login(lines, no, found[1] or "line", found[2])
        if re.fullmatch(r"exec-timeout \d+(?: \d+)?|logging synchronous|privilege level \d+|transport \S+ .+", text):
            for line in lines:
                line.timeout = line.timeout if not text.startswith("exec-timeout") else "" if no else text
            return ""
        return None

    def _login(self, lines: list[Line], no: bool, how: str, named: str | None) -> str:
        for line in lines:
            if self.aaa:
                line.authentication = "default" if no else named or "default"
            else:
                line.login = "none" if no else how
        if named and not no and named != "default" and named not in self.lists:
            return f'AAA: Warning, authentication list "{named}" is not defined for LOGIN.\n'
        return ""


def hashed(secret: str) -> str:
    """A secret as the running configuration shows it: type 9, another text than what was typed."""
    digest = hashlib.sha256(secret.encode()).hexdigest()
    return f"9 $9${digest[:14]}${digest[14:57]}"


def _console(self: Access, no: bool) -> str:
    self.inside = lambda no, text: self._line_says([], no, text)
    return ""


COMMANDS: list[tuple[str, Callable[..., str]]] = [
    (r"ip access-list standard (\S+)", Access.acl),
    (r"access-list (\d{1,2}|1[3-9]\d\d)(?: (.+))?", Access.numbered),
    (r"aaa new-model", Access.new_model),
    (r"aaa authentication login (\S+)(?: (.+))?", Access.authentication),
    (r"line vty (\d+)(?: (\d+))?", Access.vty),
    (r"line con 0", _console),
]


def shown_lines(state: Access) -> list[str]:
    """The VTY lines, in the blocks 0-4 and 5-15 and smaller where they differ."""
    body: list[str] = []
    blocks: list[list[int]] = []
    for number, line in sorted(state.lines.items()):
        if number in (0, 5) or line != state.lines[number - 1]:
            blocks.append([])
        blocks[-1].append(number)
    for block in blocks:
        line = state.lines[block[0]]
        body.append(f"line vty {block[0]}" + (f" {block[-1]}" if len(block) > 1 else ""))
        body += [f" access-class {line.acl} in{' vrf-also' if line.vrf_also else ''}"] if line.acl else []
        body += [f" {line.timeout}"] if line.timeout else []
        if state.aaa and line.authentication != "default":
            body.append(f" login authentication {line.authentication}")
        if not state.aaa:
            body.append({"local": " login local", "line": " login", "none": " no login"}[line.login])
        body += [f" transport input {line.transport}"] if line.transport else []
    return body
