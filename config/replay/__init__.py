"""Replay: real texts as customers through the public doors, staff at the desk's own API."""
