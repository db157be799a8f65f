"""Asking somebody to take a challenge: by hand, or when something happens; reminding; and knowing when not to.

A rule says whom, for what and in whose words; it asks each member once, whatever happens twice. Nobody is asked more
often than the cadence allows, before they have done something small, or while somebody has yet to make good on a low
score: those asks wait, and what waits too long is let go. A score is never the way to a public review.
"""
