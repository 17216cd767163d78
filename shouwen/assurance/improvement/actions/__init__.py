"""Everything that can happen to a report on complaints."""

from shouwen.assurance.improvement.actions.freezing import (
    ReturnChanged,
    freeze_report,
    look_behind,
    take_report,
    take_return,
)

__all__ = ["ReturnChanged", "freeze_report", "look_behind", "take_report", "take_return"]
