"""Alerts: the team hears when a member comes to fit a segment. Never twice, never of who fitted before."""
