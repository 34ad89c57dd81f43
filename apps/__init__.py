"""The thirteen domains, each behind its contract."""
