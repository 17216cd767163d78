"""Template tags of the carriers."""
