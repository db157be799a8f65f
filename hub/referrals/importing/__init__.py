"""A spreadsheet's rows become referrals with their stage history, in batches that land whole or not at all.

Running twice changes nothing, running again after a crash goes on where it stopped, and a row that has come further
since brings its new stages. Old deals are no news: nobody is told, caps and the refusal of duplicates don't apply, and
each event counts in its own period. This package reads no file names and prints nothing: the command does.
"""

from hub.referrals.importing.plan import Target, target
from hub.referrals.importing.run import Summary, bring_in

__all__ = ["Summary", "Target", "bring_in", "target"]
