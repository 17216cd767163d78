"""Knowledge: what the centre may say, in versions, written by one and approved by another.

Owns articles, their versions, votes and search terms, and what the desk found missing. An article
is never changed once published: a new version takes over at a stated moment, and what was in force
then can be read for ever. Announces and hears nothing.
Serves OM-6.4-01..03, HB-1.2-07, HB-4.1-06, HB-5.3-02, CG-1.2-04, SN-D-03.
"""
