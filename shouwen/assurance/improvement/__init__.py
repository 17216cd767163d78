"""Improvement: what complaints teach, and that what was wrong is put right.

Owns the frozen returns (a report's figures as counted once, with a digest, never changed), the
tree of root causes with what caused each upheld complaint, the issues (found, reported, rectified
with a report, accepted by another, judged later, reopened), the thresholds with the warnings they
raised, who is held accountable (proposed, heard, investigated, determined, contested, handled), and
whom look-back asks again. Each figure names its clause (decision 0012). Announces
AccountabilityDecided, hears nothing. Serves OM-4.4-08, SN-43-01, SN-45-01, HB-2.3-06,
HB-3.3-03..04, HB-4.2-08, HB-4.3-01, HB-4.3-03..05, HB-4.3-07, CG-3.4-03..04, CG-4.3-01,
CG-4.4-01..02, CG-5.3-01, CG-5.3-03, CG-2.3.2-01.
"""
