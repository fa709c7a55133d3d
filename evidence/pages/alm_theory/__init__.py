"""Paper B, Lemma 3.2 and Theorems 4.3 to 4.8, measured and evaluated."""
