"""Cases: a question that cannot be settled in the conversation, worked until the customer agrees.

Owns the case with its guarded states, three-level categories, timeline, one-time customer links,
search terms, tasks for other units, links between cases. The first person asked stays owner;
handlers may change (HB-1.2-03, OM-2.3-02).
Announces CaseOpened … CaseArchived, TaskAsked, TaskEnded; hears ClockWarned and ClockBreached.
Serves HB-1.2-02, HB-2.1-04..08, HB-2.2-03..05, HB-2.3-01..05, OM-3.1-01, OM-3.1.3-01, OM-4.1-03,
OM-4.4-04, OM-5.1-01, CG-4.2-02.
"""
