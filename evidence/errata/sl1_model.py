"""Paper A, section 2: the network, its error, Algorithm 1 and the formulas for back-propagation."""

from functools import cache
from itertools import islice

import numpy as np
import torch

from evidence.errata.registry import Check, brief, checks, draws
from evidence.pages.sl1_equations.claims_gradients import errors, networks, whole
from evidence.pages.sl1_equations.forward_forms import Forms, forms
from evidence.pages.sl1_theorems.counterexamples import ALPHA, STRENGTH
from evidence.pages.sl1_theorems.counterexamples import problem as one_unit
from evidence.papers import tables as papers
from lib.models import GRU, Parameters
from lib.penalties import Regulariser, SmoothL1
from lib.training import Problem, SigmoidSquaredError, State, descend

ROUNDING = 1e-9
"""Below this relative error two results in double precision agree."""

UNITS, INPUTS, SAMPLES = 4, 3, 6
RATE = 0.1


@cache
def _forms() -> Forms:
    return forms(3)


@checks("A-e-E9")
def _one_matrix(blocks: int = 1) -> Check:
    off = _forms().printed if blocks == 1 else _forms().rewritten
    return Check(
        f"with {blocks} matrix, states off by up to {brief(off)}",
        f"with the two blocks of (4) off by {_forms().rewritten:.0e}",
        off > ROUNDING >= _forms().rewritten,
    )


@checks("A-e-samples")
def _samples(shape: tuple[int, ...] = (SAMPLES,)) -> Check:
    model = GRU(INPUTS, UNITS, 1)
    needed = (INPUTS,)
    return Check(
        f"an input in R^N: shape {shape} for N = {SAMPLES}",
        f"with {SAMPLES} samples of {model.input_size} numbers W_zx is "
        f"{model.layout.shapes['W_zx']}: an input has shape {needed} at every step",
        shape != needed,
    )


@checks("A-e-E13")
def _averaged(samples: int = SAMPLES) -> Check:
    rng = draws("A-e-E13")
    outputs, targets = torch.from_numpy(rng.normal(size=(2, 1, samples, 1)))
    mean, total = (
        SigmoidSquaredError(average=average).value(outputs, targets).item()
        for average in (True, False)
    )
    return Check(
        "(12) and (13) are the same error",
        f"for N = {samples} random samples the data term is {brief(mean)} in (12) and "
        f"{brief(total)} in (13), {total / mean:.3g} times as much",
        abs(total / mean - 1) > ROUNDING,
    )


@checks("A-e-E16")
def _matrix(summed: bool = False) -> Check:
    w = torch.from_numpy(draws("A-e-E16").normal(size=(2, UNITS)))
    value = SmoothL1(ALPHA).elementwise(w)
    value = value.sum() if summed else value
    return Check(
        f"(16) is an array of shape {tuple(value.shape)}",
        f"(15) adds a number to a number: {brief(SmoothL1(ALPHA).elementwise(w).sum().item())} is "
        "the sum that Algorithm 1 computes",
        value.ndim > 0,
    )


def _random(bias: bool = False, samples: int = SAMPLES) -> tuple[Problem, Parameters]:
    rng = draws(f"network of {samples}, {bias}")
    model = GRU(INPUTS, UNITS, 1, bias=bias)
    start = model.zeros()
    start.flat.copy_(torch.from_numpy(rng.normal(size=start.flat.shape)))
    for name in ("b_z", "b_r", "b_h") if bias else ():
        start[name].zero_()
    X = torch.from_numpy(rng.normal(size=(1, samples, 2, INPUTS)))
    targets = torch.from_numpy(rng.uniform(size=(1, samples, 1)))
    terms = Regulariser(SmoothL1(ALPHA), STRENGTH, "out")
    return Problem(model, SigmoidSquaredError(), X, targets, terms), start


def _after(task: Problem, start: Parameters, steps: int = 1) -> State:
    return next(islice(descend(task, start, RATE), steps, None))


def _one_by_one(task: Problem, start: Parameters) -> Parameters:
    """Return the weights after one pass of Algorithm 1: a step after every sample."""
    params = start
    for n in range(task.X.shape[1]):
        own = Problem(
            task.model,
            task.loss,
            task.X[:, n : n + 1],
            task.targets[:, n : n + 1],
            task.regularisers,
        )
        params = _after(own, params).params.clone()
    return params


