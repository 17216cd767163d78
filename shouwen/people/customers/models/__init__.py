"""Tables of customers, by subject."""

from shouwen.people.customers.models.consents import Consent, Evidence, Purpose, Way
from shouwen.people.customers.models.entering import EntryCode, SelfService
from shouwen.people.customers.models.importing import CustomerImport
from shouwen.people.customers.models.letters import LetterStanding
from shouwen.people.customers.models.merging import Merge
from shouwen.people.customers.models.organisations import Authority, Representative
from shouwen.people.customers.models.people import (
    ContactPoint,
    Customer,
    CustomerKind,
    CustomerNote,
    PointKind,
    Risk,
    Value,
    Wish,
)
from shouwen.people.customers.models.tiers import CaseComplexity, Dimension, TierService
from shouwen.people.staff.models.handing_in import ImportState

__all__ = [
    "Authority",
    "CaseComplexity",
    "Consent",
    "ContactPoint",
    "Customer",
    "CustomerImport",
    "CustomerKind",
    "CustomerNote",
    "Dimension",
    "EntryCode",
    "Evidence",
    "ImportState",
    "LetterStanding",
    "Merge",
    "PointKind",
    "Purpose",
    "Representative",
    "Risk",
    "SelfService",
    "TierService",
    "Value",
    "Way",
    "Wish",
]
