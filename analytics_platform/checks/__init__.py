"""Checks of the house itself that `make lint` runs beside the off-the-shelf ones."""
