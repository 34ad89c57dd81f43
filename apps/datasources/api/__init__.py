"""The REST door of data sources."""
