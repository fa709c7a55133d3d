"""Paper B, section 5.3 and Figure 1: the feasibility violation."""
