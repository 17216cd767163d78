"""What the desk shows, by pane."""

from shouwen.front.desk.queries.advice import Advice, advice_for
from shouwen.front.desk.queries.figures import Figures, figures_of
from shouwen.front.desk.queries.finding import FINDERS, places_for
from shouwen.front.desk.queries.notes import Mentions, NoteForm, mentions_for, note_form
from shouwen.front.desk.queries.offers import OfferCard, offers_for
from shouwen.front.desk.queries.page import (
    Desk,
    Work,
    desk_for,
    mine_for,
    news_for,
    pane_for,
    person_of,
    presence_of,
    work_for,
)
from shouwen.front.desk.queries.passing import TransferSheet, transfer_sheet
from shouwen.front.desk.queries.queue import QueuePane, Waiting, waiting_for
from shouwen.front.desk.queries.scripts import ScriptRow, scripts_for
from shouwen.front.desk.queries.side import Side, due_preview, next_limit, side_for, with_draft
from shouwen.front.desk.queries.talk import Line, Talk

__all__ = [
    "FINDERS",
    "Advice",
    "Desk",
    "Figures",
    "Line",
    "Mentions",
    "NoteForm",
    "OfferCard",
    "QueuePane",
    "ScriptRow",
    "Side",
    "Talk",
    "TransferSheet",
    "Waiting",
    "Work",
    "advice_for",
    "desk_for",
    "due_preview",
    "figures_of",
    "mentions_for",
    "mine_for",
    "news_for",
    "next_limit",
    "note_form",
    "offers_for",
    "pane_for",
    "person_of",
    "places_for",
    "presence_of",
    "scripts_for",
    "side_for",
    "transfer_sheet",
    "waiting_for",
    "with_draft",
    "work_for",
]
