"""Only the public internet is asked, however an address is spelt."""

from __future__ import annotations

from ipaddress import ip_address

import pytest

from index.fetching.addresses import is_public, public, resolve
from index.fetching.downloading import checked
from index.fetching.errors import FetchError

NOT_PUBLIC = [
    *("0.0.0.1", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.127.255.255", "127.0.0.1"),
    *("127.255.255.254", "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.8"),
    *("192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.19.255.255", "198.51.100.7"),
    *("203.0.113.7", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255"),
    *("::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:7f00:1", "::ffff:8.8.8.8"),
    *("::ffff:0:127.0.0.1", "fe80::1", "fe80::1%eth0", "fec0::1", "fc00::1", "fd12:3456::1"),
    *("ff02::1", "100::1", "2001::1", "2001:0:7f00:1::", "2001:db8::1", "2002:7f00:1::"),
    *("2002:808:808::1", "3fff::1", "5f00::1", "64:ff9b::127.0.0.1", "64:ff9b::a00:1"),
    *("64:ff9b::a9fe:a9fe", "64:ff9b:1::8.8.8.8"),
]
PUBLIC = [
    *("1.1.1.1", "8.8.8.8", "100.63.255.255", "100.128.0.1", "126.255.255.255", "128.0.0.1"),
    *("172.15.255.255", "172.32.0.1", "192.167.255.255", "223.255.255.255"),
    *("2606:4700::1111", "2a00:1450:4001::64", "2001:4860:4860::8888", "64:ff9b::8.8.8.8"),
]
LOOPBACK_SPELLINGS = [
    *("127.0.0.1", "127.1", "0", "0.0", "2130706433", "017700000001", "0177.0.0.1"),
    *("0x7f000001", "0x7f.0.0.1", "0x7F.1", "127.0.1", "localhost", "LOCALHOST"),
    *("::1", "0:0:0:0:0:0:0:1", "::ffff:127.0.0.1", "::ffff:7f00:1", "::"),
    *("3232235777", "0xc0a80101", "0300.0250.1.1", "10.1", "192.168.257", "2852039166"),
]


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_what_is_not_public(address: str) -> None:
    """Private, loopback, local, multicast, reserved and embedded addresses are not public."""
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", PUBLIC)
def test_what_is_public(address: str) -> None:
    """Neighbours of the special ranges are, and what NAT64 makes of a public address."""
    assert is_public(ip_address(address))


@pytest.mark.parametrize("host", LOOPBACK_SPELLINGS)
def test_spellings_of_private_hosts(host: str) -> None:
    """Whatever the system takes for an address is checked as the address it stands for."""
    with pytest.raises(FetchError, match="is no public address"):
        public(host, resolve(host, 80, 5))


def test_one_private_address_of_several() -> None:
    """A host that has a private address among public ones is not asked at all."""
    with pytest.raises(FetchError, match=r"both\.example, which is 127\.0\.0\.1, is no"):
        public("both.example", ("8.8.8.8", "127.0.0.1"))
    assert public("fine.example", ("8.8.8.8", "1.1.1.1")) == ("8.8.8.8", "1.1.1.1")


@pytest.mark.parametrize("host", ["a" * 64 + ".example", "a..b", "\0"])
def test_names_that_cannot_be_resolved(host: str) -> None:
    """A name that is none is told."""
    with pytest.raises(FetchError, match="cannot be resolved"):
        resolve(host, 80, 20)


@pytest.mark.parametrize(
    "written",
    [
        *("ftp://example.org/feed", "file:///etc/passwd", "gopher://example.org/", "javascript:1"),
        *("data:text/xml,<rss/>", "//example.org/feed", "example.org/feed", "/feed", "", "http://"),
        *("http:///feed", "http://[::1", "http://[nonsense]/", "http://256.1.1.1/", "http://\0/"),
        *("https://user:secret@example.org/", "http://user@example.org/", "http://a:99999999/"),
        *("http://exa\nmple.org/", "http://" + "a" * 70_000),
    ],
)
def test_addresses_that_are_not_asked(written: str) -> None:
    """Only http and https, with a host and without credentials, which are not told either."""
    with pytest.raises(FetchError) as caught:
        checked(written)
    assert "secret" not in str(caught.value)
