"""Watching and improving."""
