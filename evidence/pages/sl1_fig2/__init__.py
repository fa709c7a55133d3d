"""Paper A, Figure 2: the smoothed absolute value."""
