"""`manage.py create_tenant`: a company with its owner, from the command line."""

from __future__ import annotations

import secrets
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from analytics_platform.kernel.declare import Problem
from apps.auth.contract import NewTenant, accounts


class Command(BaseCommand):
    """The password is made, and printed, when none is given."""

    help = "Make a company and the user who owns it."

    def add_arguments(self, parser: CommandParser) -> None:
        """As the sign-up asks."""
        parser.add_argument("--name", required=True, help="the company's name")
        parser.add_argument("--slug", help="made of the name when it is not given")
        parser.add_argument("--email", required=True, help="the owner's e-mail address")
        parser.add_argument("--full-name", default="")
        parser.add_argument("--password", help="made and printed when it is not given")

    def handle(self, *args: Any, **options: Any) -> None:
        """The company is ready when the command ends."""
        password = options["password"] or secrets.token_urlsafe(15)
        tenant = NewTenant(name=options["name"], slug=options["slug"])
        try:
            made = accounts.register(email=options["email"], password=password, full_name=options["full_name"], tenant=tenant)
        except Problem as problem:
            raise CommandError("; ".join([problem.detail, *(f"{error.field}: {error.message}" for error in problem.errors)])) from problem
        self.stdout.write(f"tenant    {made.tenant.slug} ({made.tenant.id})")
        self.stdout.write(f"e-mail    {made.user.email}")
        if not options["password"]:
            self.stdout.write(f"password  {password}")
