"""Template tags of the integrations."""
