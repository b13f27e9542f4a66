"""`asyncdemo doctor`: whether everything runs on this machine, and for what does not, the fix.

Facts are in machine.py, what they mean in checks.py.
"""
