"""One sweep of Algorithm 3.2 for the ReLU in plain vectorised numpy: the benchmark's yardstick.

It uses the structure of the problem, never Kronecker products, and otherwise transcribes
Lemma 3.1 and (3.14)-(3.22) of arXiv 2402.13687 one formula a line, without reuse of buffers.
"""

import numpy as np


def plain_sweep(X, Y, H, U, xi, zeta, gamma, mu, penalties):
    """Return (W, V, b, A, c, H, U) after one update of the z, h and u blocks.

    Args:
        X: inputs, shape (T, n).
        Y: targets, shape (T, m).
        H, U: auxiliary variables before the sweep, shape (T, r).
        xi, zeta: multipliers, shape (T, r).
        gamma: penalty parameter.
        mu: weight of the proximal term.
        penalties: an object with lambda1 to lambda6.
    """
    T, r = H.shape
    n, p, ones, identity = X.shape[1], penalties, np.ones((T, 1)), np.eye(r)

    # w block: Q1 w = -q1
    rows = np.hstack([np.vstack([np.zeros(r), H[:-1]]), X, ones])
    ridge = np.diag(np.repeat([p.lambda2, p.lambda3, p.lambda4], [r, n, 1]))
    w = np.linalg.solve(gamma * rows.T @ rows + 2 * ridge, rows.T @ (xi + gamma * U))
    W, V, b = w[:r].T, w[r:-1].T, w[-1]

    # a block: Q2 a = -q2
    rows = np.hstack([H, ones])
    ridge = np.diag(np.repeat([p.lambda1, p.lambda5], [r, 1]))
    a = np.linalg.solve(2 / T * rows.T @ rows + 2 * ridge, 2 / T * rows.T @ Y)
    A, c = a[:-1].T, a[-1]

    # h block (3.18)
    D2 = 2 / T * A.T @ A + gamma * identity
    D1 = gamma * W.T @ W + D2
    d = gamma * np.maximum(U, 0) - zeta + 2 / T * (Y - c) @ A
    d[:-1] += (xi[1:] + gamma * (U[1:] - X[1:] @ V.T - b)) @ W
    H = np.vstack([np.linalg.solve(D1, d[:-1].T).T, np.linalg.solve(D2, d[-1])])

    # u block (3.19)-(3.22)
    theta1 = np.vstack([np.zeros(r), H[:-1]]) @ W.T + X @ V.T + b - xi / gamma
    theta2, theta3 = H + zeta / gamma, U
    positive = np.maximum(gamma * theta1 + gamma * theta2 + mu * theta3, 0)
    positive /= 2 * gamma + 2 * p.lambda6 + mu
    negative = np.minimum(gamma * theta1 + mu * theta3, 0) / (gamma + 2 * p.lambda6 + mu)

    def phi(u):
        return (
            gamma / 2 * (u - theta1) ** 2
            + gamma / 2 * (theta2 - np.maximum(u, 0)) ** 2
            + mu / 2 * (u - theta3) ** 2
            + p.lambda6 * u**2
        )

    U = np.where(phi(positive) <= phi(negative), positive, negative)
    return W, V, b, A, c, H, U
