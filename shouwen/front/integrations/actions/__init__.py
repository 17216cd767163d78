"""Everything that can happen to webhooks, by subject."""

from shouwen.front.integrations.actions.replaying import (
    NothingToReplay,
    WebhookIsOff,
    replay_delivery,
    replay_span,
    send_test,
)
from shouwen.front.integrations.actions.sending import Sender, forget_old
from shouwen.front.integrations.actions.setting_up import (
    TooManyWebhooks,
    WebhookChanged,
    WebhookNotReady,
    ask_change,
    ask_secret,
    ask_webhook,
    settle_approval,
    switch_off,
    switch_on,
)
from shouwen.front.integrations.actions.telling import tell_fact

__all__ = [
    "NothingToReplay",
    "Sender",
    "TooManyWebhooks",
    "WebhookChanged",
    "WebhookIsOff",
    "WebhookNotReady",
    "ask_change",
    "ask_secret",
    "ask_webhook",
    "forget_old",
    "replay_delivery",
    "replay_span",
    "send_test",
    "settle_approval",
    "switch_off",
    "switch_on",
    "tell_fact",
]
