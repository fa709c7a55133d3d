"""The tutorial on a series of one's own."""