@checks("A-e-sgd")
def _stochastic(samples: int = SAMPLES) -> Check:
    task, start = _random(samples=samples)
    batch, single = _after(task, start).params.flat, _one_by_one(task, start).flat
    off = float(
        torch.linalg.vector_norm(single - batch) / torch.linalg.vector_norm(batch - start.flat)
    )
    return Check(
        "one pass of Algorithm 1 is an iteration (17)",
        f"from the same weights, {samples} samples, they end {off:.0%} of a step apart",
        off > ROUNDING,
    )


@checks("A-e-alg1-lambda")
def _penalised(samples: int = SAMPLES) -> Check:
    """With states of zero and the target 1/2 the penalty alone moves the output weight."""
    task = one_unit([1.0], 0.5, samples, STRENGTH, ALPHA, "out")
    start = task.model.zeros()
    start["w_out"].fill_(1.0)
    once = 1 - _after(task, start).params["w_out"].item()
    passed = 1 - _one_by_one(task, start)["w_out"].item()
    return Check(
        f"a pass over M = {samples} samples moves a weight by {passed / (RATE * STRENGTH):.3g} ηλ",
        f"an iteration of (17) with (15) by {once / (RATE * STRENGTH):.3g} ηλ",
        abs(passed / once - 1) > 1e-6,
    )


@checks("A-e-alg1-output")
def _no_sigmoid(same: bool = False) -> Check:
    off = 0.0 if same else _forms().output
    return Check(
        "output of Algorithm 1",
        f"differs from that of (11) by up to {brief(off)} on random networks, their states by "
        f"{_forms().algorithm:.0e}",
        off > ROUNDING >= _forms().algorithm,
    )


@checks("A-e-biases")
def _biases(bias: bool = True) -> Check:
    task, start = _random(bias)
    moved = _after(task, start).params
    names = [name for name in ("b_z", "b_r", "b_h") if name in moved.layout.shapes]
    size = max((float(moved[name].abs().max()) for name in names), default=0.0)
    return Check(
        "biases are zero",
        f"after one step of Algorithm 1 from zero the largest of {len(names)} biases is "
        f"{brief(size)}",
        size > 0,
    )


@checks("A-e-outputs")
def _outputs(outputs: int = 1) -> Check:
    classes = papers.sl1_sizes()["classes"].dropna()
    return Check(
        f"{outputs} output",
        f"Table 1 has {classes.min():.0f} to {classes.max():.0f} classes, an output each",
        bool((classes != outputs).any()),
    )


@cache
def _drawn():
    drawn = networks(1)
    return errors(drawn), whole(drawn)


@checks("A-e-E18")
def _recursion(missing: bool = True) -> Check:
    ways = _drawn()[1]
    off = ways["no recursion" if missing else "corrected"]
    return Check(
        "without a formula for δ_h the gradient is off by "
        + ", ".join(f"{brief(v)} (T = {T})" for T, v in off.items()),
        f"with it by {max(ways['corrected'].values()):.0e}",
        max(off.values()) > ROUNDING >= max(ways["corrected"].values()),
    )


def _formula(*numbers: str, corrected: bool = False) -> Check:
    found = [e for key, e in _drawn()[0].items() if key[0] in numbers and not e.vanishes]
    right = max(e.corrected for e in found)
    printed = [e.corrected if corrected else e.printed for e in found]
    undefined = sum(p is None for p in printed)
    defined = [p for p in printed if p is not None]
    return Check(
        f"undefined on {undefined} of {len(found)} networks, else off by up to "
        + brief(max(defined, default=np.nan)),
        f"corrected off by {right:.0e}",
        right < ROUNDING and (undefined > 0 or max(defined) > ROUNDING),
    )


@checks("A-e-E20")
def _reset(corrected: bool = False) -> Check:
    return _formula("(20)", corrected=corrected)


@checks("A-e-E22")
def _weights(corrected: bool = False) -> Check:
    return _formula(*(f"({number})" for number in range(22, 28)), corrected=corrected)


@checks("A-e-E28")
def _output_weights(corrected: bool = False) -> Check:
    return _formula("(28)", corrected=corrected)
