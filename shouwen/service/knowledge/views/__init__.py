"""The pages of the knowledge."""
