"""Ways to sparse GRUs compared: the error against the share of exact zeros."""
