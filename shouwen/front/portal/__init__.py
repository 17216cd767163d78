"""Portal: the customer's own pages.

Owns no tables. Joins the chat, one case's progress by a one-time link, all of one's own by a
one-time code, questions and complaints by a form, the help centre and ratings. A link
is opened by GET and spent by POST only, since mail scanners follow links.
Serves OM-1.2-05, HB-1.4-06, HB-2.2-03, OM-4.3-02, OM-4.4-07, CG-3.1-10, CG-4.1-05.
"""
