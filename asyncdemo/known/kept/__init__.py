"""What is kept of what goes on for hours, so that it takes no more room than a minute does: bins of time, and ids.

What it is kept of stands in the modules that use it.
"""
