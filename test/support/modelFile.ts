/**
 * A file of models as people write them, as long as it is asked for: convolution blocks, attention, CSP
 * stages, transformers, detection heads, a ResNet, and models built from a table. The same lines give the same text.
 *
 * @param lines at least this many
 */
export function modelFile(lines: number): string {
  const parts: string[] = [HEADER];
  let count = countLines(HEADER);
  for (let family = 1; count < lines; family++) {
    for (const part of familyOf(family)) {
      parts.push(part);
      count += countLines(part);
      if (count >= lines) break;
    }
  }
  return parts.join('');
}

function countLines(text: string): number {
  return text.split('\n').length - 1;
}

const HEADER = `"""Building blocks and models."""
import math
from collections import OrderedDict
from functools import partial

import torch
import torch.nn as nn
import torch.nn.functional as F

__all__ = ['ConvBlock1', 'Bottleneck1', 'ResNet1', 'Detector1']


def autopad(k, p=None, d=1):
    """Padding that keeps the size."""
    if d > 1:
        k = d * (k - 1) + 1 if isinstance(k, int) else [d * (x - 1) + 1 for x in k]
    if p is None:
        p = k // 2 if isinstance(k, int) else [x // 2 for x in k]
    return p


def make_divisible(x, divisor=8):
    return math.ceil(x / divisor) * divisor


def drop_path(x, drop_prob=0.0, training=False):
    if drop_prob == 0.0 or not training:
        return x
    keep = 1 - drop_prob
    mask = x.new_empty((x.shape[0],) + (1,) * (x.ndim - 1)).bernoulli_(keep)
    return x * mask / keep


class DropPath(nn.Module):
    def __init__(self, p=0.0):
        super().__init__()
        self.p = p

    def forward(self, x):
        return drop_path(x, self.p, self.training)


`;

