"""Repeatable measurements, each printing one JSON line: `make bench`, `python -m bench NAME`."""
