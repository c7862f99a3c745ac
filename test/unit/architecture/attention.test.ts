import assert from 'node:assert/strict';
import { analysisOf } from './memoryTree';

/** Attention as it is commonly written, named so that no name helps, and what only looks like it. */
const SOURCE = `
import torch.nn.functional as F

class Swish(nn.Module):
    def forward(self, x):
        return x * F.relu6(x + 3) / 6

class A(nn.Module):
    def __init__(self, c=32, r=4):
        super().__init__()
        self.p = nn.AdaptiveAvgPool2d(1)
        self.f = nn.Sequential(nn.Linear(c, c // r), nn.ReLU(), nn.Linear(c // r, c), nn.Sigmoid())
    def forward(self, x):
        b, c, _, _ = x.size()
        return x * self.f(self.p(x).view(b, c)).view(b, c, 1, 1).expand_as(x)

class B(nn.Module):
    def __init__(self, k=3):
        super().__init__()
        self.p = nn.AdaptiveAvgPool2d(1)
        self.conv = nn.Conv1d(1, 1, k, padding=k // 2, bias=False)
    def forward(self, x):
        y = self.conv(self.p(x).squeeze(-1).transpose(-1, -2))
        return x * torch.sigmoid(y.transpose(-1, -2).unsqueeze(-1))

class C(nn.Module):
    def __init__(self, c=32, r=8):
        super().__init__()
        self.ph = nn.AdaptiveAvgPool2d((None, 1))
        self.pw = nn.AdaptiveAvgPool2d((1, None))
        self.c1 = nn.Conv2d(c, r, 1)
        self.n = nn.BatchNorm2d(r)
        self.a = Swish()
        self.ch = nn.Conv2d(r, c, 1)
        self.cw = nn.Conv2d(r, c, 1)
    def forward(self, x):
        n, c, h, w = x.size()
        y = torch.cat([self.ph(x), self.pw(x).permute(0, 1, 3, 2)], dim=2)
        yh, yw = torch.split(self.a(self.n(self.c1(y))), [h, w], dim=2)
        return x * self.ch(yh).sigmoid() * self.cw(yw.permute(0, 1, 3, 2)).sigmoid()

class D(nn.Module):
    def __init__(self, e=1e-4):
        super().__init__()
        self.act = nn.Sigmoid()
        self.e = e
    def forward(self, x):
        d = (x - x.mean(dim=[2, 3], keepdim=True)).pow(2)
        v = d.sum(dim=[2, 3], keepdim=True) / (x.shape[2] * x.shape[3] - 1)
        return x * self.act(d / (4 * (v + self.e)) + 0.5)

class Channel(nn.Module):
    def __init__(self, c=32):
        super().__init__()
        self.avg = nn.AdaptiveAvgPool2d(1)
        self.max = nn.AdaptiveMaxPool2d(1)
        self.f = nn.Sequential(nn.Conv2d(c, 4, 1, bias=False), nn.ReLU(), nn.Conv2d(4, c, 1, bias=False))
        self.s = nn.Sigmoid()
    def forward(self, x):
        return self.s(self.f(self.avg(x)) + self.f(self.max(x)))

class Spatial(nn.Module):
    def __init__(self):
        super().__init__()
        self.c = nn.Conv2d(2, 1, 7, padding=3, bias=False)
        self.s = nn.Sigmoid()
    def forward(self, x):
        a = torch.mean(x, dim=1, keepdim=True)
        m, _ = torch.max(x, dim=1, keepdim=True)
        return self.s(self.c(torch.cat([a, m], dim=1)))

class E(nn.Module):
    def __init__(self):
        super().__init__()
        self.one = Channel()
        self.two = Spatial()
    def forward(self, x):
        x = x * self.one(x)
        return x * self.two(x)

class Gate(nn.Module):
    def __init__(self):
        super().__init__()
        self.c = nn.Conv2d(2, 1, 7, padding=3)
    def forward(self, x):
        y = torch.cat((torch.max(x, 1)[0].unsqueeze(1), torch.mean(x, 1).unsqueeze(1)), dim=1)
        return x * torch.sigmoid(self.c(y))

class G(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = Gate()
        self.b = Gate()
        self.c = Gate()
    def forward(self, x):
        y = self.a(x.permute(0, 2, 1, 3)).permute(0, 2, 1, 3)
        z = self.b(x.permute(0, 3, 2, 1)).permute(0, 3, 2, 1)
        return (self.c(x) + y + z) / 3

class H(nn.Module):
    def __init__(self, c=32, h=4):
        super().__init__()
        self.h = h
        self.qkv = nn.Linear(c, 3 * c)
        self.o = nn.Linear(c, c)
    def forward(self, x):
        b, n, c = x.shape
        q, k, v = self.qkv(x).reshape(b, n, 3, self.h, c // self.h).permute(2, 0, 3, 1, 4)
        w = (q @ k.transpose(-2, -1)).softmax(dim=-1)
        return self.o((w @ v).transpose(1, 2).reshape(b, n, c))

class I(nn.Module):
    def __init__(self, c=32):
        super().__init__()
        self.n = nn.BatchNorm2d(c)
    def forward(self, x):
        y = self.n(x)
        w = self.n.weight.data.abs() / torch.sum(self.n.weight.data.abs())
        return torch.sigmoid(torch.mul(w, y.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)) * x

class J(nn.Module):
    def __init__(self, c=32):
        super().__init__()
        self.a = nn.Sequential(nn.Linear(c, 8), nn.ReLU(), nn.Linear(8, c))
        self.b = nn.Sequential(nn.Conv2d(c, 8, 7, padding=3), nn.BatchNorm2d(8), nn.ReLU(), nn.Conv2d(8, c, 7, padding=3))
    def forward(self, x):
        y = x * self.a(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2).sigmoid()
        return y * self.b(y).sigmoid()

class K(nn.Module):
    def __init__(self, c=32):
        super().__init__()
        self.convs = nn.ModuleList(nn.Conv2d(c, c, k, padding=k // 2) for k in (3, 5))
        self.f = nn.Linear(c, 8)
        self.fs = nn.ModuleList(nn.Linear(8, c) for _ in range(2))
        self.s = nn.Softmax(dim=0)
    def forward(self, x):
        ys = torch.stack([conv(x) for conv in self.convs])
        z = self.f(ys.sum(0).mean(-1).mean(-1))
        w = self.s(torch.stack([f(z)[:, :, None, None] for f in self.fs]))
        return (w * ys).sum(0)

class L(nn.Module):
    def __init__(self, c=32, g=8):
        super().__init__()
        self.g = g
        self.p = nn.AdaptiveAvgPool2d(1)
        self.w = nn.Parameter(torch.zeros(1, c // (2 * g), 1, 1))
        self.b = nn.Parameter(torch.ones(1, c // (2 * g), 1, 1))
        self.n = nn.GroupNorm(c // (2 * g), c // (2 * g))
        self.s = nn.Sigmoid()
    def forward(self, x):
        a, b = x.chunk(2, dim=1)
        a = a * self.s(self.w * self.p(a) + self.b)
        b = b * self.s(self.w * self.n(b) + self.b)
        return torch.cat([a, b], dim=1)

class M(nn.Module):
    def __init__(self, c=4):
        super().__init__()
        self.s = nn.Softmax(-1)
        self.p = nn.AdaptiveAvgPool2d((1, 1))
        self.ph = nn.AdaptiveAvgPool2d((None, 1))
        self.pw = nn.AdaptiveAvgPool2d((1, None))
        self.n = nn.GroupNorm(c, c)
        self.c1 = nn.Conv2d(c, c, 1)
        self.c3 = nn.Conv2d(c, c, 3, padding=1)
    def forward(self, x):
        h, w = self.ph(x), self.pw(x).permute(0, 1, 3, 2)
        h, w = torch.split(self.c1(torch.cat([h, w], dim=2)), [8, 8], dim=2)
        a = self.n(x * h.sigmoid() * w.permute(0, 1, 3, 2).sigmoid())
        b = self.c3(x)
        q = self.s(self.p(a).reshape(1, -1, 1).permute(0, 2, 1))
        return x * torch.matmul(q, b.reshape(1, 4, -1)).sigmoid()

class Squeeze(nn.Module):
    def __init__(self, c=32):
        super().__init__()
        self.p = nn.AdaptiveAvgPool2d(1)
        self.f = nn.Sequential(nn.Flatten(), nn.Linear(c, 4), nn.ReLU(), nn.Linear(4, c))
    def forward(self, x):
        return self.f(self.p(x)).unsqueeze(-1).unsqueeze(-1).expand_as(x)

class Map(nn.Module):
    def __init__(self, c=32):
        super().__init__()
        self.f = nn.Sequential(nn.Conv2d(c, 4, 1), nn.Conv2d(4, 4, 3, padding=4, dilation=4), nn.Conv2d(4, 1, 1))
    def forward(self, x):
        return self.f(x).expand_as(x)

class N(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = Squeeze()
        self.b = Map()
    def forward(self, x):
        return x * (1 + torch.sigmoid(self.a(x) * self.b(x)))

class OwnSigmoid(nn.Module):
    def forward(self, x):
        return x.sigmoid_() if self.training else x.sigmoid()

class O(nn.Module):
    def __init__(self, c=32):
        super().__init__()
        self.f1 = nn.Conv2d(c, 8, 1)
        self.f2 = nn.Conv2d(8, c, 1)
        self.g = OwnSigmoid()
    def forward(self, x):
        y = F.relu(self.f1(x.mean((2, 3), keepdim=True)))
        return x * self.g(self.f2(y))

class P(nn.Module):
    def __init__(self, c=32):
        super().__init__()
        self.p = nn.AdaptiveAvgPool2d(1)
        self.f1 = nn.Conv2d(c, 8, 1)
        self.f2 = nn.Conv2d(8, c, 1)
        self.g = nn.Sigmoid()
    def weigh(self, x):
        return self.g(self.f2(F.relu(self.f1(self.p(x)))))
    def forward(self, x):
        return x * self.weigh(x)

class GatedUnit(nn.Module):
    def __init__(self, c=32):
        super().__init__()
        self.f = nn.Conv2d(c, 2 * c, 1)
    def forward(self, x):
        a, b = self.f(x).chunk(2, dim=1)
        return a * torch.sigmoid(b)

class Classifier(nn.Module):
    def __init__(self, c=32):
        super().__init__()
        self.c = nn.Conv2d(3, c, 3)
        self.p = nn.AdaptiveAvgPool2d(1)
        self.f = nn.Linear(c, 10)
    def forward(self, x):
        return F.softmax(self.f(self.p(self.c(x) * 2).flatten(1)), dim=1)

class Activation(nn.Module):
    def __init__(self, c=32):
        super().__init__()
        self.c = nn.Conv2d(c, c, 3)
        self.n = nn.BatchNorm2d(c)
    def forward(self, x):
        y = self.n(self.c(x))
        return y * torch.sigmoid(y)

class Head(nn.Module):
    def __init__(self, c=32):
        super().__init__()
        self.c = nn.Conv2d(c, 5, 1)
    def forward(self, x):
        return self.c(x).sigmoid() * 2 - 0.5

class Pyramid(nn.Module):
    def __init__(self, c=32):
        super().__init__()
        self.a = nn.Conv2d(c, 8, 1)
        self.m = nn.MaxPool2d(5, 1, 2)
        self.b = nn.Conv2d(16, c, 1)
    def forward(self, x):
        x = self.a(x)
        return self.b(torch.cat([x, self.m(x)], 1))
`;

describe('Attention blocks are recognised by what their forward does', () => {
  for (const [name, kind] of Object.entries({
    A: 'SE',
    B: 'ECA',
    C: 'coordinate',
    D: 'SimAM',
    Channel: 'channel',
    Spatial: 'spatial',
    E: 'CBAM',
    G: 'triplet',
    H: 'self-attention',
    I: 'NAM',
    J: 'GAM',
    K: 'SK',
    L: 'shuffle',
    M: 'EMA',
    N: 'BAM',
    O: 'SE',
    P: 'SE',
  })) {
    it(`${kind}, one block, with its parameters`, async () => {
      const analysis = await analysisOf(SOURCE, name);
      assert.deepEqual(
        analysis.attention.map((block) => [block.path, block.kind, block.parameters]),
        [['', kind, analysis.parameters]],
      );
    });
  }

  for (const name of ['GatedUnit', 'Classifier', 'Activation', 'Head', 'Pyramid', 'Swish']) {
    it(`and ${name} is none`, async () => {
      assert.deepEqual((await analysisOf(SOURCE, name)).attention, []);
    });
  }
});
