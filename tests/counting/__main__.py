"""`python -m tests.counting up <key> <times> …` counts; `… sleep <seconds>` asks for long work."""

from __future__ import annotations

import sys

import django


def main(words: list[str]) -> None:
    """Do what the words say."""
    django.setup()
    from analytics_platform.kernel.context import tenant_in_force
    from analytics_platform.kernel.databases import transaction_for
    from analytics_platform.kernel.jobs import enqueue
    from tests.counting import work
    from tests.counting.apps import SUBSCRIBER

    if words[0] == "up":
        for key in words[2:]:
            work.count_up(key, int(words[1]))
    else:
        with tenant_in_force(work.TENANT), transaction_for(SUBSCRIBER):
            print(enqueue(work.sleep, seconds=float(words[1])))


if __name__ == "__main__":
    main(sys.argv[1:])
