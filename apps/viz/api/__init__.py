"""The REST endpoints under /visualizations."""
