"""Improvement: what complaints teach, in figures of a period that can be reproduced.

Owns the frozen returns: a report's figures as they were counted once, by whom, with a digest; a
return is never changed, a later one stands beside it. Each figure names its formula and clause and
leads to the complaints behind it (decision 0012). Announces nothing, hears nothing.
Serves OM-4.4-08, SN-45-01, HB-2.3-06, HB-4.2-08, CG-4.3-01, CG-2.3.2-01.
"""
