"""Which addresses of the internet protocol a request from here may go to. Pure.

Whoever may name an address could otherwise make Slipway look at what only Slipway can reach: its
own machine, the network behind it, the cloud's metadata service.
"""

from __future__ import annotations

from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

Address = IPv4Address | IPv6Address


class Reach(StrEnum):
    """How far a request may go: to the internet, to networks of one's own too, to this machine."""

    PUBLIC = "public"
    INTERNAL = "internal"  # private networks, but not this machine
    ANY = "any"  # this machine, too


# Nobody delivers there: services of clouds about the machine itself, groups, and no address at all.
NEVER = tuple(
    ip_network(text)
    for text in (
        *("0.0.0.0/8", "169.254.0.0/16", "224.0.0.0/4", "240.0.0.0/4"),
        *("168.63.129.16/32", "192.0.0.192/32", "100.100.100.200/32"),
        *("::/128", "fe80::/10", "ff00::/8", "fd00:ec2::/32"),
    )
)
OWN = tuple(ip_network(text) for text in ("127.0.0.0/8", "::1/128"))
# What the library calls global, and is not.
SPECIAL = tuple(ip_network(text) for text in ("192.0.0.0/24", "192.88.99.0/24"))
UNICAST = ip_network("2000::/3")  # all that is given out of IPv6
SPECIAL_6 = tuple(
    ip_network(text) for text in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")
)
TRANSLATED = (ip_network("64:ff9b::/96"), ip_network("::/96"))  # IPv4 in the last four bytes


def refusal(text: str, reach: Reach) -> str:
    """Why nothing may be sent to this address, as the end of a sentence; "" where it may."""
    address = _plain(ip_address(text.partition("%")[0]))
    if _is_in(address, NEVER):
        return "is one that nobody delivers to"
    if _is_in(address, OWN):
        return "" if reach is Reach.ANY else "is this machine itself"
    if reach is Reach.PUBLIC and not _is_public(address):
        return "is inside a private network"
    return ""


def _plain(address: Address) -> Address:
    """An IPv4 address that is dressed as one of IPv6, undressed."""
    if isinstance(address, IPv4Address):
        return address
    if address.ipv4_mapped:
        return address.ipv4_mapped
    if address.sixtofour:
        return address.sixtofour
    if _is_in(address, TRANSLATED) and int(address) > 1:  # ::1 is what it is
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def _is_public(address: Address) -> bool:
    if isinstance(address, IPv4Address):
        return address.is_global and not _is_in(address, SPECIAL)
    return address in UNICAST and not _is_in(address, SPECIAL_6)


def _is_in(address: Address, networks: tuple[object, ...]) -> bool:
    return any(address in network for network in networks)  # type: ignore[operator]
