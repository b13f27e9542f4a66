"""A stage as a project of its own, to change and to run without the tool: `asyncdemo checkout`.

`project.py` says what is in it. What is in `files` is copied into it, and is no code of the tool.
"""
