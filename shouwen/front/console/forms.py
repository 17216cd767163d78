"""The shape of what the calculator asks."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shouwen.ground.kernel.time import SHANGHAI
from shouwen.ground.policy import queries as policy
from shouwen.ground.policy.clocks import Facts

ANY = ("", _("any"))
CHANNELS = (
    ("chat", _("Chat")),
    ("phone", _("Phone")),
    ("web", _("Web message")),
    ("email", pgettext_lazy("channel", "E-mail")),
    ("sms", _("SMS")),
)
URGENCIES = (("ordinary", _("Ordinary")), ("urgent", _("Urgent")), ("repeat", _("Repeated")))
COMPLEXITIES = (("general", _("General")), ("complex", _("Complex")), ("special", _("Special")))
RISKS = (("low", _("Low")), ("middle", _("Middle")), ("high", _("High")))
DEFAULT_EVENT = "complaint.resolve"


class CalculatorForm(forms.Form):
    """One matter: which event, from when, with which facts."""

    event = forms.ChoiceField(label=_("Event"))
    start = forms.DateTimeField(
        label=_("Begins"), input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"]
    )
    channel = forms.ChoiceField(label=_("Channel"), choices=(ANY, *CHANNELS), required=False)
    urgency = forms.ChoiceField(label=_("Urgency"), choices=(ANY, *URGENCIES), required=False)
    complexity = forms.ChoiceField(
        label=_("Complexity"), choices=(ANY, *COMPLEXITIES), required=False
    )
    risk = forms.ChoiceField(label=_("Risk"), choices=(ANY, *RISKS), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        """Offer the packs' own events."""
        super().__init__(*args, **options)
        chosen = self.fields["event"]
        if isinstance(chosen, forms.ChoiceField):
            chosen.choices = policy.event_choices()
        for name, field in self.fields.items():
            look = "form-control" if name == "start" else "form-select"
            field.widget.attrs["class"] = f"{look} {look}-sm"
        self.fields["start"].widget.input_type = "datetime-local"

    def facts(self) -> Facts:
        """Give the facts as the clock engine takes them; the kind is the event's first word."""
        values = self.cleaned_data
        return Facts(
            kind=values["event"].split(".")[0],
            channel=values["channel"],
            urgency=values["urgency"],
            complexity=values["complexity"],
            risk=values["risk"],
        )


def calculator(data: dict[str, str], now: datetime) -> CalculatorForm:
    """Give a bound form; what is not given starts as a complaint that comes in now."""
    local = now.astimezone(SHANGHAI).strftime("%Y-%m-%dT%H:%M")
    return CalculatorForm({"event": DEFAULT_EVENT, "start": local, **data})
