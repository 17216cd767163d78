"""Everything that can happen to a customer's file, by subject."""

from shouwen.people.customers.actions.entering import (
    CodeWrong,
    NoLetterbox,
    TooManyCodes,
    ask_for_code,
    drop_old_codes,
    enter_by_code,
    send_codes,
)
from shouwen.people.customers.actions.filing import (
    CustomerKnownAlready,
    PointKnownAlready,
    add_contact_point,
    add_note,
    register_customer,
    set_tiers,
)
from shouwen.people.customers.actions.importing import (
    check_import,
    drop_import,
    drop_old_imports,
    import_waiting,
    start_import,
)
from shouwen.people.customers.actions.merging import (
    MergedAlready,
    NotMerged,
    NotOneCustomer,
    merge_customers,
    undo_merge,
)
from shouwen.people.customers.actions.posting import (
    CLAIM_SECONDS,
    CLAIMED_AT_ONCE,
    Letter,
    post_letter,
    post_to_house,
)
from shouwen.people.customers.actions.representing import (
    NamedAlready,
    NotNamed,
    end_representative,
    name_representative,
)
from shouwen.people.customers.actions.selfserving import set_self_service
from shouwen.people.customers.actions.tiering import set_dedicated, set_tier_services
from shouwen.people.customers.actions.wishing import record_consent, set_wishes
from shouwen.people.staff.actions.handing_in import ImportMoved

__all__ = [
    "CLAIMED_AT_ONCE",
    "CLAIM_SECONDS",
    "CodeWrong",
    "CustomerKnownAlready",
    "ImportMoved",
    "Letter",
    "MergedAlready",
    "NamedAlready",
    "NoLetterbox",
    "NotMerged",
    "NotNamed",
    "NotOneCustomer",
    "PointKnownAlready",
    "TooManyCodes",
    "add_contact_point",
    "add_note",
    "ask_for_code",
    "check_import",
    "drop_import",
    "drop_old_codes",
    "drop_old_imports",
    "end_representative",
    "enter_by_code",
    "import_waiting",
    "merge_customers",
    "name_representative",
    "post_letter",
    "post_to_house",
    "record_consent",
    "register_customer",
    "send_codes",
    "set_dedicated",
    "set_self_service",
    "set_tier_services",
    "set_tiers",
    "set_wishes",
    "start_import",
    "undo_merge",
]
