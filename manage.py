#!/usr/bin/env python
"""Django's command line for the platform."""

import os
import sys


DEVELOPMENT = "analytics_platform.settings.development"


def main() -> None:
    """Run the command that was named."""
    if os.environ.setdefault("DJANGO_SETTINGS_MODULE", DEVELOPMENT) == DEVELOPMENT:
        from analytics_platform.embedded import use_running_servers

        use_running_servers()
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
