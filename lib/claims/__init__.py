"""Claims: per result page, functions over its records that decide what holds."""
