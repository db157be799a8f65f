"""Fairness: every introduction is weighed by signals with reasons, and one that raises doubts is looked at by people.

A doubt never blocks: stages are recorded, the person is looked after, only the points wait, and the advocate reads
why in kind words. People release or refuse, above a limit two of them; nothing is ever paid because nobody looked.
"""
