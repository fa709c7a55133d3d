"""One unit of the tournament: its methods, its budget and the values tried of their numbers."""

from dataclasses import dataclass
from importlib.util import find_spec

from evidence.kit.columns import ROUGH, columns
from evidence.pages.alm_race.harness import Task
from evidence.pages.alm_race.race_columns import ALONG, TOLERANCE

(FAST, PLAIN, ADAM, ADAM32, LBFGS, SYSID, TORCH, LM, KALMAN) = ENTERED = (
    "accelerated ALM",
    "ALM",
    "Adam, float64",
    "Adam, float32",
    "L-BFGS",
    "jax-sysid",
    "torch.nn.RNN",
    "Levenberg-Marquardt",
    "Kalman filter",
)
"""The methods that run in the race."""

WINDOWS = "Adam on windows"
"""What runs on the race's trials and to its targets when it is over."""

METHODS = (*ENTERED, WINDOWS)

NEEDS = {
    **dict.fromkeys((ADAM, ADAM32, LBFGS, LM), ("jax",)),
    SYSID: ("jax", "jax_sysid"),
    TORCH: ("torch",),
}
"""The packages that a method needs beside the book's."""

SHARES = (0.1, 0.01, 0.001)
r"""The :math:`\tau` of the targets :math:`R_{best}+\tau(R_{start}-R_{best})`."""


@dataclass(frozen=True)
class Tournament(Task):
    """All methods on one trial.

    Attributes:
        seconds: of CPU time, the budget of every run.
        fast: gamma_0 of the accelerated ALM over its default, one run for each value.
        plain: gamma_0 of the ALM, likewise.
        adam, adam32, torch: the rate, likewise.
        sysid: the rate of jax-sysid's Adam, likewise.
        lbfgs: the pairs in memory, likewise.
        kalman: the variance that the filter's weights gain in a step, likewise.
        packages: whether a package that is missing is an error; otherwise its methods are left
            out.

    Where no values are given, the one that the record of the tuning trial chose is taken.
    """

    seconds: float
    fast: tuple[float, ...] = ()
    plain: tuple[float, ...] = ()
    adam: tuple[float, ...] = ()
    adam32: tuple[float, ...] = ()
    lbfgs: tuple[int, ...] = ()
    sysid: tuple[float, ...] = ()
    torch: tuple[float, ...] = ()
    kalman: tuple[float, ...] = ()
    packages: bool = True

    rows = (
        columns(str, "method")
        | columns(str, "ended", within=None)
        | columns(int, "looks | turn", within=None)
        | columns(float, "value", within=None, none=True)
        | columns(float, "best", within=TOLERANCE, none=True)
        | columns(float, "start", within=1e-9)
        | columns(float, "seconds | compiled", within=None, none=True)
        | columns(float, *(f"to {share:g}" for share in SHARES), within=None, none=True)
        | columns(float, "holdout | test | test of best", within=ROUGH, none=True)
        | columns(float, "verified | feasibility | residual", within=None, none=True)
        | columns(bool, "holds", within=None, none=True)
    )
    """Times belong to the machine, and so does, a little, how low R comes. `turn` is a method's
    place in the order. `verified`, `feasibility` and `residual` are the verifier's numbers of the
    network with the smallest R, `holds` is its verdict."""
    traces = ALONG | columns(float, "lowest", within=ROUGH, cut=True)
    """The moments of the looks are the machine's, so that the same place holds another one."""
    deviations = (
        "None of the rivals but Adam is in the paper. All minimise the ALM's objective R on the "
        "training part; the term with λ₆ = 10⁻⁸ is left out of the gradients of torch.nn.RNN and "
        "jax-sysid, and out of the matrices of Levenberg-Marquardt and of the filter.",
        "Synthetic series are drawn with Table 1's sizes for 500 steps: T steps for training, then "
        "T/4 of holdout and T/4 of test; targets are standardised by the training part. The S&P "
        "series keeps its test part, and the last fifth of its training part is the holdout. The "
        "penalties' τ is 5 r on synthetic series and r/20 on the index, which is Table 2's at its "
        "own sizes.",
        "Every run has 20 CPU seconds, with 5 hidden units 5, and on 10,000 steps twice as many. "
        "All runs of a trial follow each other in one process on one thread, in an order that "
        "moves on by one with every trial; two trials run at a time, on two cores. The clock "
        "stands still while R and the errors are looked at, whenever the time has grown by 3 %; "
        "what comes after the budget does not count. What compiles is timed apart. A tenth of a "
        "second of the accelerated ALM that nobody sees warms the process up.",
        "Of each method one number is tuned, by at most five values on one further series of the "
        "same problem and the least R within the same budget: γ₀ of both ALMs, the rate of Adam "
        "(three times) and of jax-sysid, the memory of L-BFGS, the drift of the filter. "
        "Levenberg-Marquardt chooses its damping itself.",
        "Adam's rate falls as a cosine with the budget, its gradient is clipped to norm 1, and one "
        "that is not finite counts as zero, so that the momentum goes on. jax-sysid's own Adam has "
        "a constant rate and makes 1,000 epochs, as in its examples, on 2,000 steps 500 and on "
        "10,000 steps 100; L-BFGS has the rest. L-BFGS begins anew where its line search gives up.",
        "Both ALMs are seen after every sweep, and the network with the smallest R counts, as for "
        "all methods. The plain ALM has Table 2's parameters but for γ₀.",
        "Levenberg-Marquardt is not run where an iteration takes more than 2·10¹¹ "
        "multiplications, the filter where there are more than 4,000 weights.",
        "A method reaches a target when R ≤ R_best + τ (R_start − R_best), R_best being the "
        "smallest of these nine methods on the trial; otherwise it fails there. A method that is "
        "not run fails.",
        "Starts are Glorot's, drawn anew where the hidden state would explode. The S&P series is "
        "the one rebuilt as section 5.1 describes it.",
    )

    @property
    def values(self) -> dict[str, tuple[float | int, ...]]:
        """The values of each method's number; Levenberg-Marquardt has none."""
        given = (self.fast, self.plain, self.adam, self.adam32, self.lbfgs, self.sysid, self.torch)
        return dict(zip((*ENTERED[:7], KALMAN), (*given, self.kalman), strict=True))

    def look_for_data(self) -> None:
        """Load the series, and look for the packages if all must be there."""
        super().look_for_data()
        missing = {name for names in NEEDS.values() for name in names if not find_spec(name)}
        if self.packages and missing:
            raise ImportError(
                f"the tournament needs {', '.join(sorted(missing))}; make an environment of its "
                "own as requirements-tournament.txt says"
            )
