"""Decisions about people, in plain Python."""
