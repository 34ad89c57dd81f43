"""Requests: who asks, which tenant, how often, what is answered, and the internal door."""
