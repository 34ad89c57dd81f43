"""Uploaded files: kept, recognised, parsed to Parquet, and offered as tables."""
