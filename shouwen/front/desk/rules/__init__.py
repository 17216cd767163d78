"""What the desk decides without asking the database."""
