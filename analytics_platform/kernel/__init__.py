"""The few things every app stands on. It imports no app."""
