"""Connections to databases and uploaded files: configured, sealed, checked."""
