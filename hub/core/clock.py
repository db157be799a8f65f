"""The clock. Read at edges only (views, jobs, commands) and passed inward as `now`."""

import datetime as dt


def now() -> dt.datetime:
    """The current instant, aware, in UTC."""
    return dt.datetime.now(dt.UTC)
