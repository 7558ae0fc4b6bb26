"""A small neural network on top of the output layer: any activation, any loss.

network = Network([Dense(64), "relu", Dense(10)], output=("softmax", "squared_error"))
history = network.fit(X, labels, epochs=30, validation_split=0.2)
network.predict(X); network.evaluate(X, labels); network.check_gradient(X, labels)

load("softgrad-people.safetensors").predict("new.csv")     # names of classes, from raw rows
"""

from softgrad.nn.gradient_check import GradientReport
from softgrad.nn.history import History
from softgrad.nn.layers import ActivationLayer, Dense, Layer
from softgrad.nn.lbfgs import LBFGS
from softgrad.nn.network import Network
from softgrad.nn.optimiser import Optimiser
from softgrad.nn.optimisers import SGD, Adam
from softgrad.nn.predictor import Predictor, load
from softgrad.nn.schedules import Constant, Cosine, Linear, Schedule, StepDecay, WarmUp

__all__ = [
    "Network",
    "Predictor",
    "load",
    "Dense",
    "ActivationLayer",
    "Layer",
    "SGD",
    "Adam",
    "LBFGS",
    "Optimiser",
    "Schedule",
    "Constant",
    "StepDecay",
    "Linear",
    "Cosine",
    "WarmUp",
    "History",
    "GradientReport",
]
