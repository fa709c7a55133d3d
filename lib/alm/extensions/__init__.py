"""What goes beyond the paper, built on its method, which knows nothing of it."""
