"""What a load has shown: rows, a table, a picture, a page to keep, a document to compute with. Pure.

No clock, no screen, no file: rows are made from events, everything else from rows. Where stages are compared, times
are seconds of the lesson, since that is what delays, rate and duration are typed in; a page or a field says where not.
"""
