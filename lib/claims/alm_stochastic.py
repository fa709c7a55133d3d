"""A stochastic ALM over windows: what was asked before the runs, and what came out.

Decided before the runs. A method on windows is taken with the window length that comes lowest in R,
trial by trial, unless a claim says otherwise, and the same for its rivals.

* *Reaches*: the lowest R within the limit is at most ``NEAR`` times that of the extrapolated full
  sweeps. A problem, a length of the series with a hidden size, counts when every trial has it.
* *Sooner*: it is at ``LEVEL`` times that value of R before the extrapolated full sweeps are, in
  every trial.
* *Beats Adam*: its lowest R is below that of Adam on windows, in every trial.
* *Cutting helps*: the windows with all h and u kept come lower than the full sweeps without
  extrapolation, in every trial.
* *No explosion*: no network of any run had an R of more than twice the lowest before.
* *Any window length*: the largest of a method's lowest R over the lengths is at most ``SPREAD``
  times the smallest, in every trial.
* *No worse on the test part*: the median ratio of its test error and that of the extrapolated full
  sweeps is at most ``WORSE``; both of the networks with the lowest R.
* *Very long series*: on the longest one, the method that forgets comes lower in R than the
  extrapolated full sweeps do.

A claim holds when all of its problems have it, in part when some have.
"""

NEAR = 1.01
LEVEL = 1.05
SPREAD = 1.05
WORSE = 1.05
