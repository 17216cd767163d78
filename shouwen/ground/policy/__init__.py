"""Policy: rule packs, clocks and the working-time calendar.

Owns the packs (one per document, each number with its clause), the register of clauses, which
packs and clauses an institution runs, its calendar, and every running clock with the append-only
ledger from which its due instant can be recomputed. Announces ClockWarned and ClockBreached;
hears nothing. Serves every clause of kind deadline, threshold, kpi and retention, and the law
CBIRC-2020-3.
"""
