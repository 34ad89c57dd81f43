"""The REST endpoints of execution."""
