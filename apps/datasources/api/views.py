"""The endpoints of data sources."""

from __future__ import annotations

from uuid import UUID

from rest_framework.request import Request

from analytics_platform.kernel.declare import Page
from analytics_platform.kernel.http.endpoint import Answer, ApiView, endpoint
from analytics_platform.kernel.http.pagination import PageQuery
from analytics_platform.kernel.problems import StaleVersion
from analytics_platform.sources.problems import AddressRefused, DriverMissing, PathRefused
from apps.datasources.api.serializers import ChangeDataSource, CreateDataSource, DataSourceListQuery, ReplaceDataSource, TestQuery
from apps.datasources.contract import (
    ConnectionFailed,
    DataSource,
    DataSourceNameTaken,
    DataSourceNotFound,
    HealthCheck,
    SourceKind,
    data_sources,
)

_REFUSED = (DataSourceNameTaken, ConnectionFailed, AddressRefused, PathRefused, DriverMissing)


class DataSourceList(ApiView):
    """The tenant's sources."""

    @endpoint(summary="List data sources", permission="datasources.read", query=DataSourceListQuery, answer=Page[DataSource])
    def get(self, request: Request, query: DataSourceListQuery) -> Page[DataSource]:
        """One page."""
        return data_sources.list(**query.model_dump())

    @endpoint(
        summary="Connect a data source",
        permission="datasources.write",
        body=CreateDataSource,
        query=TestQuery,
        answer=DataSource,
        status=201,
        errors=_REFUSED,
    )
    def post(self, request: Request, body: CreateDataSource, query: TestQuery) -> Answer:
        """With `?test=true` only if it connects."""
        made = data_sources.create(**body.model_dump(), test=query.test)
        return Answer(made, headers={"Location": f"/api/v1/data-sources/{made.id}"})


class SourceKindList(ApiView):
    """What can be connected."""

    @endpoint(summary="Kinds of data sources, with the JSON Schema of their config", permission="datasources.read", answer=list[SourceKind])
    def get(self, request: Request) -> list[SourceKind]:
        """Each kind, and whether its driver is installed."""
        return data_sources.kinds()


class DataSourceDetail(ApiView):
    """One source."""

    @endpoint(summary="A data source, its secrets hidden", permission="datasources.read", answer=DataSource, errors=(DataSourceNotFound,))
    def get(self, request: Request, data_source_id: UUID) -> DataSource:
        """Its configuration and state."""
        return data_sources.get(data_source_id=data_source_id)

    @endpoint(
        summary="Replace a data source",
        permission="datasources.write",
        body=ReplaceDataSource,
        query=TestQuery,
        answer=DataSource,
        errors=(DataSourceNotFound, StaleVersion, *_REFUSED),
    )
    def put(self, request: Request, data_source_id: UUID, body: ReplaceDataSource, query: TestQuery) -> DataSource:
        """All fields anew."""
        return data_sources.update(data_source_id=data_source_id, **body.model_dump(), test=query.test)

    @endpoint(
        summary="Change a data source",
        permission="datasources.write",
        body=ChangeDataSource,
        query=TestQuery,
        answer=DataSource,
        errors=(DataSourceNotFound, StaleVersion, *_REFUSED),
    )
    def patch(self, request: Request, data_source_id: UUID, body: ChangeDataSource, query: TestQuery) -> DataSource:
        """Some fields."""
        return data_sources.update(data_source_id=data_source_id, **body.model_dump(), merge_config=True, test=query.test)

    @endpoint(summary="Delete a data source", permission="datasources.delete", errors=(DataSourceNotFound,))
    def delete(self, request: Request, data_source_id: UUID) -> None:
        """204; every other app drops what it held for it."""
        data_sources.delete(data_source_id=data_source_id)


class HealthCheckView(ApiView):
    """A check by hand."""

    @endpoint(summary="Check a data source now", permission="datasources.write", answer=HealthCheck, errors=(DataSourceNotFound,))
    def post(self, request: Request, data_source_id: UUID) -> HealthCheck:
        """A source that does not answer is an answer."""
        return data_sources.check_health(data_source_id=data_source_id)


class HealthHistory(ApiView):
    """How it went before."""

    @endpoint(
        summary="The health checks of a data source, newest first",
        permission="datasources.read",
        query=PageQuery,
        answer=Page[HealthCheck],
        errors=(DataSourceNotFound,),
    )
    def get(self, request: Request, data_source_id: UUID, query: PageQuery) -> Page[HealthCheck]:
        """One page."""
        return data_sources.health(data_source_id=data_source_id, page=query.page, page_size=query.page_size)
