"""The clock of referrals: whoever introduced somebody hears within a set time, or we hear of it. It never moves one."""
