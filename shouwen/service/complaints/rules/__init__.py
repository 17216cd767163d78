"""Decisions about complaints, without Django."""
