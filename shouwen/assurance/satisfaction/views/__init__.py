"""The pages of those who call customers, by subject."""
