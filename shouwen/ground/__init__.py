"""Rules and clocks, secrets and audit, the look, events."""
