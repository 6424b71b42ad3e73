"""Deadlines set, moved and settled; the rules they follow; what was said by hand and on the telephone."""

from tracker.reminders.actions.contacts import ask_contacts, confirm_contact
from tracker.reminders.actions.notes import note_phone_call, pause_watch, resume_watch, tick_off
from tracker.reminders.actions.rules import change_rule, choose_ladder, pause_rule, reset_rule, resume_rule
from tracker.reminders.actions.watching import nudge, preview, replan, say_rungs, settle, watch

__all__ = [
    "ask_contacts",
    "change_rule",
    "choose_ladder",
    "confirm_contact",
    "note_phone_call",
    "nudge",
    "pause_rule",
    "pause_watch",
    "preview",
    "replan",
    "reset_rule",
    "resume_rule",
    "resume_watch",
    "say_rungs",
    "settle",
    "tick_off",
    "watch",
]
