"""What a contact may become, what a message may hold, and what counts as a file."""
