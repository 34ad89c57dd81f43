"""A company: itself, its members, its roles, its API keys."""

from __future__ import annotations

from uuid import UUID

from rest_framework.request import Request

from analytics_platform.kernel.declare import Page
from analytics_platform.kernel.epochs import RateLimited
from analytics_platform.kernel.http.endpoint import ApiView, endpoint
from analytics_platform.kernel.http.pagination import PageQuery
from analytics_platform.kernel.problems import StaleVersion
from apps.auth import contract
from apps.auth.api import serializers
from apps.auth.contract import accounts

READ, WRITE, DELETE, ADMIN = "auth.read", "auth.write", "auth.delete", "auth.admin"


class TenantDetail(ApiView):
    """The company."""

    @endpoint(summary="The company", permission=READ, answer=contract.Tenant, errors=(contract.TenantNotFound,))
    def get(self, request: Request, tenant_id: UUID) -> contract.Tenant:
        """One's own only."""
        return accounts.get_tenant(tenant_id=tenant_id)

    @endpoint(
        summary="Change the company's name, limits and settings",
        permission=ADMIN,
        body=serializers.TenantPatchBody,
        answer=contract.Tenant,
        errors=(contract.TenantNotFound, StaleVersion),
    )
    def patch(self, request: Request, tenant_id: UUID, body: serializers.TenantPatchBody) -> contract.Tenant:
        """What is not named stays."""
        return accounts.update_tenant(tenant_id=tenant_id, name=body.name, limits=body.limits, settings=body.settings, version=body.version)


class Members(ApiView):
    """Who belongs to the company."""

    @endpoint(
        summary="Members and open invitations",
        permission=READ,
        query=serializers.MemberQuery,
        answer=Page[contract.Member],
        errors=(contract.TenantNotFound,),
    )
    def get(self, request: Request, tenant_id: UUID, query: serializers.MemberQuery) -> Page[contract.Member]:
        """By e-mail."""
        return accounts.list_members(tenant_id=tenant_id, search=query.search, offset=query.offset, limit=query.page_size)

    @endpoint(
        summary="Invite somebody",
        description="`invitation` is the token to register with; it is mailed too, and shown only now.",
        permission=WRITE,
        body=serializers.InviteBody,
        answer=contract.Invited,
        status=201,
        errors=(contract.TenantNotFound, contract.AlreadyMember, contract.CannotGrant, RateLimited),
        idempotent=False,
    )
    def post(self, request: Request, tenant_id: UUID, body: serializers.InviteBody) -> contract.Invited:
        """Within the rights of who asks."""
        return accounts.invite(tenant_id=tenant_id, email=body.email, role=body.role)


class MemberDetail(ApiView):
    """One member."""

    @endpoint(summary="A member", permission=READ, answer=contract.Member, errors=(contract.TenantNotFound, contract.MemberNotFound))
    def get(self, request: Request, tenant_id: UUID, user_id: UUID) -> contract.Member:
        """Not an invitation."""
        return accounts.get_member(tenant_id=tenant_id, user_id=user_id)

    @endpoint(
        summary="Change a member's role or attributes",
        permission=WRITE,
        body=serializers.MemberPatchBody,
        answer=contract.Member,
        errors=(contract.TenantNotFound, contract.MemberNotFound, contract.CannotGrant, contract.LastOwner, StaleVersion),
    )
    def patch(self, request: Request, tenant_id: UUID, user_id: UUID, body: serializers.MemberPatchBody) -> contract.Member:
        """At once: older tokens are refused."""
        return accounts.update_member(
            tenant_id=tenant_id, user_id=user_id, role=body.role, attributes=body.attributes, version=body.version
        )

    @endpoint(
        summary="Remove a member, or take an invitation back",
        permission=DELETE,
        errors=(contract.TenantNotFound, contract.MemberNotFound, contract.CannotGrant, contract.LastOwner),
    )
    def delete(self, request: Request, tenant_id: UUID, user_id: UUID) -> None:
        """At once."""
        accounts.remove_member(tenant_id=tenant_id, user_id=user_id)


