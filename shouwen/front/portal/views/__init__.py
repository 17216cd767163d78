"""The customer's pages, by subject."""
