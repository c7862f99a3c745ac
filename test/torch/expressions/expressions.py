"""Tensors and arrays as constructors make them, and what torch and numpy make of each: one JSON object per line."""

PREAMBLE = """
import math
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

f = torch.float64


def setter(shape, index, value):
    made = torch.zeros(*shape)
    made[index] = value
    return made
"""

EXPRESSIONS = """
np.zeros((2, 3), dtype=np.float32)
np.zeros((2, 3), dtype=int)
np.ones(3, dtype='float32')
np.zeros([2], np.int64)
np.full((2, 2), 7)
np.full((2, 2), 7.)
np.array([1, 2, 3], dtype='float32')
np.array([[1, 2], [3, 4.5]])
np.array([True, False])
np.array([1, 2, 3]).astype(np.float32)
np.array([1, 2, 3]).astype('float32') / 2
np.arange(5) / 2
np.arange(0, 1, 0.25, dtype=np.float32)
np.linspace(0, 1, 4).astype(np.float32)
np.eye(3)
np.eye(3, dtype=np.float32)[None]
np.random.randn(2, 3)
np.random.rand(2, 3).astype(np.float32)
np.random.uniform(0, 1, size=(3, 2))
np.random.normal(size=(3,))
np.stack([np.zeros(2), np.ones(2)])
np.concatenate([np.zeros((2, 1)), np.ones((2, 2))], axis=1)
np.repeat(np.array([[1, 2]]), 3, axis=0)
np.tile(np.array([1, 2]), (2, 2))
np.array([1., 2.])[:, None] * np.array([3., 4., 5.])[None, :]
np.outer([1, 2], [3, 4, 5])
np.transpose(np.zeros((2, 3, 4)), (2, 0, 1))
np.zeros((2, 3)).T
np.expand_dims(np.zeros((2, 3)), 0)
np.array([1, 2]).reshape(1, 1, 2, 1)
np.meshgrid(np.arange(3), np.arange(2))[0]
np.hanning(5)
np.sqrt(np.arange(4))
np.power(2, np.arange(4))
np.cumsum(np.array([1, 2, 3]))
np.sin(np.arange(4) / 3.)
np.asarray([1, 2], dtype=np.float64)
np.zeros(3).tolist()
np.float32(3)
np.int64(3)
np.mean([1, 2, 3])
np.sum(np.ones((2, 3)), axis=0)
np.where(np.arange(3) > 1, 1., 0.)
np.ones_like(np.arange(3))
np.zeros_like(np.arange(3), dtype=np.float32)
np.abs(np.array([-1, 2]))
np.ceil(np.array([1.2]))
np.array(5)
np.empty((0, 2))
np.zeros(2, dtype=bool)
np.array([1, 2], dtype=np.uint8)
np.ones((2, 2), dtype=np.float32) * 2.5
np.ones((2, 2), dtype=np.float32) * np.ones(2)
np.array([1, 2]) * 1.5
np.ones(2, dtype=np.int32) / np.float32(2)
1 / np.arange(1, 4)
np.arange(3, dtype=np.float32) ** 2
np.arange(6).reshape(2, -1)
np.flip(np.arange(3)).copy()
np.zeros((2, 3)).shape
np.zeros((2, 3)).size
[np.zeros((2, 3)).ndim]
np.triu(np.ones((3, 3)), k=1)
np.triu(np.ones((1, 3, 3)), k=1).astype('uint8')
torch.cat([torch.zeros(2, dtype=torch.int64), torch.zeros(2)])
torch.cat([torch.zeros(0), torch.zeros(2, 3)])
torch.cat((torch.zeros(2, 3), torch.zeros(2, 4)), -1)
torch.cat((torch.zeros(2, 3), torch.zeros(1, 4)), -1)
torch.cat((torch.zeros(2, 3), torch.zeros(3)), 0)
torch.stack([torch.zeros(2), torch.zeros(2, dtype=f)])
torch.stack([torch.zeros(2), torch.zeros(3)])
torch.stack((torch.zeros(2), torch.ones(2)), dim=1)
torch.where(torch.zeros(3, 1) > 0, torch.tensor(1.), torch.tensor(0.))
torch.where(torch.zeros(3) > 0, 1., 0.)
torch.where(torch.zeros(3) > 0, 1, 0)
torch.where(torch.eye(3, dtype=torch.bool), torch.ones(3), torch.zeros(1))
torch.outer(torch.arange(3), torch.arange(4.))
torch.range(0, 3)
torch.arange(3.5)
torch.arange(1, 10, 3)
torch.arange(5, 0, -1)
torch.arange(0., 1., .1)
torch.arange(start=1, end=4)
torch.arange(0, 4, dtype=torch.float)
torch.arange(1, 2.5)
torch.full((2,), True)
torch.full((2,), 3)
torch.full([2, 1], 3.)
torch.full((1,), 2, dtype=torch.float)
torch.full_like(torch.zeros(2), 3)
torch.full((1,), float('-inf'))
torch.full((), 1.0)
torch.tensor([[1, 2], [3, 4]])
torch.tensor([1, 2.])
torch.tensor([True, 2])
torch.tensor(3.)
torch.tensor([])
torch.tensor([[]])
torch.tensor(np.arange(3))
torch.tensor(np.zeros(3))
torch.tensor([np.float32(1), 2])
torch.tensor(torch.zeros(2, dtype=f))
torch.tensor((1, 2), dtype=torch.int32)
torch.tensor(range(3))
torch.tensor([torch.tensor(1), torch.tensor(2)])
torch.tensor([1 + 2j])
torch.tensor(np.float64(2.))
torch.tensor(math.sqrt(2))
torch.tensor([[1, 2], [3]])
torch.Tensor([1, 2])
torch.Tensor(2)
torch.Tensor(2, 3)
torch.Tensor((2, 3))
torch.Tensor(np.zeros((2, 2)))
torch.Tensor(torch.zeros(3))
torch.Tensor()
torch.Tensor(torch.Size([2, 3]))
torch.Tensor([2]).long()
torch.FloatTensor([1, 2])
torch.FloatTensor(2, 3)
torch.FloatTensor(np.zeros(2))
torch.FloatTensor((2., 3.))
torch.LongTensor([[1]])
torch.LongTensor(3)
torch.Tensor([[1, 2], [3, 4]]).view(1, 1, 2, 2)
torch.ByteTensor(2).bool()
torch.Tensor(torch.zeros(3, dtype=f))
torch.DoubleTensor([1])
torch.Tensor(range(3))
torch.from_numpy(np.zeros((2, 2), dtype='float32'))
torch.from_numpy(np.arange(4)).float().unsqueeze(0)
torch.as_tensor([1, 2], dtype=f)
torch.as_tensor(np.array([1., 2.]))
torch.zeros(2, 3).T
torch.zeros(2, 3).t()
torch.zeros(2, 3, 4).permute(2, 0, 1)
torch.zeros(2, 3, 4).permute((2, 0, 1))
torch.zeros(2, 3, 4).transpose(1, 2)
torch.zeros(2, 3, 4).flatten(1)
torch.zeros(2, 3, 4).flatten()
torch.zeros(2, 3, 4).mean((1, 2))
torch.zeros(2, 3, 4).mean(dim=1, keepdim=True)
torch.zeros(2, 3).sum()
torch.arange(4).sum()
torch.arange(4).float().mean()
torch.arange(4).mean()
torch.zeros(2, 3).max(1)[0]
torch.zeros(2, 3).max()
torch.zeros(2, 3).argmax(1)
(torch.zeros(2, 3) > 0).sum()
(torch.zeros(2, 3) > 0).float()
torch.arange(6).view(2, 3) / 2
torch.arange(6) // 4
torch.arange(6) % 4
torch.arange(6) ** 2
2 ** torch.arange(6)
2. ** torch.arange(6)
10000 ** (torch.arange(0, 8, 2) / 8)
1.0 / (10000 ** (torch.arange(0, 8, 2).float() / 8))
torch.pow(2, torch.arange(3))
torch.pow(torch.tensor(10000.), -torch.arange(0, 4, 2).float() / 4)
torch.arange(3) * 0.5
torch.zeros(2, dtype=torch.half) + torch.zeros(2)
torch.zeros(2, dtype=torch.half) * 2.5
torch.zeros(2, dtype=torch.half) + torch.tensor(1.)
torch.zeros(2, dtype=torch.int32) + torch.tensor(1.)
torch.zeros(2, dtype=torch.int32) + 1
torch.zeros(2, dtype=torch.int32) * torch.zeros(2, dtype=torch.int64)
torch.zeros(2, dtype=torch.uint8) + torch.zeros(2, dtype=torch.int8)
torch.zeros(2, dtype=torch.bool) + 1
torch.zeros(2, dtype=torch.bool) * 1.5
~torch.zeros(2, dtype=torch.bool)
torch.zeros(2, 1) + torch.zeros(3)
torch.zeros(2) + torch.zeros(3)
torch.zeros(2, 3) @ torch.zeros(3, 4)
torch.zeros(2, 3) @ torch.zeros(4, 3)
torch.zeros(2, 3) @ torch.zeros(3)
torch.matmul(torch.zeros(5, 2, 3), torch.zeros(3, 4))
torch.zeros(3) @ torch.zeros(3)
torch.mm(torch.zeros(2, 3), torch.zeros(3, 2))
torch.bmm(torch.zeros(2, 3, 4), torch.zeros(2, 4, 5))
torch.einsum('i,j->ij', torch.arange(3.), torch.arange(4.))
torch.einsum('bchw,bc->bhw', torch.zeros(1, 2, 3, 4), torch.zeros(1, 2))
torch.ger(torch.zeros(2), torch.zeros(3))
torch.sin(torch.arange(3))
torch.exp(torch.arange(3))
torch.sqrt(torch.tensor(4))
torch.log(torch.arange(3))
torch.abs(torch.arange(3))
torch.sigmoid(torch.arange(3))
torch.floor(torch.tensor([1.5]))
torch.round(torch.tensor([1.5])).int()
torch.clamp(torch.arange(5), 1, 3)
torch.clamp(torch.arange(5), max=2.5)
torch.cumsum(torch.ones(3, dtype=torch.int32), 0)
torch.cumsum(torch.ones(3, dtype=torch.bool), 0)
torch.prod(torch.tensor([1, 2]))
torch.norm(torch.zeros(2, 3))
torch.zeros(2, 3).norm(dim=1)
torch.zeros(2, 3).norm(p=2, dim=1, keepdim=True)
torch.softmax(torch.zeros(2, 3), 1)
F.softmax(torch.zeros(2, 3), dim=-1)
F.normalize(torch.zeros(2, 3), dim=0)
F.pad(torch.zeros(2, 3), (1, 1))
F.pad(torch.zeros(2, 3), (1, 1, 2, 0), value=1)
F.one_hot(torch.arange(3), 5)
F.one_hot(torch.arange(3))
F.interpolate(torch.zeros(1, 1, 4, 4), scale_factor=2)
F.interpolate(torch.zeros(1, 1, 4, 4), size=7, mode='bilinear', align_corners=False)
F.avg_pool2d(torch.zeros(1, 1, 4, 4), 2)
F.unfold(torch.zeros(1, 2, 4, 4), 3)
F.affine_grid(torch.zeros(1, 2, 3), (1, 1, 4, 5), align_corners=False)
F.grid_sample(torch.zeros(1, 2, 4, 4), torch.zeros(1, 3, 3, 2))
F.conv2d(torch.zeros(1, 2, 4, 4), torch.zeros(3, 2, 3, 3), padding=1)
F.linear(torch.zeros(2, 3), torch.zeros(4, 3))
torch.zeros(3)[0]
torch.zeros(3, 4)[:, 1]
torch.zeros(3, 4)[..., None]
torch.zeros(3, 4)[1:, ::2]
torch.zeros(3, 4)[-1]
torch.zeros(3)[3]
torch.zeros(3, 4)[torch.tensor([0, 2])]
torch.zeros(3, 4)[[0, 2]]
torch.zeros(3, 4)[:, [0, 2, 1]]
torch.zeros(3, 4)[torch.arange(2), torch.arange(2)]
torch.zeros(5)[torch.arange(5) > 2]
torch.zeros(3, 4)[torch.tensor([[0, 1]])]
torch.zeros(3, 4)[None, :, None]
torch.arange(10)[2:5].clone()
torch.zeros(2, 3)[:, ::-1]
torch.zeros(2, 3).flip(0)
torch.flip(torch.zeros(2, 3), [1])
torch.zeros(4, 4).chunk(2, 0)[1]
torch.zeros(5).split(2)[2]
torch.zeros(5, 4).split([1, 4])[1]
torch.unbind(torch.zeros(2, 3))[0]
torch.zeros(2, 3).unsqueeze(-1).expand(2, 3, 4)
torch.zeros(2, 3).expand(4, 2, 3)
torch.zeros(2, 3).expand(3, 3)
torch.zeros(1, 3).expand(5, -1)
torch.zeros(2, 3).repeat(2, 2)
torch.zeros(3).repeat(2, 2)
torch.zeros(2, 3).repeat(2)
torch.zeros(2, 3).repeat_interleave(2, 1)
torch.repeat_interleave(torch.arange(3), 2)
torch.tile(torch.zeros(2), (3,))
torch.zeros(1, 2, 1).squeeze()
torch.zeros(1, 2, 1).squeeze(0)
torch.zeros(2, 3).view(-1)
torch.zeros(2, 3).view(4, -1)
torch.zeros(2, 3).reshape(3, 2)
torch.zeros(2, 3).reshape(-1, 1, 2)
torch.zeros(6).view(2, 3).contiguous()
torch.zeros(2, 3).unflatten(1, (3, 1))
torch.zeros(2, 3, 4, 4).movedim(1, -1)
torch.roll(torch.zeros(2, 3), 1, 0)
torch.tril(torch.ones(3, 3))
torch.triu(torch.ones(3, 3), 1).bool()
torch.ones(3, 3).triu() == 1
torch.diag(torch.ones(3))
torch.diag(torch.ones(3, 3))
torch.eye(2, 3)
torch.tril_indices(3, 3)
torch.combinations(torch.arange(3))
torch.cartesian_prod(torch.arange(2), torch.arange(3))
torch.meshgrid(torch.arange(2), torch.arange(3), indexing='ij')[0]
torch.stack(torch.meshgrid(torch.arange(2), torch.arange(3))).flatten(1)
torch.zeros(2).new_zeros(3)
torch.zeros(2, dtype=f).new_ones((1, 2))
torch.zeros(2).new_tensor([1, 2])
torch.zeros(2).new_full((2,), 1)
torch.zeros(2).type(torch.long)
torch.zeros(2).type(torch.FloatTensor)
torch.zeros(2).to(torch.int8)
torch.zeros(2).to('cpu', dtype=f)
torch.zeros(2).to(torch.zeros(1, dtype=f))
torch.zeros(2).type_as(torch.zeros(1, dtype=torch.int32))
torch.zeros(2).masked_fill(torch.zeros(2) > 0, 1.)
torch.zeros(3, 3).masked_fill_(torch.eye(3).bool(), -1e9)
torch.zeros(2).float().numpy()
torch.zeros(2, 3).size(0)
torch.rand(2).double()
torch.randint(0, 10, (2, 3))
torch.randint(5, (2,))
torch.randperm(4)
torch.normal(0, 1, size=(2, 3))
torch.normal(0., 1., (2, 3))
torch.empty(2).uniform_(0, 1)
torch.empty(2, 3).normal_(0, 1)
torch.nn.init.xavier_uniform_(torch.empty(2, 3))
nn.init.orthogonal_(torch.empty(3))
nn.init.zeros_(torch.Tensor(3))
torch.randn_like(torch.zeros(2, dtype=f))
torch.zeros_like(torch.zeros(2), dtype=torch.long)
torch.logspace(0, 1, 5)
torch.linspace(-1, 1, 5)[:, None]
torch.linspace(0, 1, steps=3, dtype=f)
torch.hann_window(8)
torch.hamming_window(8, periodic=False)
torch.bincount(torch.tensor([1, 2]))
torch.unique(torch.tensor([1, 2, 2]))
torch.sort(torch.tensor([2, 1]))[0]
torch.topk(torch.zeros(5), 2)[1]
torch.tensor([3, 1]).argsort()
torch.gather(torch.zeros(2, 3), 1, torch.zeros(2, 1, dtype=torch.long))
torch.index_select(torch.zeros(3, 4), 0, torch.tensor([0, 2]))
torch.zeros(3).scatter_(0, torch.tensor([1]), 1.)
torch.zeros(4, 2).cumsum(0)
torch.ones(2, 2).inverse()
torch.linalg.qr(torch.zeros(4, 3))[0]
torch.linalg.norm(torch.zeros(3))
torch.svd(torch.zeros(4, 3))[0]
torch.fft.fft(torch.zeros(4))
torch.complex(torch.zeros(2), torch.zeros(2))
torch.polar(torch.ones(2), torch.ones(2))
torch.view_as_real(torch.polar(torch.ones(2), torch.ones(2)))
torch.view_as_complex(torch.zeros(3, 2))
torch.logical_not(torch.zeros(2))
torch.maximum(torch.zeros(2), torch.zeros(2, dtype=f))
torch.eq(torch.zeros(2), 1)
torch.ones(2, 3).any()
torch.ones(2, 3).all(1)
torch.atan2(torch.ones(2), torch.ones(2))
torch.lerp(torch.zeros(2), torch.ones(2), 0.5)
torch.add(torch.zeros(2), torch.ones(2), alpha=2)
torch.zeros(2).add(1)
torch.zeros(2, dtype=torch.long).add_(1)
torch.zeros(2, dtype=torch.long).div_(2)
torch.zeros(2, dtype=torch.long).mul_(2.5)
torch.kron(torch.eye(2), torch.ones(1, 3))
torch.block_diag(torch.eye(2), torch.eye(3))
torch.bernoulli(torch.zeros(3))
torch.zeros(2, 3).std(0)
torch.var(torch.zeros(2, 3))
torch.std_mean(torch.zeros(3))[1]
torch.median(torch.zeros(3))
torch.zeros(2, 3).max(dim=1).values
torch.zeros(2, 2, 3).amax((0, 1))
torch.logsumexp(torch.zeros(2, 3), 1)
torch.rsqrt(torch.ones(2))
torch.reciprocal(torch.arange(1, 3))
torch.true_divide(torch.arange(3), 2)
torch.floor_divide(torch.arange(3), 2)
torch.div(torch.arange(3), 2, rounding_mode='floor')
torch.remainder(torch.arange(3.), 2)
torch.bitwise_and(torch.arange(3), 1)
torch.arange(3) & 1
torch.arange(3) << 1
-torch.arange(3)
torch.hstack([torch.zeros(2), torch.zeros(3)])
torch.vstack([torch.zeros(2), torch.zeros(2)])
torch.column_stack([torch.zeros(2), torch.zeros(2)])
torch.dstack([torch.zeros(2), torch.zeros(2)])
torch.empty(2, 3).fill_(1)
torch.empty_strided((2, 3), (3, 1))
torch.zeros((2, 3))
torch.zeros([2, 3])
torch.zeros(torch.Size((2,)) + (3,))
torch.zeros(*(2, 3))
torch.zeros(size=(2,))
torch.zeros(2.0)
torch.zeros(-1)
torch.zeros('a')
torch.zeros(2, dtype=float)
torch.zeros(2, dtype=int)
torch.zeros(np.int64(3))
torch.zeros(int(np.sqrt(9)))
torch.zeros(np.prod((2, 3)))
torch.zeros(2, out=None)
torch.ones(())
torch.zeros(2, 3, dtype=torch.cfloat).real
torch.zeros(3).double().half()
torch.finfo(torch.float32).min * torch.ones(2)
torch.tensor(torch.finfo(torch.float16).max)
torch.zeros(4).view(2, 2).dtype is torch.float32 and torch.zeros(1)
torch.Tensor(1, 3).zero_()[0]
torch.zeros(3).sign()
torch.zeros(2, 3).numel() * torch.ones(1)
torch.searchsorted(torch.arange(3), 1)
torch.quantile(torch.zeros(3), 0.5)
torch.histc(torch.zeros(3))
torch.clone(torch.zeros(2))
torch.tensor([1., 2.]).expand(3, 2).contiguous()
torch.zeros(2).bfloat16()
torch.squeeze(torch.zeros(1, 2), 1)
torch.swapaxes(torch.zeros(2, 3), 0, 1)
torch.addmm(torch.zeros(2), torch.zeros(3, 4), torch.zeros(4, 2))
torch.baddbmm(torch.zeros(1, 2, 2), torch.zeros(1, 2, 3), torch.zeros(1, 3, 2))
torch.cdist(torch.zeros(2, 3), torch.zeros(4, 3))
torch.trace(torch.zeros(2, 2))
torch.cross(torch.zeros(3), torch.zeros(3), dim=0)
torch.nn.utils.parameters_to_vector(nn.Linear(2, 2).parameters())
torch.nested_tensor
torch.ones(2, 3).mul(torch.ones(3, 1))
setter((3, 4), slice(None), torch.zeros(4))
setter((3, 4), 0, torch.zeros(3))
setter((3, 4), (slice(None), 1), torch.zeros(3))
setter((3, 4), (slice(None), slice(0, None, 2)), torch.zeros(3, 2))
setter((3, 5), (slice(None), slice(0, None, 2)), torch.zeros(3, 2))
setter((3, 4), 3, 1.)
setter((3, 4), (0, 0, 0), 1.)
setter((3, 4), 0, torch.zeros(1, 4))
setter((3, 4), 0, torch.zeros(2, 4))
setter((3, 4), (Ellipsis, 0), 5)
setter((3, 4), torch.zeros(3, 4) > 0, 5)
setter((3, 4), [0, 1], torch.zeros(2, 4))
setter((3, 4), 0, [1, 2, 3, 4])
setter((3, 4), 0, np.zeros(4))
setter((3,), 0, torch.zeros(1))
"""



def main():
    import json
    import warnings

    import torch

    warnings.filterwarnings("ignore")
    names = {}
    exec(PREAMBLE, names)
    for expression in EXPRESSIONS.strip().split("\n"):
        try:
            made = torch.as_tensor(eval(expression, names))
            row = {"shape": list(made.shape), "dtype": str(made.dtype).replace("torch.", "")}
        except Exception as error:
            row = {"raises": type(error).__name__}
        print(json.dumps({"expression": expression, "preamble": PREAMBLE, **row}))


if __name__ == "__main__":
    main()
