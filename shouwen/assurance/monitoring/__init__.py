"""Monitoring: what is happening now and what has happened, by queue, channel and person.

Owns the interval roll-ups (15 minutes) and the wallboard. Hears what happens to contacts, cases and
ratings and folds each fact in once; no page scans raw rows, so its cost does not grow with history.
Who is held responsible for complaints is stated anew from their ledger. Announces nothing yet.
Serves OM-1.4-03, OM-2.1-01, SN-17-01, SN-17-02, SN-21-01, HB-1.3-03, OM-1.3-04,
CG-3.4-03, CG-5.3-01.
"""
