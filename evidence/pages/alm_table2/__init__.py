"""Paper B, Table 2: its parameters and its starts."""
