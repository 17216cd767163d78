"""Carriers, queues, and one record per contact."""
