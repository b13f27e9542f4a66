"""How a run looks: panels and plain lines, the screen and its keys, source code in colours.

What has been measured, in tables, pictures and pages, is in `report`; what a key does to a run, in `features`.
"""
