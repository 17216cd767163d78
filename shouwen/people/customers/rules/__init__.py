"""What customers' files hold, and what follows from it; plain Python."""

from shouwen.people.customers.rules.entries import (
    CUSTOMER_ID,
    CUSTOMER_NUMBER,
    DIALLED,
    HOME_REGION,
    IDENTITY,
    normal_address,
    normal_credit_code,
    normal_email,
    normal_identity_number,
    normal_name,
    normal_phone,
    normal_wechat,
)
from shouwen.people.customers.rules.letters import Verdict, code_of, pause_seconds, verdict

__all__ = [
    "CUSTOMER_ID",
    "CUSTOMER_NUMBER",
    "DIALLED",
    "HOME_REGION",
    "IDENTITY",
    "Verdict",
    "code_of",
    "normal_address",
    "normal_credit_code",
    "normal_email",
    "normal_identity_number",
    "normal_name",
    "normal_phone",
    "normal_wechat",
    "pause_seconds",
    "verdict",
]
