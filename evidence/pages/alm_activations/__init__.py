"""Paper B, section 4.3: leaky ReLU and ELU."""
