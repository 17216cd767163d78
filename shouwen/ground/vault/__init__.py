"""Vault: what is secret, and what was done.

Owns the key ring, the data keys, sealed fields, blind indexes, masking, reveal by reason, the
audit rows with their chain and signed checkpoints, the verifier that shares no code with their
writer, and electronic seals. It announces and hears nothing; every room above calls it in its own
transaction. Serves the classes C2 and C3 of the security guide.
"""
