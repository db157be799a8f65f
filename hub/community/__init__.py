"""Community: threads under a subject, and the posts in them.

`say` posts under any subject whose room has registered with `admits` who may take part; the others are told.
`conversation` is what a page needs to show a thread with `community/_thread.html`. This room never decides who may
read a subject: the subject's own room does.
"""

from hub.community.actions import Unsayable, say, take_back
from hub.community.queries import Conversation, conversation, posts
from hub.community.rules import admits

__all__ = ["Conversation", "Unsayable", "admits", "conversation", "posts", "say", "take_back"]
