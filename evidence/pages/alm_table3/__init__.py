"""Paper B, section 5.4: Tables 3a to 3c and 4, Figure 2, and the multiverse over them."""
