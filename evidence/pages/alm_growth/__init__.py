"""What a sweep of the ALM costs as series, networks, trials and workers grow."""
