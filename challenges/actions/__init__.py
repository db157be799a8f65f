"""Verbs that write: answering and withdrawing, deciding and undoing, building and publishing."""

from challenges.actions.answering import Answered, Closed, answer, begin, withdraw
from challenges.actions.deciding import Gone, Verdict, approve, decide, look_again, refuse, send_back, undo
from challenges.seats import give_back, take

__all__ = [
    "Answered", "Closed", "Gone", "Verdict", "answer", "approve", "begin", "decide", "give_back", "look_again",
    "refuse", "send_back", "take", "undo", "withdraw",
]  # fmt: skip
