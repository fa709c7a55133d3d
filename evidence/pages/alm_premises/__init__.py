"""Paper B, sections 1 and 2: two premises that it states and does not measure."""
