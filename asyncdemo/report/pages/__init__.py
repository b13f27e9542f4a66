"""Reports as pages for a browser: one file each, that needs no network and no script. Pure.

The pictures in them are drawn in `report`, and stand by themselves as well.
"""
