"""A web server for few: pages of the tool itself, for a phone or a class in the same room, whose routes the user gives.

No route, no page and no token stands here; nor has it to do with the stages, which are served by servers of their own.
"""
