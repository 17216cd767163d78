"""Complaints: a case with a regulator behind it, from the first word to the archive.

Owns the complaint over a case, its grades, groups, task forces and settings: facets, a suggested
type, marks, three separate persons, notes of who helps, responsibility heard and contested,
progress, extensions, notices, telling, ratings, appeal, review, new facts, appraisal, mediation,
redress, tables. The case keeps number, texts, clocks, story; both move as one (decision 0009).
Announces ComplaintFiled, ComplaintMarkedMajor, ResponsibilityAssigned, ComplaintRedressApproved,
ComplaintClosed. Serves HB-4.2-01, HB-4.2-05..07, CG-3.1-02..06, CG-3.1-09..10, CG-3.2-03,
CG-3.2-06, CG-3.2-08, CG-3.3-01..05, CG-3.4-02, CG-4.1-05, CG-4.2-02, CG-4.3-01, OM-4.4-02..06,
SN-36-01, SN-40-01, SN-41-01, SN-44-01, CBIRC-2020-3-20..22.
"""
