"""Desk: the agent's chat workbench, one page that joins the rooms below it.

Owns the scripts of institution and units with their use, and drafts an agent has not sent yet.
A line goes out only through here, so a forbidden phrase is stopped before the customer sees it.
Colleagues leave notes and pass contacts on; leads look on, whisper, take over and clear spam: no
customer sees notes or whispers. One form opens a case or files a complaint. Lends the palette
of Ctrl K what it finds. Hears nothing durable: the page follows topics of contacts and
notes, of its person, of the queues. Serves HB-4.2-06, OM-2.2-01, OM-2.2-02, OM-2.3-04,
OM-2.3-05, HB-2.2-01, OM-3.2.1-01, OM-3.2.4-01, PV-4-01.
"""
