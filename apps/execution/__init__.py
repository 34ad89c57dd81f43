"""Runs checked, read-only SQL over data sources and files, and keeps the results."""
