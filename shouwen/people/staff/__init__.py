"""Staff: institutions, units, people, roles, skills, presence, API keys, and signing in.

Owns: Institution, Unit, Person (the user model), RoleGrant, Skill, PersonSkill, Presence, ApiKey,
Post and its versions; HandedTable, what the tables that people hand in have in common.
Announces: PresenceChanged, PersonDisabled. Hears: nothing.
Doors take `request.actor` from `web.ActorMiddleware`; sockets from `web.ActorSocketMiddleware`.
Serves SN-E-01 (single owner, graded responsibility), OM-6.2-01 (skill tiers), PV-10-01 (authority),
HB-1.1-07 (duty list).
"""
