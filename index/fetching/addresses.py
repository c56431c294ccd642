"""Which addresses may be connected to: those of the public internet.

What is not public is in IANA's registries of special-purpose addresses. Feeds and the pages they
link to are written by others: without this, one could have newsquote ask the services of the
machine and the network it runs in (server-side request forgery).
"""

from __future__ import annotations

import socket
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Final

from index.fetching.errors import FetchError

_SPECIAL_V4: Final = tuple(
    map(
        IPv4Network,
        (
            "0.0.0.0/8",  # this network
            "10.0.0.0/8",
            "100.64.0.0/10",  # carrier-grade NAT
            "127.0.0.0/8",
            "169.254.0.0/16",  # link-local, and the clouds' metadata services
            "172.16.0.0/12",
            "192.0.0.0/24",  # protocol assignments
            "192.0.2.0/24",  # documentation
            "192.88.99.0/24",  # 6to4 relays
            "192.168.0.0/16",
            "198.18.0.0/15",  # benchmarks
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/4",  # multicast
            "240.0.0.0/4",  # reserved, and broadcast
        ),
    )
)
_GLOBAL_V6: Final = IPv6Network("2000::/3")
"""All that is assigned; what is outside is loopback, private, local, multicast or reserved."""
_SPECIAL_V6: Final = tuple(
    map(
        IPv6Network,
        (
            "2001::/23",  # protocol assignments, Teredo among them
            "2001:db8::/32",  # documentation
            "2002::/16",  # 6to4
            "3fff::/20",
        ),
    )
)
_NAT64: Final = IPv6Network("64:ff9b::/96")
"""A network without IPv4 has its resolver write public IPv4 addresses so (RFC 6052)."""


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Say whether an address is one of the public internet.

    One written as IPv6 is judged by the IPv4 address in it only where that is how a resolver
    gives it (NAT64); mapped, compatible, 6to4 and Teredo addresses are none that a feed has.
    """
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _SPECIAL_V4)
    if address in _NAT64:
        return is_public(IPv4Address(int(address) & 0xFFFF_FFFF))
    return address in _GLOBAL_V6 and not any(address in network for network in _SPECIAL_V6)


def resolve(host: str, port: int, timeout_s: float) -> tuple[str, ...]:
    """Return a host's numeric addresses, in the order to try them, whatever they are.

    Raises FetchError where it has none, TimeoutError where the resolver takes too long.
    """
    answers = SimpleQueue[tuple[str, ...] | Exception]()

    def ask() -> None:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            answers.put(tuple(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found)))
        except (OSError, ValueError, OverflowError) as error:
            answers.put(error)

    # The system's resolver has no timeout of its own that could be set.
    Thread(target=ask, daemon=True).start()
    try:
        answer = answers.get(timeout=timeout_s)
    except Empty as error:
        raise TimeoutError from error
    if isinstance(answer, Exception) or not answer:
        raise FetchError(
            f"The name {host} cannot be resolved.", remedy="Check the address, and the network."
        ) from (answer if isinstance(answer, Exception) else None)
    return answer


def public(host: str, addresses: tuple[str, ...]) -> tuple[str, ...]:
    """Return the addresses. Raises FetchError where even one of them is not public."""
    for address in addresses:
        if not is_public(ip_address(address)):
            named = host if host == address else f"{host}, which is {address},"
            raise FetchError(
                f"{named} is no public address.",
                remedy="If it is to be asked, add --allow-private.",
            )
    return addresses
