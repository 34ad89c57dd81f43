"""Settings: `environment` reads the environment once, `base` is the house, the other modules say where it stands."""
