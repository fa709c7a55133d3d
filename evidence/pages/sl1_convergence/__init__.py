"""Paper A, Theorems 1 to 3 on Iris, the oscillation and a falling smoothing coefficient."""
