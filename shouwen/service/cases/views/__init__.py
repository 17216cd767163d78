"""The pages of the cases: the ledger, one case, and what is done to it."""
