"""What is plain and decides nothing about storage."""
