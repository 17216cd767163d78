"""Chat: visitors on the institution's pages, over WebSocket or, where that is blocked, plain HTTP.

Both doors speak the frames of `forms` (in) and `queries` (out): version 1, JSON, sequence numbers
per contact. A message bears the visitor's own key, so a repeat has its effect once; an `ack` goes
out after commit. A socket that comes back says what it has and gets what it lacks.
"""
