"""Paper A, "faster because sparser": what a step costs."""
