"""Tests of the SQL pipeline."""
