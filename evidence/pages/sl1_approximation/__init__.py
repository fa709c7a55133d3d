"""Paper A, section 4.1: Figures 3 and 4."""
