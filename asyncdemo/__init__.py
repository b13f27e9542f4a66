"""asyncdemo: the talk "Async Tasks with Django Channels" as software to run, watch and learn from."""

__version__ = "0.1.0"
