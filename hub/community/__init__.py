"""Community: threads under any subject, the board, shout-outs, customer of the month, and the feed of what members did.

`say` posts under a subject whose room has registered with `admits` who may take part; the others are told.
`conversation` is what a page needs to show a thread with `community/_thread.html`. `story` says how another room's
facts read in the feed, `honours.measure` adds a rule for the customer of the month. This room never decides who may
read a subject (the subject's own room does), never names somebody who hasn't agreed to it, and never pays: nobody
earns a point by writing a lot.
"""

from hub.community import honours, shout_outs, stories, topics
from hub.community.actions import TooFast, Unsayable, edit, say, take_back
from hub.community.people import Face, face, seen
from hub.community.personal import clear
from hub.community.queries import Conversation, conversation, posts
from hub.community.rules import admits
from hub.community.stories import Deed, feed, story

__all__ = [
    "Conversation", "Deed", "Face", "TooFast", "Unsayable", "admits", "clear", "conversation", "edit", "face", "feed",
    "honours", "posts", "say", "seen", "shout_outs", "stories", "story", "take_back", "topics",
]  # fmt: skip
