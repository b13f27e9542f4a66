"""A stage as a project of its own, to change and to run without the tool: `asyncdemo checkout`.

`project.py` says what is in it. The other files here are copied into it as they are, or with a stage's words in them.
"""
