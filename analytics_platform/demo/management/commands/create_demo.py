"""`manage.py create_demo`: the demo tenant, with its shop as a database and as files."""

from typing import Any

from django.core.management import BaseCommand

from analytics_platform.demo.tenant import SignIn, create_demo


class Command(BaseCommand):
    """Make what is missing of the demo tenant."""

    help = "Make the demo tenant (once): 50,000 orders as a database and as files, and a user with a generated password."

    def handle(self, *args: Any, **options: Any) -> None:
        """Say how to sign in."""
        create_demo(say=self.stderr.write)
        sign_in = SignIn.kept()
        if sign_in is None:
            self.stdout.write("The demo tenant is there; its password was written where it was made, not in this DATA_DIR.")
        else:
            self.stdout.write(f"Demo: sign in as {sign_in.email} with {sign_in.password} (tenant {sign_in.tenant}).")
