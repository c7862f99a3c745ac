"""Adaptive softmax: a head over the frequent classes, two linear layers for each tail cluster."""

from collections import namedtuple

from _graftlens import unknown

from .container import ModuleList, Sequential
from .linear import Linear
from .module import Module

__all__ = ["AdaptiveLogSoftmaxWithLoss"]


_ASMoutput = namedtuple("_ASMoutput", ["output", "loss"])


class AdaptiveLogSoftmaxWithLoss(Module):
    def __init__(
        self,
        in_features,
        n_classes,
        cutoffs,
        div_value=4.0,
        head_bias=False,
        device=None,
        dtype=None,
    ):
        super().__init__()
        cutoffs = list(cutoffs)
        if len(cutoffs) == 0:
            raise ValueError("cutoffs should be a sequence of length larger than 0")
        if (
            cutoffs != sorted(cutoffs)
            or min(cutoffs) <= 0
            or max(cutoffs) > n_classes - 1
            or len(set(cutoffs)) != len(cutoffs)
            or any([int(c) != c for c in cutoffs])
        ):
            raise ValueError("cutoffs should be unique, increasing integers between 1 and n_classes - 1")
        self.in_features = in_features
        self.n_classes = n_classes
        self.cutoffs = cutoffs + [n_classes]
        self.div_value = div_value
        self.head_bias = head_bias
        self.shortlist_size = self.cutoffs[0]
        self.n_clusters = len(self.cutoffs) - 1
        self.head_size = self.shortlist_size + self.n_clusters
        self.head = Linear(self.in_features, self.head_size, bias=self.head_bias, dtype=dtype)
        self.tail = ModuleList()
        for i in range(self.n_clusters):
            hidden = int(self.in_features // (self.div_value ** (i + 1)))
            classes = self.cutoffs[i + 1] - self.cutoffs[i]
            self.tail.append(
                Sequential(
                    Linear(self.in_features, hidden, bias=False, dtype=dtype),
                    Linear(hidden, classes, bias=False, dtype=dtype),
                )
            )

    def reset_parameters(self):
        """Values only."""

    def forward(self, input_, target_):
        return _ASMoutput(unknown("the output of an adaptive softmax"), unknown("the loss of an adaptive softmax"))

    def log_prob(self, input):
        return unknown("the output of an adaptive softmax")

    def predict(self, input):
        return unknown("the output of an adaptive softmax")
