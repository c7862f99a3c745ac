"""Makes the sample checkpoints beside this file, with real torch:  python test/samples/make_samples.py

detector.pth      a training checkpoint: a state_dict, an optimizer and what a training script adds
qu_method1.pth    a whole module, as torch.save(model) writes it
formats/          other shapes of checkpoints: weights tied to each other, a scripted module, a distributed
                  checkpoint, and lists that share their items, with 2^40 paths to one tensor
"""

from pathlib import Path

import torch
import torch.distributed.checkpoint as distributed_checkpoint

from detector import Detector
from qu import Qu

folder = Path(__file__).parent


def train_a_little(model, optimizer):
    """Two steps on noise, so that batch norm has statistics and the optimizer a momentum."""
    model.train()
    for _ in range(2):
        outputs = model(torch.randn(2, 3, 32, 32))
        loss = sum(output.square().mean() for output in outputs)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


def main():
    torch.manual_seed(0)
    model = Detector()
    optimizer = torch.optim.SGD(model.heads.parameters(), lr=0.01, momentum=0.937)
    train_a_little(model, optimizer)
    torch.save(
        {
            "epoch": 12,
            "best_fitness": 0.9013,
            "model": model.state_dict(),
            "optimizer": optimizer.state_dict(),
            "names": ["person", "bicycle", "car"],
            "args": {"epochs": 100, "batch_size": 16, "img_size": [640, 640], "pretrained": True},
            "date": "2024-05-01T09:30:00",
        },
        folder / "detector.pth",
    )
    torch.save(Qu(), folder / "qu_method1.pth")
    make_formats()


def make_formats():
    formats = folder / "formats"
    formats.mkdir(exist_ok=True)
    embedding = torch.zeros(50, 8)
    torch.save(
        {"wte.weight": embedding, "ln_f.weight": torch.ones(8), "lm_head.weight": embedding},
        formats / "tied.pth",
    )
    torch.jit.script(torch.nn.Sequential(torch.nn.Conv2d(3, 4, 3), torch.nn.ReLU())).save(formats / "scripted.pt")
    distributed_checkpoint.save(
        {"model": Qu().state_dict(), "step": torch.tensor(12)}, checkpoint_id=formats / "distributed"
    )
    shared = [torch.ones(2)]
    for _ in range(40):
        shared = [shared, shared]
    torch.save(shared, formats / "shared_lists.pt")


if __name__ == "__main__":
    main()
