"""Paths of accounts, under /api/v1."""

from django.urls import path

from apps.auth.api import tenant_views, views

_TENANT = "auth/tenants/<uuid:tenant_id>"

urlpatterns = [
    path("auth/register", views.Register.as_view()),
    path("auth/login", views.Login.as_view()),
    path("auth/refresh", views.Refresh.as_view()),
    path("auth/logout", views.Logout.as_view()),
    path("auth/validate", views.Validate.as_view()),
    path("auth/switch", views.Switch.as_view()),
    path("auth/user", views.CurrentUser.as_view()),
    path("auth/password/change", views.PasswordChange.as_view()),
    path("auth/password/reset", views.PasswordReset.as_view()),
    path("auth/password/reset/confirm", views.PasswordResetConfirm.as_view()),
    path("auth/sessions", views.Sessions.as_view()),
    path("auth/sessions/<uuid:session_id>", views.SessionDetail.as_view()),
    path(_TENANT, tenant_views.TenantDetail.as_view()),
    path(f"{_TENANT}/users", tenant_views.Members.as_view()),
    path(f"{_TENANT}/users/<uuid:user_id>", tenant_views.MemberDetail.as_view()),
    path(f"{_TENANT}/roles", tenant_views.Roles.as_view()),
    path(f"{_TENANT}/roles/<uuid:role_id>", tenant_views.RoleDetail.as_view()),
    path("auth/api-keys", tenant_views.ApiKeys.as_view()),
    path("auth/api-keys/<uuid:api_key_id>", tenant_views.ApiKeyDetail.as_view()),
]