function familyOf(n: number): string[] {
  const act = ['nn.SiLU()', 'nn.ReLU(inplace=True)', 'nn.GELU()', 'nn.Hardswish()'][n % 4] ?? 'nn.SiLU()';
  const width = 32 + 16 * (n % 4);
  return [
    `class ConvBlock${n}(nn.Module):
    """Convolution, batch norm, activation."""

    default_act = ${act}

    def __init__(self, c1, c2, k=1, s=1, p=None, g=1, d=1, act=True):
        super().__init__()
        self.conv = nn.Conv2d(c1, c2, k, s, autopad(k, p, d), groups=g, dilation=d, bias=False)
        self.bn = nn.BatchNorm2d(c2)
        self.act = self.default_act if act is True else act if isinstance(act, nn.Module) else nn.Identity()

    def forward(self, x):
        return self.act(self.bn(self.conv(x)))

    def forward_fuse(self, x):
        return self.act(self.conv(x))


class DWConv${n}(ConvBlock${n}):
    # Depth-wise: one group for each channel that both sides have.
    def __init__(self, c1, c2, k=1, s=1, d=1, act=True):
        super().__init__(c1, c2, k, s, g=math.gcd(c1, c2), d=d, act=act)


`,
    `class SELayer${n}(nn.Module):
    def __init__(self, channel, reduction=16):
        super(SELayer${n}, self).__init__()
        self.avg_pool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Sequential(
            nn.Linear(channel, channel // reduction, bias=False),
            nn.ReLU(inplace=True),
            nn.Linear(channel // reduction, channel, bias=False),
            nn.Sigmoid(),
        )

    def forward(self, x):
        b, c, _, _ = x.size()
        y = self.avg_pool(x).view(b, c)
        y = self.fc(y).view(b, c, 1, 1)
        return x * y.expand_as(x)


class ECALayer${n}(nn.Module):
    def __init__(self, channel, gamma=2, b=1):
        super().__init__()
        t = int(abs((math.log2(channel) + b) / gamma))
        k = t if t % 2 else t + 1
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.conv = nn.Conv1d(1, 1, kernel_size=k, padding=k // 2, bias=False)

    def forward(self, x):
        y = self.pool(x)
        y = self.conv(y.squeeze(-1).transpose(-1, -2)).transpose(-1, -2).unsqueeze(-1)
        return x * y.sigmoid()


class ChannelGate${n}(nn.Module):
    def __init__(self, in_planes, ratio=${8 * (1 + (n % 2))}):
        super().__init__()
        self.avg_pool = nn.AdaptiveAvgPool2d(1)
        self.max_pool = nn.AdaptiveMaxPool2d(1)
        self.fc1 = nn.Conv2d(in_planes, in_planes // ratio, 1, bias=False)
        self.relu = nn.ReLU()
        self.fc2 = nn.Conv2d(in_planes // ratio, in_planes, 1, bias=False)
        self.sigmoid = nn.Sigmoid()

    def forward(self, x):
        avg_out = self.fc2(self.relu(self.fc1(self.avg_pool(x))))
        max_out = self.fc2(self.relu(self.fc1(self.max_pool(x))))
        return self.sigmoid(avg_out + max_out)


class SpatialGate${n}(nn.Module):
    def __init__(self, kernel_size=7):
        super().__init__()
        assert kernel_size in (3, 7), 'kernel size must be 3 or 7'
        self.conv1 = nn.Conv2d(2, 1, kernel_size, padding=kernel_size // 2, bias=False)
        self.sigmoid = nn.Sigmoid()

    def forward(self, x):
        avg_out = torch.mean(x, dim=1, keepdim=True)
        max_out, _ = torch.max(x, dim=1, keepdim=True)
        return self.sigmoid(self.conv1(torch.cat([avg_out, max_out], dim=1)))


class CBAM${n}(nn.Module):
    def __init__(self, channel, ratio=8, kernel_size=7):
        super().__init__()
        self.channelattention = ChannelGate${n}(channel, ratio=ratio)
        self.spatialattention = SpatialGate${n}(kernel_size=kernel_size)

    def forward(self, x):
        x = x * self.channelattention(x)
        return x * self.spatialattention(x)


`,
    `class Bottleneck${n}(nn.Module):
    """Two convolutions with a way around them."""

    def __init__(self, c1, c2, shortcut=True, g=1, k=(3, 3), e=0.5):
        super().__init__()
        c_ = int(c2 * e)
        self.cv1 = ConvBlock${n}(c1, c_, k[0], 1)
        self.cv2 = ConvBlock${n}(c_, c2, k[1], 1, g=g)
        self.add = shortcut and c1 == c2

    def forward(self, x):
        return x + self.cv2(self.cv1(x)) if self.add else self.cv2(self.cv1(x))


class C2f${n}(nn.Module):
    def __init__(self, c1, c2, n=1, shortcut=False, g=1, e=0.5):
        super().__init__()
        self.c = int(c2 * e)
        self.cv1 = ConvBlock${n}(c1, 2 * self.c, 1, 1)
        self.cv2 = ConvBlock${n}((2 + n) * self.c, c2, 1)
        self.m = nn.ModuleList(
            Bottleneck${n}(self.c, self.c, shortcut, g, k=((3, 3), (3, 3)), e=1.0) for _ in range(n)
        )

    def forward(self, x):
        y = list(self.cv1(x).chunk(2, 1))
        y.extend(m(y[-1]) for m in self.m)
        return self.cv2(torch.cat(y, 1))


class C3${n}(nn.Module):
    def __init__(self, c1, c2, n=1, shortcut=True, g=1, e=0.5):
        super().__init__()
        c_ = int(c2 * e)
        self.cv1 = ConvBlock${n}(c1, c_, 1, 1)
        self.cv2 = ConvBlock${n}(c1, c_, 1, 1)
        self.cv3 = ConvBlock${n}(2 * c_, c2, 1)
        self.m = nn.Sequential(*(Bottleneck${n}(c_, c_, shortcut, g, k=((1, 1), (3, 3)), e=1.0) for _ in range(n)))

    def forward(self, x):
        return self.cv3(torch.cat((self.m(self.cv1(x)), self.cv2(x)), 1))


class SPPF${n}(nn.Module):
    # Three poolings in a row are as good as three of growing size.
    def __init__(self, c1, c2, k=5):
        super().__init__()
        c_ = c1 // 2
        self.cv1 = ConvBlock${n}(c1, c_, 1, 1)
        self.cv2 = ConvBlock${n}(c_ * 4, c2, 1, 1)
        self.m = nn.MaxPool2d(kernel_size=k, stride=1, padding=k // 2)

    def forward(self, x):
        y = [self.cv1(x)]
        y.extend(self.m(y[-1]) for _ in range(3))
        return self.cv2(torch.cat(y, 1))


class Concat${n}(nn.Module):
    def __init__(self, dimension=1):
        super().__init__()
        self.d = dimension

    def forward(self, x):
        return torch.cat(x, self.d)


`,
    `class Attention${n}(nn.Module):
    def __init__(self, dim, num_heads=8, qkv_bias=False, attn_drop=0.0, proj_drop=0.0):
        super().__init__()
        assert dim % num_heads == 0
        self.num_heads = num_heads
        head_dim = dim // num_heads
        self.scale = head_dim ** -0.5
        self.qkv = nn.Linear(dim, dim * 3, bias=qkv_bias)
        self.attn_drop = nn.Dropout(attn_drop)
        self.proj = nn.Linear(dim, dim)
        self.proj_drop = nn.Dropout(proj_drop)

    def forward(self, x):
        B, N, C = x.shape
        qkv = self.qkv(x).reshape(B, N, 3, self.num_heads, C // self.num_heads).permute(2, 0, 3, 1, 4)
        q, k, v = qkv.unbind(0)
        attn = (q * self.scale) @ k.transpose(-2, -1)
        attn = self.attn_drop(attn.softmax(dim=-1))
        x = (attn @ v).transpose(1, 2).reshape(B, N, C)
        return self.proj_drop(self.proj(x))


class Mlp${n}(nn.Module):
    def __init__(self, in_features, hidden_features=None, out_features=None, act_layer=nn.GELU, drop=0.0):
        super().__init__()
        out_features = out_features or in_features
        hidden_features = hidden_features or in_features
        self.fc1 = nn.Linear(in_features, hidden_features)
        self.act = act_layer()
        self.fc2 = nn.Linear(hidden_features, out_features)
        self.drop = nn.Dropout(drop)

    def forward(self, x):
        return self.drop(self.fc2(self.drop(self.act(self.fc1(x)))))


class Block${n}(nn.Module):
    def __init__(self, dim, num_heads, mlp_ratio=4.0, qkv_bias=False, drop=0.0, drop_path=0.0, norm_layer=nn.LayerNorm):
        super().__init__()
        self.norm1 = norm_layer(dim)
        self.attn = Attention${n}(dim, num_heads=num_heads, qkv_bias=qkv_bias, proj_drop=drop)
        self.drop_path = DropPath(drop_path) if drop_path > 0.0 else nn.Identity()
        self.norm2 = norm_layer(dim)
        self.mlp = Mlp${n}(in_features=dim, hidden_features=int(dim * mlp_ratio), drop=drop)

    def forward(self, x):
        x = x + self.drop_path(self.attn(self.norm1(x)))
        return x + self.drop_path(self.mlp(self.norm2(x)))


class VisionTransformer${n}(nn.Module):
    def __init__(self, img_size=224, patch_size=16, in_chans=3, num_classes=${100 * n}, embed_dim=${192 * (1 + (n % 2))}, depth=12,
                 num_heads=6, mlp_ratio=4.0, qkv_bias=True, drop_rate=0.0, drop_path_rate=0.1):
        super().__init__()
        norm_layer = partial(nn.LayerNorm, eps=1e-6)
        self.patch_embed = nn.Conv2d(in_chans, embed_dim, kernel_size=patch_size, stride=patch_size)
        num_patches = (img_size // patch_size) ** 2
        self.cls_token = nn.Parameter(torch.zeros(1, 1, embed_dim))
        self.pos_embed = nn.Parameter(torch.zeros(1, num_patches + 1, embed_dim))
        self.pos_drop = nn.Dropout(drop_rate)
        dpr = [x.item() for x in torch.linspace(0, drop_path_rate, depth)]
        self.blocks = nn.Sequential(*[
            Block${n}(embed_dim, num_heads, mlp_ratio, qkv_bias, drop_rate, dpr[i], norm_layer) for i in range(depth)
        ])
        self.norm = norm_layer(embed_dim)
        self.head = nn.Linear(embed_dim, num_classes) if num_classes > 0 else nn.Identity()

    def forward_features(self, x):
        B = x.shape[0]
        x = self.patch_embed(x).flatten(2).transpose(1, 2)
        x = torch.cat((self.cls_token.expand(B, -1, -1), x), dim=1)
        x = self.pos_drop(x + self.pos_embed)
        return self.norm(self.blocks(x))[:, 0]

    def forward(self, x):
        return self.head(self.forward_features(x))


`,
    `class BasicBlock${n}(nn.Module):
    expansion = 1

    def __init__(self, inplanes, planes, stride=1, downsample=None, use_se=False):
        super().__init__()
        self.conv1 = nn.Conv2d(inplanes, planes, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(planes)
        self.relu = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(planes, planes, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(planes)
        self.se = SELayer${n}(planes) if use_se else None
        self.downsample = downsample

    def forward(self, x):
        identity = x if self.downsample is None else self.downsample(x)
        out = self.relu(self.bn1(self.conv1(x)))
        out = self.bn2(self.conv2(out))
        if self.se is not None:
            out = self.se(out)
        return self.relu(out + identity)


class ResNet${n}(nn.Module):
    def __init__(self, layers=(2, 2, 2, 2), num_classes=1000, use_se=${n % 2 === 0 ? 'True' : 'False'}):
        super().__init__()
        self.inplanes = ${width}
        self.stem = nn.Sequential(OrderedDict([
            ('conv', nn.Conv2d(3, self.inplanes, 7, 2, 3, bias=False)),
            ('norm', nn.BatchNorm2d(self.inplanes)),
            ('act', nn.ReLU(inplace=True)),
        ]))
        self.maxpool = nn.MaxPool2d(3, 2, 1)
        self.layer1 = self._make_layer(${width}, layers[0], 1, use_se)
        self.layer2 = self._make_layer(${2 * width}, layers[1], 2, use_se)
        self.layer3 = self._make_layer(${4 * width}, layers[2], 2, use_se)
        self.layer4 = self._make_layer(${8 * width}, layers[3], 2, use_se)
        self.avgpool = nn.AdaptiveAvgPool2d((1, 1))
        self.fc = nn.Linear(${8 * width} * BasicBlock${n}.expansion, num_classes)
        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode='fan_out', nonlinearity='relu')
            elif isinstance(m, nn.BatchNorm2d):
                nn.init.constant_(m.weight, 1)
                nn.init.constant_(m.bias, 0)

    def _make_layer(self, planes, blocks, stride, use_se):
        downsample = None
        if stride != 1 or self.inplanes != planes * BasicBlock${n}.expansion:
            downsample = nn.Sequential(
                nn.Conv2d(self.inplanes, planes, 1, stride, bias=False),
                nn.BatchNorm2d(planes),
            )
        layers = [BasicBlock${n}(self.inplanes, planes, stride, downsample, use_se)]
        self.inplanes = planes * BasicBlock${n}.expansion
        for _ in range(1, blocks):
            layers.append(BasicBlock${n}(self.inplanes, planes, use_se=use_se))
        return nn.Sequential(*layers)

    def forward(self, x):
        x = self.maxpool(self.stem(x))
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        return self.fc(torch.flatten(self.avgpool(x), 1))


def resnet18_${n}(**kwargs):
    return ResNet${n}((2, 2, 2, 2), **kwargs)


def resnet34_${n}(num_classes=1000):
    return ResNet${n}((3, 4, 6, 3), num_classes=num_classes)


`,
    `class DFL${n}(nn.Module):
    def __init__(self, c1=16):
        super().__init__()
        self.conv = nn.Conv2d(c1, 1, 1, bias=False).requires_grad_(False)
        x = torch.arange(c1, dtype=torch.float)
        self.conv.weight.data[:] = nn.Parameter(x.view(1, c1, 1, 1))
        self.c1 = c1

    def forward(self, x):
        b, _, a = x.shape
        return self.conv(x.view(b, 4, self.c1, a).transpose(2, 1).softmax(1)).view(b, 4, a)


class Detect${n}(nn.Module):
    stride = None

    def __init__(self, nc=80, ch=(128, 256, 512)):
        super().__init__()
        self.nc = nc
        self.nl = len(ch)
        self.reg_max = 16
        self.no = nc + self.reg_max * 4
        c2, c3 = max((16, ch[0] // 4, self.reg_max * 4)), max(ch[0], min(self.nc, 100))
        self.cv2 = nn.ModuleList(
            nn.Sequential(ConvBlock${n}(x, c2, 3), ConvBlock${n}(c2, c2, 3), nn.Conv2d(c2, 4 * self.reg_max, 1)) for x in ch
        )
        self.cv3 = nn.ModuleList(
            nn.Sequential(ConvBlock${n}(x, c3, 3), ConvBlock${n}(c3, c3, 3), nn.Conv2d(c3, self.nc, 1)) for x in ch
        )
        self.dfl = DFL${n}(self.reg_max) if self.reg_max > 1 else nn.Identity()

    def forward(self, x):
        for i in range(self.nl):
            x[i] = torch.cat((self.cv2[i](x[i]), self.cv3[i](x[i])), 1)
        return x


TABLE${n} = [
    # from, number, module, args
    [-1, 1, 'ConvBlock${n}', [64, 3, 2]],
    [-1, 1, 'ConvBlock${n}', [128, 3, 2]],
    [-1, 3, 'C2f${n}', [128, True]],
    [-1, 1, 'ConvBlock${n}', [256, 3, 2]],
    [-1, 6, 'C2f${n}', [256, True]],
    [-1, 1, 'ConvBlock${n}', [512, 3, 2]],
    [-1, 6, 'C2f${n}', [512, True]],
    [-1, 1, 'ConvBlock${n}', [1024, 3, 2]],
    [-1, 3, 'C3${n}', [1024, True]],
    [-1, 1, 'SPPF${n}', [1024, 5]],
    [-1, 1, 'nn.Upsample', [None, 2, 'nearest']],
    [[-1, 6], 1, 'Concat${n}', [1]],
    [-1, 3, 'C2f${n}', [512]],
    [-1, 1, 'CBAM${n}', [512]],
    [[4, 13, 9], 1, 'Detect${n}', [80]],
]


def parse_model${n}(table, ch, depth=0.33, width=0.25):
    layers, save, channels = [], [], [ch]
    for i, (f, n, m, args) in enumerate(table):
        m = getattr(torch.nn, m[3:]) if m.startswith('nn.') else eval(m)
        args = list(args)
        n = max(round(n * depth), 1) if n > 1 else n
        if m in (ConvBlock${n}, C2f${n}, C3${n}, SPPF${n}):
            c1, c2 = channels[f], make_divisible(args[0] * width, 8)
            args = [c1, c2, *args[1:]]
            if m in (C2f${n}, C3${n}):
                args.insert(2, n)
                n = 1
        elif m is Concat${n}:
            c2 = sum(channels[x] for x in f)
        elif m is CBAM${n}:
            c2 = channels[f]
            args = [c2]
        elif m is Detect${n}:
            args.append([channels[x] for x in f])
        else:
            c2 = channels[f]
        m_ = nn.Sequential(*(m(*args) for _ in range(n))) if n > 1 else m(*args)
        m_.i, m_.f = i, f
        save.extend(x % i for x in ([f] if isinstance(f, int) else f) if x != -1)
        layers.append(m_)
        if i == 0:
            channels = []
        channels.append(c2)
    return nn.Sequential(*layers), sorted(save)


class Detector${n}(nn.Module):
    """A detector that is built from a table."""

    def __init__(self, table=TABLE${n}, ch=3, depth=${(0.33 * n).toFixed(2)}, width=0.25):
        super().__init__()
        self.model, self.save = parse_model${n}(table, ch, depth, width)

    def forward(self, x):
        y = []
        for m in self.model:
            if m.f != -1:
                x = y[m.f] if isinstance(m.f, int) else [x if j == -1 else y[j] for j in m.f]
            x = m(x)
            y.append(x if m.i in self.save else None)
        return x


`,
    `class DoubleConv${n}(nn.Module):
    def __init__(self, in_channels, out_channels, mid_channels=None):
        super().__init__()
        if not mid_channels:
            mid_channels = out_channels
        self.double_conv = nn.Sequential(
            nn.Conv2d(in_channels, mid_channels, kernel_size=3, padding=1, bias=False),
            nn.BatchNorm2d(mid_channels),
            nn.ReLU(inplace=True),
            nn.Conv2d(mid_channels, out_channels, kernel_size=3, padding=1, bias=False),
            nn.BatchNorm2d(out_channels),
            nn.ReLU(inplace=True),
        )

    def forward(self, x):
        return self.double_conv(x)


class Up${n}(nn.Module):
    def __init__(self, in_channels, out_channels, bilinear=True):
        super().__init__()
        if bilinear:
            self.up = nn.Upsample(scale_factor=2, mode='bilinear', align_corners=True)
            self.conv = DoubleConv${n}(in_channels, out_channels, in_channels // 2)
        else:
            self.up = nn.ConvTranspose2d(in_channels, in_channels // 2, kernel_size=2, stride=2)
            self.conv = DoubleConv${n}(in_channels, out_channels)

    def forward(self, x1, x2):
        x1 = self.up(x1)
        dy = x2.size()[2] - x1.size()[2]
        dx = x2.size()[3] - x1.size()[3]
        x1 = F.pad(x1, [dx // 2, dx - dx // 2, dy // 2, dy - dy // 2])
        return self.conv(torch.cat([x2, x1], dim=1))


class UNet${n}(nn.Module):
    def __init__(self, n_channels=3, n_classes=${n}, bilinear=False, attention=True):
        super().__init__()
        factor = 2 if bilinear else 1
        base = ${width}
        widths = [base * 2 ** i for i in range(5)]
        self.inc = DoubleConv${n}(n_channels, widths[0])
        self.down = nn.ModuleList()
        for i in range(4):
            last = i == 3
            out = widths[i + 1] // factor if last else widths[i + 1]
            self.down.append(nn.Sequential(nn.MaxPool2d(2), DoubleConv${n}(widths[i], out)))
        self.up1 = Up${n}(widths[4], widths[3] // factor, bilinear)
        self.up2 = Up${n}(widths[3], widths[2] // factor, bilinear)
        self.up3 = Up${n}(widths[2], widths[1] // factor, bilinear)
        self.up4 = Up${n}(widths[1], widths[0], bilinear)
        self.gates = nn.ModuleDict({f'gate{i}': SELayer${n}(widths[i], 4) for i in range(4)}) if attention else None
        self.outc = nn.Conv2d(widths[0], n_classes, kernel_size=1)

    def forward(self, x):
        skips = [self.inc(x)]
        for down in self.down:
            skips.append(down(skips[-1]))
        x = skips.pop()
        for i, up in enumerate((self.up1, self.up2, self.up3, self.up4)):
            skip = skips.pop()
            if self.gates is not None:
                skip = self.gates[f'gate{3 - i}'](skip)
            x = up(x, skip)
        return self.outc(x)


`,
  ];
}
