"""The operator's view of people and companies. It shows no secret, not even a hash; rights are changed through the API by those who have them."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin

from analytics_platform.kernel.http.admin_tenant import choice_url
from apps.auth import models
from apps.auth.contract import accounts
from apps.auth.operator import close_account, end_session, reopen_account, revoke_key


class ReadOnlyAdmin(ModelAdmin):  # type: ignore[misc]
    """Lists, search and filters; what changes is an action."""

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Never."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Never."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Never."""
        return False


@admin.register(models.User)
class UserAdmin(ReadOnlyAdmin):
    """People. The first staff user comes from `manage.py createsuperuser`."""

    list_display = ("email", "full_name", "is_active", "is_staff", "last_login", "created_at")
    list_filter = ("is_active", "is_staff")
    search_fields = ("email", "full_name")
    fields = ("id", "email", "full_name", "is_active", "is_staff", "is_superuser", "last_login", "created_at", "updated_at")
    actions = ("close", "reopen")

    @admin.action(description="Lock out: no sign-in, all sessions end")
    def close(self, request: HttpRequest, queryset: QuerySet[models.User]) -> None:
        """At once."""
        for user in queryset:
            if user != request.user:
                close_account(user_id=user.pk)
        messages.success(request, "Locked out.")

    @admin.action(description="Let in again")
    def reopen(self, request: HttpRequest, queryset: QuerySet[models.User]) -> None:
        """With a new sign-in."""
        for user in queryset:
            reopen_account(user_id=user.pk)
        messages.success(request, "May sign in again.")


admin.site.unregister(Group)  # rights are roles of a company, not Django's groups


@admin.register(models.Company)
class CompanyAdmin(ReadOnlyAdmin):
    """Companies."""

    list_display = ("name", "slug", "status", "created_at", "work_in_it")
    list_filter = ("status",)
    search_fields = ("name", "slug", "id")
    fields = ("id", "name", "slug", "status", "limits", "settings", "created_at", "updated_at")
    actions = ("suspend", "resume")

    @admin.display(description="")
    def work_in_it(self, company: models.Company) -> SafeString:
        """Show this company's data sources, files and questions from now on."""
        return format_html('<a href="{}">work in it</a>', choice_url(company.pk, name=company.slug))

    @admin.action(description="Suspend: tokens and keys are refused at once")
    def suspend(self, request: HttpRequest, queryset: QuerySet[models.Company]) -> None:
        """By the service, which tells the others."""
        for company in queryset.exclude(status=models.Company.Status.DELETED):
            accounts.suspend_tenant(tenant_id=company.pk, reason="by the operator")
        messages.success(request, "Suspended.")

    @admin.action(description="Resume")
    def resume(self, request: HttpRequest, queryset: QuerySet[models.Company]) -> None:
        """By the service."""
        for company in queryset.exclude(status=models.Company.Status.DELETED):
            accounts.resume_tenant(tenant_id=company.pk)
        messages.success(request, "Resumed.")


@admin.register(models.Membership)
class MembershipAdmin(ReadOnlyAdmin):
    """Who belongs where."""

    list_display = ("user", "company", "role", "created_at")
    list_filter = ("role",)
    list_select_related = ("user", "company")
    search_fields = ("user__email", "company__slug")


@admin.register(models.Role)
class RoleAdmin(ReadOnlyAdmin):
    """Companies' own roles."""

    list_display = ("name", "company", "created_at")
    list_select_related = ("company",)
    search_fields = ("name", "company__slug")


@admin.register(models.Session)
class SessionAdmin(ReadOnlyAdmin):
    """Where people are signed in."""

    list_display = ("user", "company", "address", "created_at", "last_used_at", "ended_at", "end_reason")
    list_filter = ("end_reason",)
    list_select_related = ("user", "company")
    search_fields = ("user__email", "company__slug", "address")
    actions = ("end",)

    @admin.action(description="End: its tokens are refused at once")
    def end(self, request: HttpRequest, queryset: QuerySet[models.Session]) -> None:
        """At once."""
        for session in queryset:
            end_session(session_id=session.pk)
        messages.success(request, "Ended.")


@admin.register(models.ApiKey)
class ApiKeyAdmin(ReadOnlyAdmin):
    """Keys, by what they can be recognised by."""

    list_display = ("name", "prefix", "company", "owner", "expires_at", "last_used_at", "revoked_at")
    list_select_related = ("company", "owner")
    search_fields = ("name", "prefix", "company__slug", "owner__email")
    fields = ("id", "name", "prefix", "company", "owner", "permissions", "created_at", "expires_at", "last_used_at", "revoked_at")
    actions = ("revoke",)

    @admin.action(description="Revoke: refused at once")
    def revoke(self, request: HttpRequest, queryset: QuerySet[models.ApiKey]) -> None:
        """At once."""
        for key in queryset:
            revoke_key(api_key_id=key.pk)
        messages.success(request, "Revoked.")


@admin.register(models.Invitation)
class InvitationAdmin(ReadOnlyAdmin):
    """Who was asked to join."""

    list_display = ("email", "company", "role", "created_at", "expires_at", "accepted_at")
    list_select_related = ("company",)
    search_fields = ("email", "company__slug")
    fields = ("id", "email", "company", "role", "invited_by", "created_at", "expires_at", "accepted_at")

    def get_queryset(self, request: HttpRequest) -> Any:
        """The latest first."""
        return super().get_queryset(request).order_by("-created_at")
