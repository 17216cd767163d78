"""Tables of staff, by subject."""

from shouwen.people.staff.models.deputies import Deputy
from shouwen.people.staff.models.keys import ApiKey
from shouwen.people.staff.models.organisation import Institution, InstitutionKind, Unit
from shouwen.people.staff.models.people import (
    Density,
    Person,
    PersonSkill,
    Presence,
    PresenceState,
    Role,
    RoleGrant,
    Skill,
    Theme,
)
from shouwen.people.staff.models.posts import Post, PostHolding, PostVersion
from shouwen.people.staff.models.rosters import (
    Absence,
    AbsenceKind,
    Planned,
    RosterWeek,
    Shift,
)
from shouwen.people.staff.models.setting_up import Invitation
from shouwen.people.staff.models.settings import StaffSetting
from shouwen.people.staff.models.signing_in import FactorUse, GuessCount
from shouwen.people.staff.models.spans import PresenceSpan
from shouwen.people.staff.sessions import BrowserSession

__all__ = [
    "Absence",
    "AbsenceKind",
    "ApiKey",
    "BrowserSession",
    "Density",
    "Deputy",
    "FactorUse",
    "GuessCount",
    "Institution",
    "InstitutionKind",
    "Invitation",
    "Person",
    "PersonSkill",
    "Planned",
    "Post",
    "PostHolding",
    "PostVersion",
    "Presence",
    "PresenceSpan",
    "PresenceState",
    "Role",
    "RoleGrant",
    "RosterWeek",
    "Shift",
    "Skill",
    "StaffSetting",
    "Theme",
    "Unit",
]
