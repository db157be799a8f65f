"""The other way: a new referral becomes a lead or a deal in the CRM, for ever once.

What is sent is decided here, how each CRM wants it in `kinds`. A push waits in the outbox, is looked up by our code
before anything is made, and links the deal that the CRM answers, so that its later stages find their referral. It never
sends what a spreadsheet brought, for those deals are there, and never what has a deal already.
"""

from hub.crm.outward import timeline as _timeline  # importing it registers its lines
from hub.crm.outward.actions import resend, switch_off, switch_on

TIMELINE = _timeline.pushes

__all__ = ["TIMELINE", "resend", "switch_off", "switch_on"]
