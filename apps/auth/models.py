"""What is kept of people and companies: in `public`, as it is there before a tenant is known. Secrets only as hashes."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q

from analytics_platform.kernel.ids import uuid7

HASH_LENGTH = 64
"""Characters of a SHA-256 in hexadecimal: how random tokens and keys are stored."""


def normalised_email(email: str) -> str:
    """The one spelling an address is stored and looked up by."""
    return email.strip().lower()


class UserManager(BaseUserManager["User"]):
    """Makes users, and finds them by any spelling of their address."""

    def get_by_natural_key(self, username: str | None) -> User:
        """Used by Django's login form."""
        return self.get(email=normalised_email(username or ""))

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Used by `manage.py createsuperuser`: somebody for the admin, who belongs to no company."""
        user = self.model(email=normalised_email(email), is_staff=True, is_superuser=True, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A person. Rights come from memberships; the admin's from `is_superuser` alone."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    email = models.EmailField(max_length=254, unique=True)
    full_name = models.CharField(max_length=200, blank=True)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False, help_text="May sign in to this admin.")
    is_superuser = models.BooleanField(default=False, help_text="May see and change everything in this admin.")
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects: ClassVar[UserManager] = UserManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        ordering = ("email",)

    def __str__(self) -> str:
        return self.email

    def get_full_name(self) -> str:
        """For the admin's greeting."""
        return self.full_name or self.email

    def get_short_name(self) -> str:
        """For the admin's greeting."""
        return self.get_full_name()

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Only the admin asks."""
        return self.is_active and self.is_superuser

    def has_perms(self, perm_list: Any, obj: Any = None) -> bool:
        """Only the admin asks."""
        return self.has_perm("")

    def has_module_perms(self, app_label: str) -> bool:
        """Only the admin asks."""
        return self.has_perm("")


class Company(models.Model):
    """A tenant; its id is the kernel's tenant id."""

    class Status(models.TextChoices):
        """Only an active company's members get in."""

        ACTIVE = "active"
        SUSPENDED = "suspended"
        DELETED = "deleted"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=200)
    slug = models.CharField(max_length=50, unique=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.ACTIVE)
    limits = models.JSONField(default=dict, blank=True)
    settings = models.JSONField(default=dict, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("slug",)
        verbose_name_plural = "companies"

    def __str__(self) -> str:
        return f"{self.name} ({self.slug})"


class Role(models.Model):
    """A company's own role; the built-in ones stand in `permissions.py`."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="roles")
    name = models.CharField(max_length=50)
    permissions = models.JSONField(default=list)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("name",)
        constraints = (models.UniqueConstraint(fields=("company", "name"), name="role_name_in_company"),)

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A user in a company: its role, and attributes for access policies."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=50)
    attributes = models.JSONField(default=dict, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("user__email",)
        constraints = (models.UniqueConstraint(fields=("user", "company"), name="member_once"),)
        indexes = (models.Index(fields=("company", "role"), name="members_by_role"),)

    def __str__(self) -> str:
        return f"{self.user_id} in {self.company_id}: {self.role}"


class Session(models.Model):
    """One sign-in: a family of refresh tokens, of which the latest alone works."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sessions")
    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="sessions")
    address = models.CharField(max_length=64, blank=True)
    user_agent = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.CharField(max_length=30, blank=True)

    class Meta:
        ordering = ("-last_used_at",)
        indexes = (models.Index(fields=("user", "-last_used_at"), name="sessions_of_user"),)

    def __str__(self) -> str:
        return f"{self.user_id} since {self.created_at:%Y-%m-%d %H:%M}"


class RefreshToken(models.Model):
    """A refresh token that was given out; a used one is kept for as long as its reuse could do harm."""

    token_hash = models.CharField(max_length=HASH_LENGTH, primary_key=True)
    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="refresh_tokens")
    created_at = models.DateTimeField(auto_now_add=True)
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"of session {self.session_id}"


class ApiKey(models.Model):
    """A key that acts for its owner in one company, within its permissions."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="api_keys")
    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_keys")
    name = models.CharField(max_length=100)
    prefix = models.CharField(max_length=20)
    key_hash = models.CharField(max_length=HASH_LENGTH, unique=True)
    permissions = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-created_at",)
        verbose_name = "API key"

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"


class Invitation(models.Model):
    """Somebody is asked to join, under one e-mail address and until a moment."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField(max_length=254)
    role = models.CharField(max_length=50)
    token_hash = models.CharField(max_length=HASH_LENGTH, unique=True)
    invited_by = models.UUIDField()
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("email",)
        constraints = (models.UniqueConstraint(fields=("company", "email"), condition=Q(accepted_at=None), name="one_open_invitation"),)

    def __str__(self) -> str:
        return self.email


class PasswordReset(models.Model):
    """A mailed token that sets a new password, once."""

    token_hash = models.CharField(max_length=HASH_LENGTH, primary_key=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="password_resets")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"of {self.user_id}"


class StaleScope(models.Model):
    """Tokens of `scope` issued up to `at_ms` are refused: what Redis is told again after it has lost its memory."""

    scope = models.CharField(max_length=120, primary_key=True)
    at_ms = models.BigIntegerField()
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.scope
