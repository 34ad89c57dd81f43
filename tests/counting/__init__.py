"""A small app for tests of real processes: it counts, hears what was counted, and does long work."""
