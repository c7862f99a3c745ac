"""One small transformer, with its attention written in the ways in which people write it."""

import torch
from torch import nn
from torch.nn import functional as F


def attend(q, k, v, heads):
    def split(x):
        return x.unflatten(-1, (heads, -1)).transpose(1, 2)

    return F.scaled_dot_product_attention(split(q), split(k), split(v)).transpose(1, 2).flatten(2)


class Torch(nn.MultiheadAttention):
    def __init__(self, c, heads):
        super().__init__(c, heads, batch_first=True)

    def forward(self, x):
        return super().forward(x, x, x, need_weights=False)[0]


class Separate(nn.Module):
    """Key and value before query, as some libraries have them."""

    def __init__(self, c, heads):
        super().__init__()
        self.heads = heads
        self.k_proj = nn.Linear(c, c)
        self.v_proj = nn.Linear(c, c)
        self.q_proj = nn.Linear(c, c)
        self.out_proj = nn.Linear(c, c)

    def forward(self, x):
        return self.out_proj(attend(self.q_proj(x), self.k_proj(x), self.v_proj(x), self.heads))


class Named(nn.Module):
    def __init__(self, c, heads):
        super().__init__()
        self.heads = heads
        self.query = nn.Linear(c, c)
        self.key = nn.Linear(c, c)
        self.value = nn.Linear(c, c)
        self.proj = nn.Linear(c, c)

    def forward(self, x):
        return self.proj(attend(self.query(x), self.key(x), self.value(x), self.heads))


class Packed(nn.Module):
    def __init__(self, c, heads):
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(c, 3 * c)
        self.proj = nn.Linear(c, c)

    def forward(self, x):
        return self.proj(attend(*self.qkv(x).chunk(3, -1), self.heads))


class Block(nn.Module):
    def __init__(self, attention, c):
        super().__init__()
        self.norm1 = nn.LayerNorm(c)
        self.attn = attention(c, 4)
        self.norm2 = nn.LayerNorm(c)
        self.mlp = nn.Sequential(nn.Linear(c, 2 * c), nn.GELU(), nn.Linear(2 * c, c))

    def forward(self, x):
        x = x + self.attn(self.norm1(x))
        return x + self.mlp(self.norm2(x))


class Net(nn.Module):
    def __init__(self, attention):
        super().__init__()
        self.embed = nn.Linear(5, 16)
        self.blocks = nn.Sequential(*(Block(attention, 16) for _ in range(3)))
        self.head = nn.Linear(16, 7)

    def forward(self, x):
        return self.head(self.blocks(self.embed(x)))
