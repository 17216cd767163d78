"""Approvals: what one person asks for and another decides.

Owns the request with its words, sums, reason, effect and end. Other rooms register the kinds they
ask for; what was approved takes effect in the transaction of the decision, or the decision fails.
Announces ApprovalDecided; hears nothing. Serves PV-10-01, PV-10-02.
"""
