"""Why something cannot be done with knowledge, by name."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from shouwen.ground.kernel.errors import Conflict, NotAllowed


class SamePerson(NotAllowed):
    """Who wrote a version does not decide about it."""

    message = _("You wrote this version, so somebody else must decide. Ask a lead.")


class NotYourDraft(NotAllowed):
    """A draft is worked by its author, so that the approver is surely another person."""

    message = _("A colleague is writing this draft. Ask its author, or discard it first.")


class ArticleHasDraft(Conflict):
    """An article has one open draft at a time."""

    message = _("There is a draft of this article already. Go on with that one.")


class NothingOpen(Conflict):
    """There is no version in the state this act needs."""

    message = _("The article has no version for which this can be done. Reload it and look again.")


class ChangedMeanwhile(Conflict):
    """The text is not the one that was on the screen."""

    message = _("The text has changed since you opened it. Read it again, then decide.")


class NotInForce(Conflict):
    """Only what counts now can be judged."""

    message = _("This version is not in force, so it takes no votes.")


class RequestSettled(Conflict):
    """The request has its answer."""

    message = _("This request has been settled already.")
