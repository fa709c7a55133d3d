"""Settings and set-ups that several pages share."""
