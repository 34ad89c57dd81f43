"""The gateway: what this deployment is made of."""

from __future__ import annotations

from analytics_platform.kernel.declare import Dto, Service, query


class ServiceCard(Dto):
    """One app: what it is for, where its documentation is, whether it runs in this process."""

    name: str
    purpose: str
    version: str
    docs: str
    local: bool


class Directory(Dto):
    """All services of the platform."""

    version: str
    openapi: str
    docs: str
    services: list[ServiceCard]


class Gateway(Service):
    """The way in."""

    app = "gateway"

    @query
    def directory(self) -> Directory:
        """The services, their versions and where their documentation is."""


gateway = Gateway.client()
