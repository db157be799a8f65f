"""The landing page of one advocate and programme, and how a visitor becomes a referral of theirs.

A visit leaves no row: it travels with the form, signed, as the click does that led to it, and, with the visitor's
consent, in a cookie of our own. Only a form that was sent is written down, with all that led to it.
"""
