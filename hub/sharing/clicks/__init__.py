"""Clicks on personal links: taken at the door, kept in a stream, written in batches, retired by months.

`front` answers before Flask does. `stream` is what Redis keeps until `writing` has put it into the database; what
comes while Redis is away goes into `pending_clicks` and is written the same way. The clicks that Redis had not handed
over are the one thing an emptied Redis may lose, so nothing is paid for them.
"""
