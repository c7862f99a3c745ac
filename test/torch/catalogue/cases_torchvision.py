"""As cases.py, for the layers of torchvision.ops.

    python cases_torchvision.py [seed] [random cases per class] > cases.jsonl"""

import inspect
import json
import random
import sys
import warnings
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
warnings.simplefilter("ignore")

import torch  # noqa: E402

from torchvision_source import import_torchvision  # noqa: E402

torchvision = import_torchvision()

import values  # noqa: E402
from cases import class_programs  # noqa: E402
from arguments import seed_and_count  # noqa: E402
from describe import run  # noqa: E402
from signatures import describe_signature  # noqa: E402

NORMS = ["None", "nn.BatchNorm2d", "nn.LayerNorm", "partial(nn.GroupNorm, 2)", "nn.Identity", "nn.InstanceNorm2d", "3"]
ACTIVATIONS = ["nn.ReLU", "None", "nn.SiLU", "partial(nn.LeakyReLU, 0.1)", "nn.PReLU", "nn.Identity"]

values.VALUES.update({
    "norm_layer": NORMS,
    "activation_layer": ACTIVATIONS,
    "inplace": ["True", "False", "None"],
    "conv_layer": ["nn.Conv2d", "nn.ConvTranspose2d"],
    "padding": ["None", "0", "1", "(1, 1)", "'same'"],
    "kernel_size": ["3", "1", "(3, 5)", "[5, 3]", "7", "0"],
    "dilation": ["1", "2", "(2, 1)"],
    "input_channels": ["8", "1", "0"],
    "squeeze_channels": ["4", "1", "0", "-1"],
    "activation": ["nn.ReLU", "nn.SiLU", "partial(nn.ReLU, inplace=True)", "None"],
    "scale_activation": ["nn.Sigmoid", "nn.Hardsigmoid"],
    "hidden_channels": ["[4, 3]", "[5]", "[]", "(2, 3, 4)", "[4, 0]"],
    "mode": ["'row'", "'batch'"],
    "block_size": ["3", "7"],
    "in_channels_list": ["[4, 8]", "[3]", "[]", "[4, 0]"],
    "extra_blocks": [
        "None",
        "torchvision.ops.feature_pyramid_network.LastLevelMaxPool()",
        "torchvision.ops.feature_pyramid_network.LastLevelP6P7(8, 4)",
        "nn.ReLU()",
    ],
    "featmap_names": ["['0', '1']"],
    "sampling_ratio": ["2"],
    "spatial_scale": ["1.0", "0.25"],
    "aligned": ["False", "True"],
    "canonical_scale": ["224"],
    "canonical_level": ["4"],
    "dims": ["[0, 2, 1]", "(1, 0)"],
    "MultiScaleRoIAlign.output_size": ["7", "(7, 3)", "[2, 2]"],
    "FrozenBatchNorm2d.num_features": ["8", "1", "0", "-1"],
    "Conv3dNormActivation.kernel_size": ["3", "(1, 3, 3)", "1", "(3, 3)"],
    "Conv3dNormActivation.norm_layer": ["nn.BatchNorm3d", "None", "nn.BatchNorm1d"],
    "Conv3dNormActivation.dilation": ["1", "2", "(1, 2, 2)"],
})

IMPORT = "import torchvision.ops\n"


def main():
    seed, per_class = seed_and_count(60)
    names = {f"torchvision.ops.{name}": None for name in torchvision.ops.__all__}
    layers = {}
    for name in torchvision.ops.__all__:
        value = getattr(torchvision.ops, name)
        if inspect.isclass(value):
            names[f"torchvision.ops.{name}"] = describe_signature(value)
            layers[name] = value
    print(json.dumps({"seed": seed, "torch": torch.__version__, "classes": names}))
    generator = random.Random(seed)
    seen = set()
    for name, layer in layers.items():
        for program in class_programs(generator, name, layer, per_class, "torchvision.ops"):
            if program not in seen:
                seen.add(program)
                truth = run(IMPORT + program)
                truth.pop("trace", None)
                print(json.dumps({"program": IMPORT + program, "truth": truth}))


if __name__ == "__main__":
    main()
