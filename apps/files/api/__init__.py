"""The REST door of files."""
