"""Paper B, Table 1 and section 5.1: its datasets and what the S&P series is."""
