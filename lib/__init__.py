"""Models, penalties, solvers and experiments of the two reproduced papers."""
