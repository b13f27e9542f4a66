"""What a race takes: of a core while it draws, and of the time of whoever waits for it."""
