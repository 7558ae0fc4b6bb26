"""Layers of images and sequences, and losses with a mask: sizes, channels and targets are made."""

import numpy as np

import softgrad as sg


def verdicts(**names):
    found = sg.check_module(names)
    return {one.name: one.refusal or one.report.verdict for one in found}


class Convolution:
    """Windows of 3 x 3, as a sum over their places."""

    def __init__(self, in_channels, out_channels, kernel_size, padding):
        random = np.random.default_rng(0)
        shape = (out_channels, in_channels, kernel_size, kernel_size)
        self.W, self.b = random.standard_normal(shape), np.zeros(out_channels)
        self.size, self.pad = kernel_size, padding

    def places(self, height, width):
        for i in range(self.size):
            for j in range(self.size):
                yield i, j, np.s_[:, :, i : i + height, j : j + width]

    def forward(self, x):
        around = (self.pad, self.pad)
        self.padded = np.pad(x, ((0, 0), (0, 0), around, around))
        return self.b[:, None, None] + sum(
            np.einsum("nchw,fc->nfhw", self.padded[window], self.W[:, :, i, j])
            for i, j, window in self.places(*x.shape[2:])
        )

    def backward(self, dout):
        dpadded, self.dW = np.zeros(self.padded.shape), np.zeros_like(self.W)
        self.db = dout.sum((0, 2, 3))
        for i, j, window in self.places(*dout.shape[2:]):
            self.dW[:, :, i, j] = np.einsum("nfhw,nchw->fc", dout, self.padded[window])
            dpadded[window] += np.einsum("nfhw,fc->nchw", dout, self.W[:, :, i, j])
        return dpadded[:, :, self.pad : -self.pad, self.pad : -self.pad]


class ConvolutionMean(Convolution):
    def backward(self, dout):
        dx = super().backward(dout)
        self.db = dout.mean((0, 2, 3))
        return dx


class SpatialScale:
    def __init__(self, num_features):
        self.gamma = np.ones(num_features)

    def forward(self, x):
        self.x = x
        return x * self.gamma[None, :, None, None]

    def backward(self, dout):
        self.dgamma = np.sum(dout * self.x, axis=(0, 2, 3))
        return dout * self.gamma[None, :, None, None]


def test_the_sizes_of_layers_of_images_are_guessed():
    assert verdicts(Convolution=Convolution, SpatialScale=SpatialScale) == {
        "Convolution": "correct",
        "Convolution by W": "correct",
        "Convolution by b": "correct",
        "SpatialScale": "correct",
        "SpatialScale by gamma": "correct",
    }
    assert verdicts(Convolution=ConvolutionMean)["Convolution by b"] == "wrong"


class Sequences:
    """Rows run by broadcasting, and give another shape back."""

    def __init__(self, dim):
        self.gamma = np.ones((1, 1, dim))

    def forward(self, x):
        self.x = x
        return self.gamma * np.tanh(x)

    def backward(self, g):
        self.dgamma = np.sum(g * np.tanh(self.x), axis=(0, 1), keepdims=True)
        return g * self.gamma * (1 - np.tanh(self.x) ** 2)


def test_a_layer_of_sequences_is_not_blamed_for_rows():
    assert verdicts(Sequences=Sequences) == {
        "Sequences": "correct",
        "Sequences by gamma": "correct",
    }


class Accumulates:
    """Appends what it is given, and makes its weights when it is called first."""

    def __init__(self):
        self.X, self.params, self.grads = [], [], []
        self.random = np.random.default_rng(0)

    def forward(self, x):
        if not self.params:
            self.params.append(self.random.standard_normal((x.shape[1], 4)))
            self.grads.append(np.zeros_like(self.params[0]))
        self.X.append(x)
        return x @ self.params[0]

    def backward(self, g):
        self.grads[0][...] = self.X[0].T @ g
        return g @ self.params[0].T


def test_lists_that_grow_and_weights_that_are_made_late():
    found = verdicts(Accumulates=Accumulates)
    assert found == {"Accumulates": "correct", "Accumulates by params[0]": "correct"}


def temporal_softmax_loss(x, y, mask):
    rows, steps, _ = x.shape
    p = np.exp(x)
    p /= p.sum(-1, keepdims=True)
    at = np.arange(rows)[:, None], np.arange(steps), y
    loss = -np.sum(mask * np.log(p[at])) / rows
    dx = p.copy()
    dx[at] -= 1
    dx *= mask[:, :, None] / rows
    return loss, dx


def image_loss(logits, labels):
    _, _, _, _ = logits.shape
    p = np.exp(logits)
    p /= p.sum(1, keepdims=True)
    return -np.mean(np.log(np.take_along_axis(p, labels[:, None], 1)))


def image_loss_grad(logits, labels):
    p = np.exp(logits)
    p /= p.sum(1, keepdims=True)
    hot = np.moveaxis(np.eye(logits.shape[1])[labels], -1, 1)
    return (p - hot) / labels.size


def masked(prediction, target, mask):
    return np.sum(mask * (prediction - target) ** 2) / mask.sum()


def masked_grad(prediction, target, mask):
    return 2 * mask * (prediction - target) / mask.size


def test_losses_with_masks_and_targets_of_more_axes():
    found = verdicts(
        temporal_softmax_loss=temporal_softmax_loss,
        image_loss=image_loss,
        image_loss_grad=image_loss_grad,
        masked=masked,
        masked_grad=masked_grad,
    )
    assert found == {
        "temporal_softmax_loss": "correct",
        "image_loss": "correct",
        "masked": "wrong",
    }
