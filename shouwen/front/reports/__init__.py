"""Reports: what has happened, in figures, and what stands behind each of them.

Joins monitoring's figures with the contacts and cases they were counted from; owns no table.
Announces nothing, hears nothing.
Serves HB-2.3-06, SN-17-01 to SN-17-04, SN-21-01, OM-4.3-04, HB-6.1-05.
"""
