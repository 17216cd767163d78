"""Improvement: what complaints teach, and that what was wrong is put right.

Owns the frozen returns (figures as counted once, with a digest), the tree of root causes with what
caused each upheld complaint, the issues (found, reported, rectified with a report, accepted by
another, judged later, reopened; major ones met about), thresholds with the warnings they raised and
who was told, who is held accountable (proposed to handled), and whom look-back asks again. Each
figure names its clause (decision 0012). Announces AccountabilityDecided, hears ClockWarned. Serves
OM-4.4-08, SN-43-01, SN-45-01, HB-2.3-06, HB-3.3-03..04, HB-4.2-08, HB-4.3-01, HB-4.3-03..07,
CG-3.4-03..04, CG-4.3-01, CG-4.4-01..02, CG-5.3-01..03, CG-2.3.2-01.
"""
