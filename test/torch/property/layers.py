"""Single layers at random, over width expressions."""


class LayerWriter:
    def __init__(self, rng, file):
        self.rng = rng
        self.file = file
        self.extra = []  # constructor calls over a width W that helpers of the file allow

    def layer(self, widths, depth=2):
        """A constructor call; `widths` are expressions of positive integers in scope."""
        rng = self.rng
        a, b = rng.choice(widths), rng.choice(widths)
        choices = [
            f"nn.Conv2d({a}, {b}, {rng.choice([1, 3, '(1, 3)', '[3, 1]'])})",
            f"nn.Conv2d({a}, {b}, kernel_size=3, stride={rng.choice([1, 2])}, padding=1, bias={self.flag()})",
            f"nn.Conv2d({a}, {a}, 3, groups={a}, padding='same')",
            f"nn.Conv2d({a}, {b}, 1, groups=math.gcd({a}, {b}))",
            f"nn.Conv1d({a}, {b}, 5, dilation=2)",
            f"nn.ConvTranspose2d({a}, {b}, 2, 2, bias={self.flag()})",
            f"nn.Conv3d({a}, {b}, (1, 2, 2), dtype={self.dtype()})",
            f"nn.Linear({a}, {b})",
            f"nn.Linear({a}, {b}, bias={self.flag()})",
            f"nn.BatchNorm2d({a})",
            f"nn.BatchNorm1d({a}, affine={self.flag()}, track_running_stats={self.flag()})",
            f"nn.GroupNorm(1, {a}, affine={self.flag()})",
            f"nn.LayerNorm({rng.choice([a, f'({a}, 4)', f'[{a}]'])}, elementwise_affine={self.flag()})",
            f"nn.InstanceNorm2d({a}, affine={self.flag()})",
            f"nn.RMSNorm({a})",
            f"nn.PReLU({rng.choice(['', a])})",
            f"nn.Embedding({rng.randrange(1, 9)}, {a}, padding_idx={rng.choice([None, 0, -1])})",
            f"nn.LSTM({a}, {rng.choice([4, 6])}, num_layers={rng.choice([1, 2])}, bidirectional={self.flag()})",
            f"nn.GRUCell({a}, {rng.choice([4, 6])}, bias={self.flag()})",
            f"nn.MultiheadAttention({a}, 1, bias={self.flag()}, add_bias_kv={self.flag()})",
            f"nn.TransformerEncoderLayer({a}, 1, dim_feedforward={b}, batch_first=True)",
            f"nn.Bilinear({a}, 2, {b})",
            f"weight_norm(nn.Linear({a}, {b}))",
            f"parametrizations.weight_norm(nn.Conv1d({a}, {b}, 1))",
            f"spectral_norm(nn.Conv2d({a}, {b}, 1))",
            f"nn.CrossEntropyLoss(weight=torch.ones({a}))",
            "nn.ReLU(inplace=True)",
            "nn.SiLU()",
            "nn.Identity()",
            "nn.Dropout(0.1)",
            "nn.MaxPool2d(2, 2)",
            "nn.AdaptiveAvgPool2d((1, 1))",
            "nn.Upsample(scale_factor=2)",
            "nn.Flatten()",
        ]
        if depth > 0 and rng.random() < 0.3:
            return self.container(widths, depth - 1)
        if self.file.blocks and rng.random() < 0.25:
            return f"{rng.choice(self.file.blocks)}({a}, {b})"
        if self.extra and rng.random() < 0.1:
            return rng.choice(self.extra).replace("W", a)
        if self.file.factories and rng.random() < 0.15:
            return f"{rng.choice(self.file.factories)}({a}, {b})"
        return rng.choice(choices)

    def container(self, widths, depth):
        rng = self.rng
        inner = [self.layer(widths, depth) for _ in range(rng.randrange(1, 4))]
        listed = ", ".join(inner)
        return rng.choice([
            f"nn.Sequential({listed})",
            f"nn.Sequential(*[{listed}])",
            f"nn.Sequential(OrderedDict([{', '.join(f'({chr(97 + i)!r}, {x})' for i, x in enumerate(inner))}]))",
            f"nn.ModuleList([{listed}])",
            f"nn.ModuleList({inner[0]} for _ in range(2))",
            f"nn.ModuleDict({{{', '.join(f'{chr(110 - i)!r}: {x}' for i, x in enumerate(inner))}}})",
            f"nn.Sequential({listed})[{rng.choice(['0', '-1', ':1', '::2', '1:'])}]",
            f"copy.deepcopy(nn.Sequential({listed}))",
            f"(nn.Sequential({listed}) + nn.Sequential({inner[0]}))",
            f"nn.ModuleList([copy.deepcopy(m) for m in [{listed}]])",
        ])

    def tensor(self, widths):
        rng = self.rng
        a, b = rng.choice(widths), rng.choice(widths)
        return rng.choice([
            f"torch.zeros({a})",
            f"torch.ones(1, {a}, 1, 1)",
            f"torch.randn({a}, {b}) * 0.02",
            f"torch.empty(({a}, 2), dtype={self.dtype()})",
            f"1e-4 * torch.ones(({a},))",
            "torch.tensor(0.5)",
            f"torch.full((1, {a}), 2.0)",
            f"torch.zeros({a}, {b}).unsqueeze(0)",
            f"torch.cat([torch.zeros(1, {a}), torch.zeros(2, {a})])",
            f"torch.rand(2, {a}).view(-1)",
            f"torch.zeros({a}, {b}).transpose(0, 1)",
            f"torch.linspace(0, 1, {a})",
            f"torch.eye({a})",
        ])

    def integer_tensor(self, widths):
        a = self.rng.choice(widths)
        return self.rng.choice([f"torch.arange({a})", f"torch.zeros({a}, dtype=torch.long)", f"torch.arange(4).expand((1, -1))", f"torch.tensor([1, 2, 3])", f"torch.ones({a}, {a}).tril().bool()"])

    def condition(self):
        return self.rng.choice(["act", "shortcut", "not shortcut", "g > 1", "n >= 2", "act and shortcut", "e == 0.5", "g in (1, 2)", "isinstance(n, int)", "act is not True", "n % 2 == 0", "shortcut or n > 3"])

    def flag(self):
        return self.rng.choice(["True", "True", "False"])

    def dtype(self):
        return self.rng.choice(["None", "None", "torch.float16", "torch.float64", "torch.bfloat16"])
