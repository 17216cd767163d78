"""The actions on clocks: start, stop, pause, resume, extend, restart, cancel, reclassify, correct.

All run in the caller's transaction and take `actor=` and `at=`.
"""

from shouwen.ground.policy.clocks.changing import (
    CannotExtend,
    CannotPause,
    ExtensionTooLate,
    NotPaused,
    SecondPersonNeeded,
    begin_later,
    end_wait,
    extend,
    pause,
    pause_all,
    reclassify,
    restart,
    restart_all,
    resume,
)
from shouwen.ground.policy.clocks.correcting import NothingToSetRight, set_right, void
from shouwen.ground.policy.clocks.starting import Starting, start, start_all, start_many
from shouwen.ground.policy.clocks.stopping import (
    cancel,
    cancel_all,
    cancel_unwanted,
    stop,
    stop_all,
)
from shouwen.ground.policy.clocks.storing import ClockChangedMeanwhile, ClockEnded, Subject
from shouwen.ground.policy.rules.facts import Facts, Promised

__all__ = [
    "CannotExtend",
    "CannotPause",
    "ClockChangedMeanwhile",
    "ClockEnded",
    "ExtensionTooLate",
    "Facts",
    "NotPaused",
    "NothingToSetRight",
    "Promised",
    "SecondPersonNeeded",
    "Starting",
    "Subject",
    "begin_later",
    "cancel",
    "cancel_all",
    "cancel_unwanted",
    "end_wait",
    "extend",
    "pause",
    "pause_all",
    "reclassify",
    "restart",
    "restart_all",
    "resume",
    "set_right",
    "start",
    "start_all",
    "start_many",
    "stop",
    "stop_all",
    "void",
]
