"""Paper A, Theorems 1 to 3 and their proof: counterexamples and a repair."""
