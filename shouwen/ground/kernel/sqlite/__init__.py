"""SQLite as Django knows it, with writers served in turn (`ENGINE` of the settings)."""
