"""Referrals: programmes, their ladders, who was introduced by whom, and every stage they reached.

`refer` takes a referral in, `advance_many` books what reaching stages pays, once, whatever the order. This room never
speaks to a CRM and never edits an event: a step back is another event.
"""

from hub.referrals.advance import Advance, advance_many
from hub.referrals.intake import Refusal, refer

__all__ = ["Advance", "Refusal", "advance_many", "refer"]
