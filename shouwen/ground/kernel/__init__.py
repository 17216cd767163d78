"""Kernel: who acts, when, and how a fact travels.

Owns the actor, the injected clock, random public ids, the outbox with its durable hearers and
after-commit topics, idempotency keys, and the leases by which one of many processes is elected.
It announces and hears nothing of its own; every other room stands on it.
"""
