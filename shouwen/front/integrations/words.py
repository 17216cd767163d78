"""What events are about, and why an attempt came to nothing: in words, with what to do next."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shouwen.ground.kernel.errors import Words

FAILURES: dict[str, Words] = {
    "form": _("The address cannot be read. Ask for another one."),
    "scheme": _("Only https addresses are sent to. Ask for another one."),
    "user": _("The address holds a user name. Ask for one without."),
    "port": _("The address has no usable port. Ask for another one."),
    "name": _("The host name is not found. Check it with the receiving system."),
    "inside": _("The host lies inside our own network, which the operator has not opened."),
    "connect": _("Nobody answers at this address. Check that the receiving system runs."),
    "tls": _("The certificate of the host is not accepted. Have it renewed."),
    "time": _("No answer within 5 seconds. Have the receiver answer first and work later."),
    "large": _("The answer was too large. Have the receiver answer with a status alone."),
    "broken": _("The answer could not be read. Check the receiving system."),
}

OBJECTS: dict[str, Words] = {
    "approval": pgettext_lazy("webhook object", "Request"),
    "case": pgettext_lazy("webhook object", "Case"),
    "complaint": pgettext_lazy("webhook object", "Complaint"),
    "contact": pgettext_lazy("webhook object", "Contact"),
    "task": pgettext_lazy("webhook object", "Task"),
    "webhook": pgettext_lazy("webhook object", "Webhook"),
}
