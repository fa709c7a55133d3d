"""Paper A, sections 4.2 and 4.3: Tables 1, 3, 4 and 5, Figure 6 and the sparsity."""
