"""The REST door of mapping."""
