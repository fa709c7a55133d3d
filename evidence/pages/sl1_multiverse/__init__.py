"""Paper A: its claims over what it left open."""
