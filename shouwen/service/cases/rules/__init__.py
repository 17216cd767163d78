"""Decisions about cases in plain Python: states, steps, search terms, numbers."""
