"""Forward and backward passes of several arrays, as people write them; and some wrong ones."""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def products(function, arguments, upstream):
    """The gradients by all arguments, of steps into the complex plane."""
    found = []
    for place, argument in enumerate(arguments):
        gradient = np.zeros(np.shape(argument))
        for at in np.ndindex(gradient.shape):
            moved = [np.array(one, dtype=complex) for one in arguments]
            moved[place][at] += 1e-30j
            results = function(*moved)
            results = results if isinstance(results, tuple) else (results,)
            gradient[at] = (
                sum(np.sum(g * y.imag) for g, y in zip(upstream, results, strict=True)) / 1e-30
            )
        found.append(gradient)
    return tuple(found)


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = np.tanh(x @ Wx + prev_h @ Wh + b)
    return next_h, (x, prev_h, Wx, Wh, next_h)


def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    dz = dnext_h * (1 - next_h**2)
    return dz @ Wx.T, dz @ Wh.T, x.T @ dz, prev_h.T @ dz, dz.sum(0)


def rnn_step_backward_transposed(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    dz = dnext_h * (1 - next_h**2)
    return dz @ Wx.T, dz @ Wh, x.T @ dz, prev_h.T @ dz, dz.sum(0)


def lstm_step(x, prev_h, prev_c, Wx, Wh, b):
    i, f, o, g = np.split(x @ Wx + prev_h @ Wh + b, 4, axis=1)
    next_c = sigmoid(f) * prev_c + sigmoid(i) * np.tanh(g)
    return sigmoid(o) * np.tanh(next_c), next_c


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    return *lstm_step(x, prev_h, prev_c, Wx, Wh, b), (x, prev_h, prev_c, Wx, Wh, b)


def lstm_step_backward(dnext_h, dnext_c, cache):
    dx, dprev_h, dprev_c, dWx, dWh, db = products(lstm_step, cache, (dnext_h, dnext_c))
    return dx, dprev_h, dprev_c, dWx, dWh, db


def lstm_step_backward_cut(dnext_h, dnext_c, cache):
    """The path from the next state through the cell is left out."""
    dx, dprev_h, dprev_c, dWx, dWh, db = products(lstm_step, cache, (dnext_h, 0 * dnext_c))
    return dx, dprev_h, dprev_c, dWx, dWh, db


def rnn_forward(x, h0, Wx, Wh, b):
    states = [h0]
    for t in range(x.shape[1]):
        states.append(np.tanh(x[:, t] @ Wx + states[-1] @ Wh + b))
    return np.stack(states[1:], axis=1), (x, Wx, Wh, states)


def rnn_backward(dh, cache):
    x, Wx, Wh, states = cache
    dx, dWx, dWh, db, later = np.zeros_like(x), 0.0, 0.0, 0.0, 0.0
    for t in reversed(range(x.shape[1])):
        dz = (dh[:, t] + later) * (1 - states[t + 1] ** 2)
        dx[:, t], later = dz @ Wx.T, dz @ Wh.T
        dWx, dWh, db = dWx + x[:, t].T @ dz, dWh + states[t].T @ dz, db + dz.sum(0)
    dh0 = later
    return dx, dh0, dWx, dWh, db


def word_embedding_forward(x, W):
    return W[x], (x, W)


def word_embedding_backward(dout, cache):
    x, W = cache
    dW = np.zeros_like(W)
    np.add.at(dW, x, dout)
    return dW


def word_embedding_backward_lossy(dout, cache):
    x, W = cache
    dW = np.zeros_like(W)
    dW[x] += dout
    return dW


def temporal_affine_forward(x, w, b):
    rows, steps, inner = x.shape
    out = x.reshape(rows * steps, inner).dot(w).reshape(rows, steps, -1) + b
    return out, (x, w)


def temporal_affine_backward(dout, cache):
    x, w = cache
    return dout @ w.T, np.einsum("ntd,ntm->dm", x, dout), dout.sum((0, 1))


def prelu_forward(x, a):
    return np.where(x > 0, x, a * x), (x, a)


def prelu_backward(dout, cache):
    x, a = cache
    return dout * np.where(x > 0, 1, a), np.sum(dout * np.where(x > 0, 0, x))


def prelu_backward_unmasked(dout, cache):
    x, a = cache
    return dout * np.where(x > 0, 1, a), np.sum(dout * x)


def softened(z, temperature):
    e = np.exp(z / temperature)
    return e / e.sum(-1, keepdims=True)


def softened_backward(g, z, temperature):
    p = softened(z, temperature)
    dz = p * (g - np.sum(g * p, -1, keepdims=True)) / temperature
    return dz, -np.sum(dz * z) / temperature


def mlp_forward(x, W1, b1, W2, b2):
    h = np.tanh(x @ W1 + b1)
    return h @ W2 + b2, (x, h, W2)


def mlp_backward(grad_out, cache):
    x, h, W2 = cache
    dz = grad_out @ W2.T * (1 - h**2)
    return {"W1": x.T @ dz, "b1": dz.sum(0), "W2": h.T @ grad_out, "b2": grad_out.sum(0)}


def triplet_loss(anchor, positive, negative):
    near, far = np.sum((anchor - positive) ** 2), np.sum((anchor - negative) ** 2)
    return near - far + 100.0


def triplet_loss_gradient(anchor, positive, negative):
    return 2 * (negative - positive), 2 * (positive - anchor), 2 * (anchor - negative)


class Cell:
    """Holds its weights, and is given its state."""

    def __init__(self, input_size, hidden_size):
        random = np.random.default_rng(0)
        self.Wx = random.standard_normal((input_size, hidden_size))
        self.Wh = random.standard_normal((hidden_size, hidden_size))
        self.b = np.zeros(hidden_size)

    def forward(self, x, h):
        self.x, self.h = x, h
        self.out = np.tanh(x @ self.Wx + h @ self.Wh + self.b)
        return self.out

    def backward(self, dout):
        dz = dout * (1 - self.out**2)
        self.dWx, self.dWh, self.db = self.x.T @ dz, self.h.T @ dz, dz.sum(0)
        return dz @ self.Wx.T, dz @ self.Wh.T


class CellTransposed(Cell):
    def backward(self, dout):
        dx, _ = super().backward(dout)
        return dx, dout * (1 - self.out**2) @ self.Wh


class CellWithACache(Cell):
    def forward(self, x, h):
        out = super().forward(x, h)
        return out, (x, h, out)

    def backward(self, dout, cache):
        x, h, out = cache
        dz = dout * (1 - out**2)
        dx, dh = dz @ self.Wx.T, dz @ self.Wh.T
        dWx, dWh, db = x.T @ dz, h.T @ dz, dz.mean(0)
        return dx, dh, dWx, dWh, db


class Embedding:
    def __init__(self, vocab_size, dim):
        self.W = np.random.default_rng(0).standard_normal((vocab_size, dim))

    def forward(self, idx):
        self.idx = idx
        return self.W[idx]

    def backward(self, dout):
        self.dW = np.zeros_like(self.W)
        np.add.at(self.dW, self.idx, dout)


class EmbeddingLossy(Embedding):
    def backward(self, dout):
        self.dW = np.zeros_like(self.W)
        self.dW[self.idx] += dout


class PReLU:
    def __init__(self):
        self.a = 0.25

    def forward(self, x):
        self.x = x
        return np.where(x > 0, x, self.a * x)

    def backward(self, g):
        self.da = np.sum(g * np.where(self.x > 0, 0, self.x))
        return g * np.where(self.x > 0, 1, self.a)


class PReLUUnmasked(PReLU):
    def backward(self, g):
        self.da = np.sum(g * self.x)
        return g * np.where(self.x > 0, 1, self.a)


class Product:
    def forward(self, a, b):
        self.a, self.b = a, b
        return a * b

    def backward(self, g):
        return g * self.b, g * self.b
