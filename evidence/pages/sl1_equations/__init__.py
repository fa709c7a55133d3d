"""Paper A, equations (2) to (28): the network, its error and its derivatives."""
