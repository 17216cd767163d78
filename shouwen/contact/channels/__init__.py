"""Channels: the written ways into the centre; `chat` is the first, others will stand beside it.

Owns visits (one browser's way in, resumed by a secret token). Calls conversations to open contacts
and add messages, and says "received" only after commit. Announces nothing of its own; hears
nothing durable: live sockets follow the topic `contact-<id>` and fetch themselves.
Serves OM-1.1-02, OM-2.1-01, CG-1.4-03, HB-1.4-06.
"""
