"""Integrations: what other systems are told, by webhooks.

Owns the webhooks of each institution, the facts they are told in their public form, every
delivery with its attempts, and the loop that sends them. Two people set a webhook up or change it.
Announces nothing; hears the facts of contacts, cases, clocks, ratings and approvals, and tells
references and states only.
Serves HB-7.1-05 (least rights by role for interfaces), CG-6.3-01 (lawful, minimal sharing).
"""
