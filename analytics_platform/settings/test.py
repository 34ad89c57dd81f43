"""The suite: development, with calls between apps sent through their wire form and the layout chosen by the run."""

from __future__ import annotations

import os

from analytics_platform.settings.development import *  # noqa: F403

CONTRACTS_ROUND_TRIP = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
RATE_LIMIT_PER_MINUTE = 100_000
TEST_SPLIT = os.environ.get("PLATFORM_TEST_LAYOUT") == "split"
