"""Kit: the look. Base pages, components, icons, words for times and figures, the live line.

Owns no table. Rooms register their door in the rail, their topics' authorisers and their keys; the
kit knows none of them. Behaviour is in static files, looks are classes on the tokens of
`static/kit/tokens.css`, and every page runs under the strict content policy.
"""
