"""Paper A, section 4.2: the grid search of Figure 5 and Table 2."""
