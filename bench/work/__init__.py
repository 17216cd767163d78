"""Work that needs a database of its own: each module runs in a process with a fresh one."""
