"""Rules of the integrations, without Django."""
