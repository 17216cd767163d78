"""Who may rate, who may call back, and who words surveys."""

from __future__ import annotations

from shouwen.assurance.satisfaction.models import Callback, Campaign
from shouwen.ground.kernel import errors
from shouwen.ground.kernel.actor import Actor, ActorKind
from shouwen.people.staff import access as rights


def may_rate(actor: Actor, institution_id: int) -> bool:
    """A customer of this institution rates; staff and programs never do so in their place."""
    return actor.kind is ActorKind.CUSTOMER and actor.institution_id == institution_id


def require_rater(actor: Actor, institution_id: int) -> None:
    """Raise NotAllowed unless the actor may rate there."""
    if not may_rate(actor, institution_id):
        raise errors.NotAllowed


def may_call(actor: Actor, callback: Callback) -> bool:
    """Whether this member of staff calls customers of this unit back."""
    return (
        actor.is_person
        and rights.same_institution(actor, callback.institution_id)
        and rights.has_right(actor, "case.work")
        and rights.within(actor, callback.unit_id)
    )


def require_calling(actor: Actor, callback: Callback) -> None:
    """Raise NotAllowed unless the actor may call this customer back."""
    if not may_call(actor, callback):
        raise errors.NotAllowed


def may_go_on(actor: Actor, callback: Callback) -> bool:
    """Whether the call is the actor's or of whom they stand in for, or they lead those who call."""
    refs = (actor.ref, *actor.stands_in_for)
    own = callback.caller is not None and callback.caller.public_id in refs
    return own or rights.has_right(actor, "contact.supervise")


def require_caller(actor: Actor, callback: Callback) -> None:
    """Raise NotAllowed unless the actor began this call, or leads."""
    require_calling(actor, callback)
    if not may_go_on(actor, callback):
        raise errors.NotAllowed


SEE_SURVEYS, WORD_SURVEYS = "survey.read", "survey.edit"


def may_word(actor: Actor, institution_id: int) -> bool:
    """Whether the actor may word and publish this institution's surveys."""
    return rights.has_right(actor, WORD_SURVEYS) and rights.same_institution(actor, institution_id)


def require_wording(actor: Actor, institution_id: int) -> None:
    """Let surveys be worded. Raises NotAllowed, NotThere for another institution's."""
    rights.require(actor, WORD_SURVEYS)
    if not rights.same_institution(actor, institution_id):
        raise errors.NotThere


def may_plan(actor: Actor, campaign: Campaign) -> bool:
    """Whether the actor may plan, launch and stop this campaign: as far as they reach."""
    reaches = rights.within(actor, campaign.unit_id) if campaign.unit_id else actor.all_units
    return reaches and may_word(actor, campaign.institution_id)


def require_planning(actor: Actor, campaign: Campaign) -> None:
    """Let a campaign be planned. Raises NotAllowed, NotThere for what is out of reach.

    Who is bound to units sees a campaign of the whole institution, but does not run it.
    """
    require_wording(actor, campaign.institution_id)
    if not rights.within(actor, campaign.unit_id):
        raise errors.NotThere
    if not may_plan(actor, campaign):
        raise errors.NotAllowed


def require_calling_for(actor: Actor, campaign: Campaign) -> None:
    """Let customers be called for a campaign. Raises NotAllowed, NotThere."""
    require_asking(actor, campaign.institution_id)
    if not rights.within(actor, campaign.unit_id):
        raise errors.NotThere


def require_asking(actor: Actor, institution_id: int) -> None:
    """Let staff and programs ask customers by a survey. Raises NotAllowed, NotThere."""
    rights.require(actor, "case.work")
    if not rights.same_institution(actor, institution_id):
        raise errors.NotThere