class Roles(ApiView):
    """The company's roles."""

    @endpoint(
        summary="Built-in roles and the company's own",
        permission=READ,
        query=PageQuery,
        answer=Page[contract.Role],
        errors=(contract.TenantNotFound,),
    )
    def get(self, request: Request, tenant_id: UUID, query: PageQuery) -> Page[contract.Role]:
        """The built-in ones first."""
        found = accounts.list_roles(tenant_id=tenant_id)
        return Page(count=found.count, results=found.results[query.offset : query.offset + query.page_size])

    @endpoint(
        summary="Make a role",
        permission=ADMIN,
        body=serializers.RoleBody,
        answer=contract.Role,
        status=201,
        errors=(contract.TenantNotFound, contract.RoleNameTaken, contract.CannotGrant),
        idempotent=False,
    )
    def post(self, request: Request, tenant_id: UUID, body: serializers.RoleBody) -> contract.Role:
        """Out of known permissions that one has."""
        return accounts.create_role(tenant_id=tenant_id, name=body.name, permissions=list(body.permissions))


class RoleDetail(ApiView):
    """One role."""

    @endpoint(summary="A role", permission=READ, answer=contract.Role, errors=(contract.TenantNotFound,))
    def get(self, request: Request, tenant_id: UUID, role_id: UUID) -> contract.Role:
        """Built in or not."""
        return accounts.get_role(tenant_id=tenant_id, role_id=role_id)

    @endpoint(
        summary="Change a role",
        permission=ADMIN,
        body=serializers.RolePatchBody,
        answer=contract.Role,
        errors=(
            contract.TenantNotFound,
            contract.RoleBuiltIn,
            contract.RoleNameTaken,
            contract.CannotGrant,
            StaleVersion,
        ),
    )
    def patch(self, request: Request, tenant_id: UUID, role_id: UUID, body: serializers.RolePatchBody) -> contract.Role:
        """Reaches its members at once."""
        return accounts.update_role(
            tenant_id=tenant_id, role_id=role_id, name=body.name, permissions=body.permissions, version=body.version
        )

    @endpoint(
        summary="Remove a role that nobody has",
        permission=ADMIN,
        errors=(contract.TenantNotFound, contract.RoleBuiltIn, contract.RoleInUse, contract.CannotGrant),
    )
    def delete(self, request: Request, tenant_id: UUID, role_id: UUID) -> None:
        """Not a built-in one."""
        accounts.delete_role(tenant_id=tenant_id, role_id=role_id)


class ApiKeys(ApiView):
    """The company's API keys."""

    @endpoint(summary="API keys", permission=ADMIN, query=PageQuery, answer=Page[contract.ApiKey])
    def get(self, request: Request, query: PageQuery) -> Page[contract.ApiKey]:
        """The latest first; never the keys themselves."""
        return accounts.list_api_keys(offset=query.offset, limit=query.page_size)

    @endpoint(
        summary="Make an API key",
        description="`key` is shown only now. The key acts with its owner's current rights, within its permissions.",
        permission=ADMIN,
        body=serializers.ApiKeyBody,
        answer=contract.NewApiKey,
        status=201,
        errors=(contract.CannotGrant, contract.NotAMember),
        idempotent=False,
    )
    def post(self, request: Request, body: serializers.ApiKeyBody) -> contract.NewApiKey:
        """Within the rights of who asks."""
        return accounts.create_api_key(name=body.name, permissions=list(body.permissions), expires_at=body.expires_at)


class ApiKeyDetail(ApiView):
    """One API key."""

    @endpoint(summary="An API key", permission=ADMIN, answer=contract.ApiKey)
    def get(self, request: Request, api_key_id: UUID) -> contract.ApiKey:
        """Never the key itself."""
        return accounts.get_api_key(api_key_id=api_key_id)

    @endpoint(summary="Revoke an API key", permission=ADMIN)
    def delete(self, request: Request, api_key_id: UUID) -> None:
        """At once."""
        accounts.revoke_api_key(api_key_id=api_key_id)
