"""Routing: who is offered which contact, and what happens when nobody answers.

Owns queues, queue entries, offers, transfers and the decisions behind them. The decision is a pure
function over a snapshot (`rules.decide`); offers are leases, and a sweep brings back what an
offer or a lost connection left lying, so no state can stick.
Announces OfferMade, OfferEnded. Hears MessageReceived (the assistant first,
then the queue), PresenceChanged, and what ends a contact.
Serves HB-1.2-03, HB-2.1-01, HB-2.1-02, CG-3.1-09, OM-1.2-04, OM-2.3-02, OM-2.3-04,
OM-2.3-05, OM-3.1.3-02.
"""
