"""The endpoints of access policies. Reading them takes the same permission as writing them: they tell what is hidden, and from whom."""

from __future__ import annotations

from uuid import UUID

from rest_framework.request import Request

from analytics_platform.kernel.declare import Page
from analytics_platform.kernel.http.endpoint import Answer, ApiView, endpoint
from analytics_platform.kernel.http.pagination import PageQuery
from analytics_platform.kernel.problems import StaleVersion
from apps.datasources.api.policy_bodies import ChangePolicy, CreatePolicy, ReplacePolicy
from apps.datasources.contract import DataSourceNotFound, Policy, PolicyInvalid, PolicyNameTaken, PolicyNotFound, data_sources

_MANAGE = "datasources.write"
_MISSING = (DataSourceNotFound, PolicyNotFound)
_REFUSED = (PolicyNameTaken, PolicyInvalid)


class PolicyList(ApiView):
    """The policies of a source."""

    @endpoint(
        summary="List the access policies of a data source",
        permission=_MANAGE,
        query=PageQuery,
        answer=Page[Policy],
        errors=(DataSourceNotFound,),
    )
    def get(self, request: Request, data_source_id: UUID, query: PageQuery) -> Page[Policy]:
        """One page, by name."""
        return data_sources.policies(data_source_id=data_source_id, page=query.page, page_size=query.page_size)

    @endpoint(
        summary="Add an access policy to a data source",
        permission=_MANAGE,
        body=CreatePolicy,
        answer=Policy,
        status=201,
        errors=(DataSourceNotFound, *_REFUSED),
    )
    def post(self, request: Request, data_source_id: UUID, body: CreatePolicy) -> Answer:
        """It holds from now on, for all SQL; checked against the source as it is, if that can be reached."""
        made = data_sources.create_policy(data_source_id=data_source_id, policy=body.draft)
        return Answer(made, headers={"Location": f"/api/v1/data-sources/{data_source_id}/policies/{made.id}"})


class PolicyDetail(ApiView):
    """One policy."""

    @endpoint(summary="An access policy", permission=_MANAGE, answer=Policy, errors=_MISSING)
    def get(self, request: Request, data_source_id: UUID, policy_id: UUID) -> Policy:
        """What it says, and whether it still resolves."""
        return data_sources.policy(data_source_id=data_source_id, policy_id=policy_id)

    @endpoint(
        summary="Replace an access policy",
        permission=_MANAGE,
        body=ReplacePolicy,
        answer=Policy,
        errors=(*_MISSING, StaleVersion, *_REFUSED),
    )
    def put(self, request: Request, data_source_id: UUID, policy_id: UUID, body: ReplacePolicy) -> Policy:
        """All fields anew."""
        return data_sources.update_policy(data_source_id=data_source_id, policy_id=policy_id, policy=body.draft, version=body.version)

    @endpoint(
        summary="Change an access policy",
        permission=_MANAGE,
        body=ChangePolicy,
        answer=Policy,
        errors=(*_MISSING, StaleVersion, *_REFUSED),
    )
    def patch(self, request: Request, data_source_id: UUID, policy_id: UUID, body: ChangePolicy) -> Policy:
        """Some fields; the whole is checked."""
        return data_sources.change_policy(data_source_id=data_source_id, policy_id=policy_id, changes=body.changes, version=body.version)

    @endpoint(summary="Delete an access policy", permission=_MANAGE, errors=_MISSING)
    def delete(self, request: Request, data_source_id: UUID, policy_id: UUID) -> None:
        """204; what it kept from people they see from now on, unless another policy keeps it."""
        data_sources.delete_policy(data_source_id=data_source_id, policy_id=policy_id)
