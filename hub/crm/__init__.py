"""CRM: what the company's own system of sales tells us, kept raw, mapped to our ladder, booked in batches.

A message is answered as soon as its row is kept, whatever is behind us. This room decides which referral and which
rung an event means; what that pays is the referrals' business. One bad delivery never blocks the others.
"""

from flask import Flask

from hub.core.app import move_in
from hub.crm.connections import connect, retire_secret, rotate
from hub.crm.drain import drain_batch
from hub.crm.receipt import Kept, keep

__all__ = ["Kept", "connect", "drain_batch", "init_app", "keep", "retire_secret", "rotate"]


def init_app(app: Flask) -> None:
    """Takes in three small rooms: what sends referrals out, the hourly probe, and the sample CRM, seen with the sample
    data only."""
    move_in(app, "hub.crm.outward")
    move_in(app, "hub.crm.probe")
    move_in(app, "hub.crm.sample")
