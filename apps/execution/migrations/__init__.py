"""Migrations of the execution app."""
