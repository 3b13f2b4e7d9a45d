"""The kept cube: sums of days that were asked for before, by metric, in the workspace's own files.

It holds sums and times by day, and nothing of any unit: neither names nor codes, nor a segment's name, which may be a
person's. So to forget a customer nothing has to be erased here; the sums of the days concerned are asked for again,
because their files have changed.
"""
