"""Everything that can happen to a place in a queue and to an offer."""

from shouwen.contact.routing.actions.furnishing import (
    QueueExists,
    change_queue,
    found_queue,
    open_queue,
    set_capacities,
    set_capacity,
    with_changes,
)
from shouwen.contact.routing.actions.handing_over import hand_over_contact
from shouwen.contact.routing.actions.hours import (
    PERIODS_AT_MOST,
    OpeningHours,
    hours_of,
    remove_day,
    set_day,
    set_hours,
)
from shouwen.contact.routing.actions.offering import (
    accept_offer,
    decline_offer,
    dispatch,
    dispatch_all,
    take,
)
from shouwen.contact.routing.actions.problems import (
    HandsFull,
    NotToOneself,
    NotWaiting,
    OfferedElsewhere,
    OfferGone,
    PersonNotFree,
)
from shouwen.contact.routing.actions.queue_settings import (
    SKILLS_AT_MOST,
    QueueSettings,
    SkillSettings,
    StepSettings,
    settings_of,
)
from shouwen.contact.routing.actions.queueing import (
    CONNECTION_LOST,
    enqueue,
    enqueue_by_id,
    open_entry,
    return_to_queue,
)
from shouwen.contact.routing.actions.ranking import rank_anew
from shouwen.contact.routing.actions.spiking import (
    SpikeRuns,
    begin_spike,
    end_spike,
    watch_spikes,
)
from shouwen.contact.routing.actions.sweeping import (
    LOST_AFTER_SECONDS,
    MISSED,
    close_entry,
    sweep,
)
from shouwen.contact.routing.actions.tabling import (
    add_queue_rule,
    move_queue_rule,
    remove_queue_rule,
)
from shouwen.contact.routing.actions.transferring import TRANSFERRED, Steps, pass_on

__all__ = [
    "CONNECTION_LOST",
    "LOST_AFTER_SECONDS",
    "MISSED",
    "PERIODS_AT_MOST",
    "SKILLS_AT_MOST",
    "TRANSFERRED",
    "HandsFull",
    "NotToOneself",
    "NotWaiting",
    "OfferGone",
    "OfferedElsewhere",
    "OpeningHours",
    "PersonNotFree",
    "QueueExists",
    "QueueSettings",
    "SkillSettings",
    "SpikeRuns",
    "StepSettings",
    "Steps",
    "accept_offer",
    "add_queue_rule",
    "begin_spike",
    "change_queue",
    "close_entry",
    "decline_offer",
    "dispatch",
    "dispatch_all",
    "end_spike",
    "enqueue",
    "enqueue_by_id",
    "found_queue",
    "hand_over_contact",
    "hours_of",
    "move_queue_rule",
    "open_entry",
    "open_queue",
    "pass_on",
    "rank_anew",
    "remove_day",
    "remove_queue_rule",
    "return_to_queue",
    "set_capacities",
    "set_capacity",
    "set_day",
    "set_hours",
    "settings_of",
    "sweep",
    "take",
    "watch_spikes",
    "with_changes",
]
