"""Tests of data sources."""
