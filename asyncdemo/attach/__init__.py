"""What gets into a project that is neither edited nor imported, and tells what happens in it: `asyncdemo run DIR`.

This folder stands first on PYTHONPATH, where Python finds `sitecustomize` at its start. Standard library alone, from
Python 3.9 on, and nothing of asyncdemo: it runs in an environment of the project's own. It is not imported by the tool.
"""
