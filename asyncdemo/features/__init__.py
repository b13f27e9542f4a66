"""What a command does, one room each; parsing what was typed is the command line's, in `cli`.

A talk is a room by itself, `talk`.
"""
