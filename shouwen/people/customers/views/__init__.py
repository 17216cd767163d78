"""The pages of customers' files."""
