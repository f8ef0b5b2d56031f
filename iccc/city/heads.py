"""Third parties: heads, counts, owners, and the owners' own networks."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network

from iccc.city.declared import Declared, Mistakes
from iccc.city.model.third_party import OwnerEntry
from iccc.explain import Key, one_of
from iccc.yamlfile import Document, Where

PRIVATE = tuple(map(IPv4Network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")))  # RFC 1918


def check_heads(declared: Declared, mistakes: Mistakes) -> None:
    """Heads, their counts and their owners."""
    heads: dict[str, Where] = {}
    tokens: dict[str, Where] = {}
    for document, file in declared.third_party:
        where = document.where("head")
        if (first := heads.setdefault(file.head, where)) is not where:
            mistakes.add(document, ("head",), f"head {file.head} is declared at {first} already")
        phases: set[str] = set()
        for index, count in enumerate(file.counts):
            path = ("counts", index)
            mistakes.phase(declared, document, (*path, "phase"), count.phase)
            if count.phase in phases:
                mistakes.add(document, (*path, "phase"), f"phase {count.phase} is counted here already")
            phases.add(count.phase)
        for index, owner in enumerate(file.owners):
            path = ("owners", index)
            at = document.where(*path, "token")
            if (first := tokens.setdefault(owner.token, at)) is not at:
                mistakes.add(document, (*path, "token"), f"token {owner.token} stands at {first} already")
            mistakes.phase(declared, document, (*path, "phase"), owner.phase)
            if owner.category not in file.categories:
                mistakes.add(document, (*path, "category"), f"category {one_of(owner.category, file.categories)}")
            if not owner.token.startswith(f"{declared.city.file.city.code}-"):
                text = f"token {owner.token} is another city's: here they begin with {declared.city.file.city.code}-"
                mistakes.add(document, (*path, "token"), text)
            _private_network(declared, document, path, owner, mistakes)
            _private_cameras(document, path, owner, mistakes)
    if declared.whole.third_party:
        for document, file in declared.third_party:
            for index, count in enumerate(file.counts):
                if count.within is not None and count.within not in heads:
                    mistakes.add(document, ("counts", index, "within"), f"head {one_of(count.within, heads)}")


def _private_network(
    declared: Declared, document: Document, path: tuple[Key, ...], owner: OwnerEntry, mistakes: Mistakes
) -> None:
    """An owner's own network is a private one apart from the city's; its near end is in the city's."""
    if owner.reach is None:
        return
    ours = declared.city.file.network.prefixes()
    prefix, gateway = owner.reach.prefix, owner.reach.gateway
    if prefix is not None:
        if not any(prefix.subnet_of(private) for private in PRIVATE):
            text = f"prefix {prefix} is not private: owners' networks are in {', '.join(map(str, PRIVATE))}"
            mistakes.add(document, (*path, "reach", "prefix"), text)
        for name, plan in ours.items():
            if prefix.overlaps(plan):
                mistakes.add(
                    document, (*path, "reach", "prefix"), f"prefix {prefix} overlaps {name}'s {plan} of city.yaml"
                )
    if gateway is not None and not any(gateway in plan for plan in ours.values()):
        text = f"gateway {gateway} is outside the city's prefixes: it is the near end of the {owner.reach.method}"
        mistakes.add(document, (*path, "reach", "gateway"), text)
    if gateway is None and owner.reach.method != "push":
        mistakes.add(
            document, (*path, "reach"), f"a {owner.reach.method} needs a 'gateway': its near end, in the city's plan"
        )


def _private_cameras(document: Document, path: tuple[Key, ...], owner: OwnerEntry, mistakes: Mistakes) -> None:
    """Numbers and addresses of one owner's cameras; other owners may have the same addresses."""
    prefix = owner.reach.prefix if owner.reach else None
    numbers: set[int] = set()
    channels: set[int] = set()
    addresses: set[IPv4Address] = set()
    for position, camera in enumerate(owner.cameras):
        inner = (*path, "cameras", position)
        if camera.number in numbers:
            mistakes.add(document, (*inner, "number"), f"camera {camera.number} of {owner.token} stands here twice")
        numbers.add(camera.number)
        if camera.channel in channels:
            mistakes.add(document, (*inner, "channel"), f"channel {camera.channel} of {owner.token} stands here twice")
        if camera.channel is not None:
            channels.add(camera.channel)
        address = camera.address
        if address in addresses:
            mistakes.add(document, (*inner, "address"), f"address {address} of {owner.token} stands here twice")
        if address is not None:
            addresses.add(address)
        if address is not None and prefix is not None and address not in prefix:
            mistakes.add(document, (*inner, "address"), f"address {address} is outside {prefix}")
