"""Hangouts: an hour with somebody worth meeting, for those who do the most.

A host invites an audience, members take seats or wait in a fair queue, vote on what to talk about, ask in their own
name or in nobody's, and are paid for having been there. What they ask for is answered in public: you said, we did.
Verbs are in `building` (drafts, publishing, moving, cancelling), `seats`, `asking`, `attending` and `requests`.
This room never gives a seat out of turn, never puts a video link on a page, and never tells who asked anonymously
but to stop somebody."""

from hub.hangouts.following import follow_ups

__all__ = ["follow_ups"]
