"""The REST endpoints under /schema."""
