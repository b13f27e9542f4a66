"""What can be seen of a run, as a stream of frozen events: their kinds, how they travel, how they are kept.

What they mean all together is in `known`, and what finds them out in a stage's process is in `probes`.
"""
