"""Whole models, so that every line of `print(model)` can be compared."""
import torch
from torch import nn


def models():
    return {
        "residual": residual_network(),
        "transformer": nn.Transformer(16, 2, 2, 3, 32, activation="gelu", batch_first=True, bias=False),
        "encoder": nn.TransformerEncoder(nn.TransformerEncoderLayer(16, 4, norm_first=True), 3, nn.LayerNorm(16)),
        "recurrent": tagger(),
        "segmentation": segmentation_network(),
        "detector": detector(),
        "vision": vision_transformer(),
        "root": nn.Conv2d(3, 64, kernel_size=7, stride=2, padding=3, bias=False),
        "repeated": nn.ModuleList([nn.Linear(2, 2), nn.Linear(2, 2), nn.Linear(2, 3), nn.Linear(2, 2)]),
        "half": residual_network().half().eval().requires_grad_(False),
        "wrapped": nn.DataParallel(residual_network()),
        "averaged": torch.optim.swa_utils.AveragedModel(tagger()),
    }


def residual_network():
    def block(inner, outer, stride):
        return nn.ModuleDict(
            {
                "body": nn.Sequential(
                    nn.Conv2d(inner, outer, 3, stride, 1, bias=False),
                    nn.BatchNorm2d(outer),
                    nn.ReLU(inplace=True),
                    nn.Conv2d(outer, outer, 3, padding=1, bias=False),
                    nn.BatchNorm2d(outer, momentum=None),
                ),
                "shortcut": nn.Conv2d(inner, outer, 1, stride) if stride > 1 else nn.Identity(),
            }
        )

    return nn.Sequential(
        nn.Conv2d(3, 8, 7, 2, 3, bias=False),
        nn.MaxPool2d(3, 2, 1),
        nn.ModuleList([block(8, 8, 1), block(8, 8, 1), block(8, 16, 2)]),
        nn.AdaptiveAvgPool2d((1, 1)),
        nn.Flatten(),
        nn.Linear(16, 10),
    )


def tagger():
    return nn.Sequential(
        nn.Embedding(100, 8, padding_idx=0),
        nn.Dropout(0.1),
        nn.LSTM(8, 6, num_layers=2, batch_first=True, dropout=0.2, bidirectional=True),
        nn.ModuleList([nn.GRUCell(12, 4), nn.GRUCell(12, 4)]),
        nn.Linear(12, 5),
        nn.LogSoftmax(dim=-1),
    )


def segmentation_network():
    def down(inner, outer):
        return nn.Sequential(nn.Conv2d(inner, outer, 3, padding="same"), nn.GroupNorm(2, outer), nn.SiLU(), nn.AvgPool2d(2))

    def up(inner, outer):
        return nn.Sequential(
            nn.Upsample(scale_factor=2, mode="bilinear", align_corners=False),
            nn.ConvTranspose2d(inner, outer, 2, stride=2, output_padding=1),
            nn.InstanceNorm2d(outer, affine=True),
            nn.LeakyReLU(0.1, inplace=True),
        )

    return nn.ModuleDict(
        {"down": nn.ModuleList([down(3, 4), down(4, 8)]), "up": nn.ModuleList([up(8, 4), up(4, 2)]), "out": nn.Sigmoid()}
    )


def detector():
    """One activation module that all convolutions share, and a root that holds a child twice."""
    activation = nn.SiLU(inplace=True)
    layers = [
        nn.Sequential(nn.Conv2d(4, 4, 3, padding=1, groups=4), nn.BatchNorm2d(4, 0.001, 0.03), activation) for _ in range(3)
    ]
    head = nn.Conv2d(4, 18, 1)
    return nn.Sequential(*layers, nn.MaxPool2d(5, 1, 2), head, head)


def vision_transformer():
    def block():
        return nn.Sequential(
            nn.LayerNorm(8, eps=1e-6),
            nn.MultiheadAttention(8, 2, dropout=0.1, batch_first=True),
            nn.Sequential(nn.Linear(8, 16), nn.GELU("tanh"), nn.Dropout(0.0), nn.Linear(16, 8)),
            nn.RMSNorm(8),
        )

    return nn.Sequential(
        nn.Conv2d(3, 8, 4, 4), nn.Flatten(2), nn.Sequential(*[block() for _ in range(4)]), nn.AdaptiveAvgPool1d(1)
    )
