"""Pages of what complaints teach."""
