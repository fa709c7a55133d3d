"""Paper B, efficiency: time to an objective, the accelerated and the stochastic ALM."""
