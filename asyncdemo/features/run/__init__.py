"""`asyncdemo run`: a stage in front of the user, in panels or in lines, and what the keys do to it.

How a stage is started and stopped is in `running`.
"""
