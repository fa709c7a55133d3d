"""Ten seeds of a GRU on Iris: one batch with hand-written gradients against ten autograd loops."""

from one_thread import in_turns, spread  # isort: skip

import torch

from lib import datasets
from lib.models import GRUResetAfter, to_torch
from lib.randomness import generator
from lib.training import Problem, SigmoidSquaredError, train

SEEDS, STEPS, RATE, REPEATS = 10, 100, 5e-3, 11


def data(dtype: torch.dtype) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the standardised training part of Iris, (105, 1, 4), and one-hot targets."""
    part = datasets.split(datasets.load("iris"), 105, generator("bench", "gru", "iris", 0))
    targets = torch.nn.functional.one_hot(torch.from_numpy(part.y_train), 3)
    return torch.from_numpy(part.X_train).to(dtype).unsqueeze(1), targets.to(dtype)


def initial(model: GRUResetAfter, dtype: torch.dtype):
    """Return the ten starts."""
    return model.initialise(
        [generator("bench", "gru", "start", k) for k in range(SEEDS)], dtype=dtype
    )


def batched(dtype: torch.dtype):
    """Return a function that trains ten seeds as one program."""
    X, targets = data(dtype)
    model = GRUResetAfter(4, 32, 3)
    problem = Problem(model, SigmoidSquaredError(), X.unsqueeze(0), targets.unsqueeze(0))
    start = initial(model, dtype)
    return lambda: train(problem, start, RATE, STEPS, every=STEPS)


def looped(dtype: torch.dtype):
    """Return a function that trains ten seeds one after the other with torch's own module."""
    X, targets = data(dtype)
    model = GRUResetAfter(4, 32, 3)
    start = initial(model, dtype)

    def work():
        for k in range(SEEDS):
            gru, output = to_torch(model, start, k)
            descent = torch.optim.SGD([*gru.parameters(), *output.parameters()], lr=RATE)
            for _ in range(STEPS):
                descent.zero_grad()
                hidden, _ = gru(X)
                y = torch.sigmoid(output(hidden[:, -1]))
                error = 0.5 * (y - targets).square().sum()
                error.backward()
                descent.step()

    return work


def main() -> None:
    """Print the ratio for both precisions."""
    print(f"GRU, 32 hidden, Iris, full batch, {SEEDS} seeds, one thread, median [quartiles]:")
    for dtype in (torch.float32, torch.float64):
        fast, slow = in_turns(batched(dtype), looped(dtype), repeats=REPEATS)
        name = str(dtype).removeprefix("torch.")
        print(
            f"  {name}: batched {spread(1e6 * fast / STEPS, '{:.0f}')} us a step, "
            f"torch.nn.GRU in a loop {spread(1e6 * slow / STEPS, '{:.0f}')} us, "
            f"ratio {spread(slow / fast, '{:.1f}')}"
        )


if __name__ == "__main__":
    main()
