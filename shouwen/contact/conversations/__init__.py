"""Conversations: one record per contact, its messages, files, notes, owner and handlers.

Owns contacts with their five instants (arrived, queued, answered, ended, wrapped up), messages
numbered without gaps, attachments, the staff's own notes, and who had each contact in hand. The
first person who takes a contact is its owner for good; the handler may change.
Announces ContactOpened, ContactQueued, ContactAssigned, ContactAnswered, ContactReleased,
ContactEnded, ContactWrappedUp, MessageReceived, MessageSent. Hears nothing.
Ports: `first_hearer` (assistant), `queue` (routing), `scanner` and `file_store`.
Serves HB-1.2-03, HB-2.1-01, OM-1.2-05, OM-2.3-05, OM-3.4.5-01, HB-3.4-01.
"""
