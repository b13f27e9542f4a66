"""What several commands take, how what was typed becomes a value, and what is typed as an example.

What a command of its own takes stands in its module.
"""
