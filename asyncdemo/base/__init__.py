"""What every room may use: errors, durations, text, histograms, files, outputs, the terminal, addresses, where the
package is.

Nothing in here knows what a stage, a run or a screen is. Not a place for the rest: a test lists its files.
"""
