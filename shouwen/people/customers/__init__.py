"""Customers: persons and organisations, how to reach them, their tiers and their history.

Owns: Customer, ContactPoint, CustomerNote, Consent, Representative, EntryCode, SelfService, and how
what carries letters stands. Announces and hears nothing; rooms above plug their part of the history
in, the institution its SMS gateway and mail server (`ports.py`). Names, numbers, addresses
and wishes are sealed, found by blind index, shown masked; every look-up and every opened file is on
the trail. Whatever reaches out asks `queries.require_wanted` first. A customer comes in by a code.
Serves CG-2.1.1-01..04 (file and tiers), OM-4.1-01, HB-2.4-06 (one central file), SN-C-01, PV-7.
"""
