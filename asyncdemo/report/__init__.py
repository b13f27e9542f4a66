"""What a load has shown: a table, a picture, a page to keep, a document to compute with, all made from rows. Pure.

No clock, no screen, no file: how rows are made is in `measuring`. Where stages are compared, times are seconds of the
lesson, since that is what delays, rate and duration are typed in; a page or a field says where not.
"""
