"""What a load has shown: rows, a table, a picture, a page to keep, a document to compute with. Pure.

No clock, no screen, no file: rows are made from events, everything else from rows. Times are seconds of the lesson
wherever stages are compared, since that is what delays, rate and duration are typed in; a name or a text says where not.
"""
