"""The one outbound door: every connection to an address that a stranger named goes through here, each time a socket opens.

A host is resolved once, each address is judged, and the connection goes to the judged address itself, so that a name that
resolves differently a moment later (DNS rebinding) gains nothing. TLS still verifies the name.
"""

from __future__ import annotations

import ipaddress
import socket
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from analytics_platform.sources.problems import AddressRefused, SourceUnreachable

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
IPNetwork = ipaddress.IPv4Network | ipaddress.IPv6Network
Resolver = Callable[[str, int], Sequence[str]]

_METADATA: Final = frozenset(
    ipaddress.ip_address(a)
    for a in ("169.254.169.254", "169.254.170.2", "168.63.129.16", "100.100.100.200", "192.0.0.192", "fd00:ec2::254", "fd20:ce::254")
)
_RESOLVE_TIMEOUT_S: Final = 5.0
_NAT64: Final = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("64:ff9b:1::/48"))


@dataclass(frozen=True)
class Endpoint:
    """An address that was judged, and the name it came from."""

    host: str
    address: str
    port: int


@dataclass(frozen=True)
class Login:
    """One database let through although it lives on a server of the platform's own: the demo's."""

    host: str
    port: int
    database: str
    username: str


def resolve(host: str, port: int) -> Sequence[str]:
    """Every address of a host, as the system resolves it, within a few seconds. Raises SourceUnreachable."""
    try:
        return [str(ipaddress.ip_address(host))]
    except ValueError:
        pass
    found: list[str] = []
    failed: list[Exception] = []

    def ask() -> None:
        try:
            entries = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
            found.extend(dict.fromkeys(str(entry[4][0]).partition("%")[0] for entry in entries))
        except (OSError, UnicodeError) as e:
            failed.append(e)

    asking = threading.Thread(target=ask, name="resolve", daemon=True)  # the system's resolver knows no time limit
    asking.start()
    asking.join(_RESOLVE_TIMEOUT_S)
    if not found:
        raise SourceUnreachable(f"The host name {host!r} cannot be resolved.") from (failed[0] if failed else None)
    return found


class OutboundDoor:
    """Decides which addresses may be connected to.

    `allowed` holds the networks that the operator opens beside the public internet; a metadata address opens only where it is named
    alone. `own_servers` are the platform's own databases, which are refused whatever is allowed, but for `let_through`.
    """

    def __init__(
        self,
        *,
        allowed: Iterable[str] = (),
        own_servers: Iterable[tuple[str, int]] = (),
        let_through: Iterable[Login] = (),
        resolver: Resolver = resolve,
    ) -> None:
        self._allowed: tuple[IPNetwork, ...] = tuple(ipaddress.ip_network(n) for n in allowed)
        self._own_servers = tuple(own_servers)
        self._let_through = frozenset(let_through)
        self._resolve = resolver

    def endpoints(self, host: str, port: int, *, login: tuple[str, str] | None = None) -> list[Endpoint]:
        """The addresses of `host` that may be connected to, at least one. `login` is (database, username). Raises AddressRefused."""
        if login is not None and Login(host, port, *login) in self._let_through:
            return [Endpoint(host, address, port) for address in self._resolve(host, port)]
        addresses = [ipaddress.ip_address(a) for a in self._resolve(host, port)]
        opened = [a for a in addresses if self.is_open(a)]
        if not opened:
            raise AddressRefused(f"{host} is a private, local or reserved address; the operator has not opened it to data sources.")
        if any(self._is_own_server(a, port) for a in opened):
            raise AddressRefused("The platform's own database server cannot be a data source.")
        return [Endpoint(host, str(a), port) for a in opened]

    def is_open(self, address: IPAddress) -> bool:
        """Whether an address may be connected to, own servers aside."""
        judged = {address, *_embedded(address)}
        return all(self._is_open_itself(a) for a in judged)

    def connect(self, host: str, port: int, *, timeout_s: float, login: tuple[str, str] | None = None) -> socket.socket:
        """A TCP connection to the first judged address that answers. Raises AddressRefused, SourceUnreachable."""
        failure: OSError | None = None
        for endpoint in self.endpoints(host, port, login=login):
            try:
                return socket.create_connection((endpoint.address, port), timeout=timeout_s)
            except OSError as e:
                failure = e
        raise SourceUnreachable(f"{host}:{port} does not answer: {failure}") from failure

    def _is_open_itself(self, address: IPAddress) -> bool:
        if address.is_multicast or address.is_unspecified:
            return False
        networks = [n for n in self._allowed if n.version == address.version and address in n]
        if address in _METADATA:
            return any(n.num_addresses == 1 for n in networks)
        return bool(networks) or (address.is_global and not address.is_reserved)

    def _is_own_server(self, address: IPAddress, port: int) -> bool:
        forms = {address, *_embedded(address)}
        for host, own_port in self._own_servers:
            if own_port != port:
                continue
            own = {ipaddress.ip_address(a) for a in self._resolve(host, port)}
            if forms & own or (any(map(_is_this_machine, own)) and any(map(_is_this_machine, forms))):
                return True
        return False


def _embedded(address: IPAddress) -> set[IPAddress]:
    """IPv4 addresses that an IPv6 address stands for: mapped, compatible, 6to4, Teredo, NAT64."""
    if isinstance(address, ipaddress.IPv4Address):
        return set()
    found: set[IPAddress] = set()
    if address.ipv4_mapped is not None:
        found.add(address.ipv4_mapped)
    if address.sixtofour is not None:
        found.add(address.sixtofour)
    if address.teredo is not None:
        found.update(address.teredo)
    low = int(address) & 0xFFFFFFFF
    if any(address in network for network in _NAT64) or (int(address) >> 32 == 0 and low > 1):
        found.add(ipaddress.IPv4Address(low))
    return found


def _is_this_machine(address: IPAddress) -> bool:
    """Whether the address is one of this machine's own: only those can be bound."""
    if address.is_loopback:
        return True
    family = socket.AF_INET if address.version == 4 else socket.AF_INET6
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.bind((str(address), 0))
    except OSError:
        return False
    return True
