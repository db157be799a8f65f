"""Two advocates, one person: who came second may doubt the credit until a day, a manager decides, both are told.

What was paid stays paid. A credit that moves begins a referral of its own, which earns what this person's stages pay.
"""
