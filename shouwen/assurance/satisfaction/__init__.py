"""Satisfaction: what customers think of a contact, a case, or the service at large.

Owns ratings (a score of five, four dimensions, solved or not, a sealed comment), callbacks after
closed cases, surveys in versions that stay as sent, campaigns that draw whom they ask, and who was
asked. Announces RatingGiven; hears it, to see to a low one by a case, and CaseClosed, to plan the
callback and ask by the survey. Stops the clocks of all. Serves OM-4.3-01, OM-4.3-02, OM-4.3-03,
OM-1.2-05, OM-2.4-03, HB-2.4-01, HB-3.3-03, HB-3.3-04, SN-20-01, SN-21-01, CG-4.3-01, CG-2.3.1-01,
HB-6.2-02.
"""
