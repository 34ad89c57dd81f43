"""The outbound door: an attack list that only grows."""

from __future__ import annotations

import socket
from collections.abc import Sequence

import pytest

from analytics_platform.sources.outbound import Login, OutboundDoor
from analytics_platform.sources.problems import AddressRefused, SourceUnreachable

REFUSED = [
    "127.0.0.1", "127.8.9.10", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "169.254.170.2", "100.64.0.1",
    "100.100.100.200", "168.63.129.16", "192.0.0.192", "192.0.2.1", "198.18.0.1", "203.0.113.5", "224.0.0.1", "240.0.0.1", "255.255.255.255",
    "::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1", "fe80::1", "fc00::1", "fd00:ec2::254",
    "ff02::1", "2001:db8::1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "2002:a00:1::1", "2001:0:7f00:1::",
]  # fmt: skip


@pytest.mark.parametrize("address", REFUSED)
def test_refuses_addresses_that_are_not_public(address: str) -> None:
    door = OutboundDoor(resolver=lambda host, port: [address])
    with pytest.raises(AddressRefused):
        door.endpoints("innocent.example", 5432)


@pytest.mark.parametrize("spelling", ["localhost", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "[::1]", "127.0.0.1."])
def test_refuses_every_spelling_of_loopback(spelling: str) -> None:
    with pytest.raises((AddressRefused, SourceUnreachable)):
        OutboundDoor().endpoints(spelling, 5432)


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"])
def test_lets_public_addresses_through(address: str) -> None:
    assert OutboundDoor(resolver=lambda h, p: [address]).endpoints("example.com", 5432)[0].address == address


def test_opens_what_the_operator_allows_and_no_more() -> None:
    door = OutboundDoor(allowed=["10.0.0.0/8"], resolver=lambda host, port: [host])
    assert door.endpoints("10.1.2.3", 5432)[0].address == "10.1.2.3"
    with pytest.raises(AddressRefused):
        door.endpoints("192.168.1.1", 5432)


def test_allowing_a_range_does_not_open_the_metadata_address_in_it() -> None:
    wide = OutboundDoor(allowed=["169.254.0.0/16", "0.0.0.0/0"], resolver=lambda h, p: [h])
    with pytest.raises(AddressRefused):
        wide.endpoints("169.254.169.254", 80)


def test_never_opens_unspecified_or_multicast() -> None:
    door = OutboundDoor(allowed=["0.0.0.0/0", "::/0"], resolver=lambda h, p: [h])
    for address in ("0.0.0.0", "::", "224.0.0.1", "ff02::1"):
        with pytest.raises(AddressRefused):
            door.endpoints(address, 80)


def test_skips_the_refused_addresses_of_a_name_with_several() -> None:
    door = OutboundDoor(resolver=lambda h, p: ["127.0.0.1", "93.184.215.14"])
    assert [e.address for e in door.endpoints("mixed.example", 80)] == ["93.184.215.14"]


def test_connects_to_the_address_it_judged_although_the_name_moves() -> None:
    """DNS rebinding: the second answer would be another one."""
    answers = iter([["127.0.0.1"], ["10.0.0.1"]])
    with socket.create_server(("127.0.0.1", 0)) as server:
        door = OutboundDoor(allowed=["127.0.0.0/8"], resolver=lambda h, p: next(answers))
        with door.connect("moving.example", server.getsockname()[1], timeout_s=2) as connection:
            assert connection.getpeername()[0] == "127.0.0.1"
        with pytest.raises(AddressRefused):
            door.connect("moving.example", server.getsockname()[1], timeout_s=2)


@pytest.mark.parametrize("spelling", ["127.0.0.1", "127.0.0.2", "localhost", "own.example"])
def test_refuses_the_platforms_own_server_under_every_name(spelling: str) -> None:
    def resolve(host: str, port: int) -> Sequence[str]:
        return {"127.0.0.2": ["127.0.0.2"]}.get(host, ["127.0.0.1"])

    door = OutboundDoor(allowed=["127.0.0.0/8"], own_servers=[("127.0.0.1", 5432)], resolver=resolve)
    with pytest.raises(AddressRefused, match="own database"):
        door.endpoints(spelling, 5432)
    assert door.endpoints(spelling, 5433)


def test_refuses_the_own_server_by_another_address_of_this_machine() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 9))
        outer = probe.getsockname()[0]
    door = OutboundDoor(allowed=["0.0.0.0/0"], own_servers=[("127.0.0.1", 5432)])
    with pytest.raises(AddressRefused, match="own database"):
        door.endpoints(outer, 5432)


def test_lets_exactly_the_demo_login_through() -> None:
    demo = Login("127.0.0.1", 5432, "demo", "demo_reader")
    door = OutboundDoor(own_servers=[("127.0.0.1", 5432)], let_through=[demo])
    assert door.endpoints("127.0.0.1", 5432, login=("demo", "demo_reader"))
    for login in (("demo", "postgres"), ("platform", "demo_reader"), None):
        with pytest.raises(AddressRefused):
            door.endpoints("127.0.0.1", 5432, login=login)
