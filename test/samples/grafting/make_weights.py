"""Makes the weights of the story, with real torch:  python make_weights.py [FOLDER]

pretrained.pth     what a training script saves of the detector
parallel.pth       the same state_dict from DataParallel: every key begins with "module."
table.pth          the detector that is built from detector.yaml
"""

import sys
from pathlib import Path

import torch
from detector import Detector
from table import TableDetector
from torch import nn


def pretrained(model):
    """No training: what matters here is that no two tensors are alike, and that batch norm has statistics."""
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            nn.init.normal_(module.weight, 1, 0.1)
            nn.init.normal_(module.bias, 0, 0.1)
    model.train()
    with torch.no_grad():
        for _ in range(50):
            model(torch.randn(4, 3, 64, 64))
    for number, module in enumerate(model.modules()):
        if isinstance(module, nn.BatchNorm2d):
            module.num_batches_tracked.add_(number)
    return model.eval()


def main(folder):
    torch.manual_seed(7)
    detector = pretrained(Detector())
    optimizer = torch.optim.SGD(detector.parameters(), lr=0.01, momentum=0.937)
    training = {
        "epoch": 300,
        "best_fitness": 0.9007,
        "model": detector.state_dict(),
        "optimizer": optimizer.state_dict(),
        "args": {"img_size": [640, 640], "classes": 3},
    }
    torch.save(training, folder / "pretrained.pth")
    torch.save(nn.DataParallel(detector).state_dict(), folder / "parallel.pth")
    torch.save(pretrained(TableDetector()).state_dict(), folder / "table.pth")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
