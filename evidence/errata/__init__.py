"""The errata of both papers: what is printed, what is right, and a check that runs."""
