"""Who follows a talk from elsewhere: the notes in a second terminal, a phone, the next start after a crash.

All of them read one small file; none of them draws a slide.
"""
