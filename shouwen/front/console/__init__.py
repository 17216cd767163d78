"""Console: where the centre is set up, rules are read, deadlines computed, the trail read.

Owns pages only: the system pages (`sections.py` lists them and says how one joins), rule packs with
the deadline calculator, and the audit trail for auditors. It writes nothing of its own; looking at
the trail is itself on the trail.
Serves HB-1.2-06, CG-2.4.3-02, OM-3.4.2-01 (rights by post).
"""
