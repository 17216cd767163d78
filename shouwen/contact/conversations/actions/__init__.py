"""Everything that can happen to a contact."""

from shouwen.contact.conversations.actions.arriving import open_contact, set_customer
from shouwen.contact.conversations.actions.attaching import (
    attach_file,
    open_attachment,
    scan_waiting,
)
from shouwen.contact.conversations.actions.ending import (
    abandon,
    end_contact,
    leave_message,
    wrap_up,
)
from shouwen.contact.conversations.actions.following import follow_customer
from shouwen.contact.conversations.actions.handling import (
    ask_for_person,
    assign,
    hand_over,
    hear_first,
    promise_later,
    queue,
    release,
)
from shouwen.contact.conversations.actions.keeping import OpenedFile
from shouwen.contact.conversations.actions.noting import add_note, read_mentions
from shouwen.contact.conversations.actions.problems import (
    AlreadyTaken,
    AlreadyYours,
    ClientKeyReused,
    ContactIsOver,
    CustomerKnown,
    FileInfected,
    FileNotReady,
    FileRefused,
    FileTooLarge,
    NotInHand,
    NotWrappingUp,
    PictureTooLarge,
    TakeItOverFirst,
)
from shouwen.contact.conversations.actions.supervising import (
    TakeOver,
    close_as_spam,
    look_on,
    take_over,
    whisper,
)
from shouwen.contact.conversations.actions.talking import (
    add_message,
    add_notice,
    mark_delivered,
    mark_read,
)

__all__ = [
    "AlreadyTaken",
    "AlreadyYours",
    "ClientKeyReused",
    "ContactIsOver",
    "CustomerKnown",
    "FileInfected",
    "FileNotReady",
    "FileRefused",
    "FileTooLarge",
    "NotInHand",
    "NotWrappingUp",
    "OpenedFile",
    "PictureTooLarge",
    "TakeItOverFirst",
    "TakeOver",
    "abandon",
    "add_message",
    "add_note",
    "add_notice",
    "ask_for_person",
    "assign",
    "attach_file",
    "close_as_spam",
    "end_contact",
    "follow_customer",
    "hand_over",
    "hear_first",
    "leave_message",
    "look_on",
    "mark_delivered",
    "mark_read",
    "open_attachment",
    "open_contact",
    "promise_later",
    "queue",
    "read_mentions",
    "release",
    "scan_waiting",
    "set_customer",
    "take_over",
    "whisper",
    "wrap_up",
]
