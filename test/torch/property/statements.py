"""Statements of a constructor at random: everything that registers, moves, shares or removes."""


class StatementWriter:
    def __init__(self, rng, file, layers):
        self.rng = rng
        self.file = file
        self.layers = layers
        self.count = 0
        self.defined = []

    def constructor(self, widths):
        """Lines of a constructor that has c1, c2 or c and the usual options n, shortcut, g, e, act in scope."""
        self.defined = []
        lines = []
        if widths == ["c1", "c2"]:  # a derived block, whose options are hidden in *args
            lines += ["n, shortcut, g, e, act = 2, True, 1, 0.5, False"]
        writers = [
            (self.assign, 6), (self.conditional, 3), (self.branch, 2), (self.loop, 2), (self.listed, 2),
            (self.comprehension, 2), (self.parameter, 2), (self.buffer, 2), (self.named, 1), (self.shared, 1),
            (self.reassigned, 1), (self.removed, 1), (self.mutated, 2), (self.unregistered, 1), (self.none, 1),
            (self.traversal, 1), (self.arithmetic, 1), (self.tied, 1), (self.nested_function, 1), (self.attempt, 1),
            (self.converted, 1), (self.replaced, 1), (self.counted, 1),
        ]
        for write in self.rng.choices([w for w, _ in writers], [k for _, k in writers], k=self.rng.randrange(2, 8)):
            lines += write(widths)
        return lines

    def tail(self):
        """Statements at the end of a model's constructor."""
        return self.rng.choice([
            "",
            "        self.eval()\n",
            "        self.half()\n",
            "        for p in self.parameters():\n            p.requires_grad = False\n",
            "        self.total = sum(p.numel() for p in self.parameters())\n",
            "        self.apply(lambda m: nn.init.zeros_(m.bias) if isinstance(m, nn.Linear) and m.bias is not None else None)\n",
            "        self.names = [name for name, _ in self.named_modules()]\n",
            "        self.to(torch.float64)\n",
        ])

    def attribute(self):
        self.count += 1
        name = self.rng.choice(["conv", "norm", "fc", "cv", "branch", "proj"]) + str(self.count)
        return name

    def define(self, name):
        self.defined.append(name)
        return name

    def layer(self, widths):
        return self.layers.layer(widths)

    # -- statements -----------------------------------------------------------------------------

    def assign(self, widths):
        return [f"self.{self.define(self.attribute())} = {self.layer(widths)}"]

    def conditional(self, widths):
        a, b = self.layer(widths), self.rng.choice([self.layer(widths), "nn.Identity()", "None"])
        return [f"self.{self.attribute()} = {a} if {self.layers.condition()} else {b}"]

    def branch(self, widths):
        lines = [f"if {self.layers.condition()}:", *indented(self.assign_loose(widths) + self.maybe(widths))]
        if self.rng.random() < 0.4:
            lines += [f"elif {self.layers.condition()}:", *indented(self.assign_loose(widths))]
        if self.rng.random() < 0.6:
            lines += ["else:", *indented(self.assign_loose(widths))]
        return lines

    def assign_loose(self, widths):
        return [f"self.{self.attribute()} = {self.layer(widths)}"]

    def maybe(self, widths):
        return self.assign_loose(widths) if self.rng.random() < 0.4 else []

    def loop(self, widths):
        rng, name, a = self.rng, self.attribute(), self.rng.choice(widths)
        return rng.choice([
            [f"for i in range({rng.choice(['n', '2', '3'])}):", f"    self.add_module(f'{name}_{{i}}', nn.Linear({a} + i, 2 ** i))"],
            [f"for i, width in enumerate([{a}, 4, {a} * 2]):", f"    setattr(self, '{name}_%d' % i, nn.Conv2d(width, width // 2 or 1, 1))", "    if i == n:", "        break"],
            [f"previous = {a}", f"self.{name} = nn.ModuleList()", "for width in (8, 16, 8):", f"    self.{name}.append(nn.Sequential(nn.Conv2d(previous, width, 3), nn.BatchNorm2d(width)))", "    previous = width"],
            [f"self.{name} = nn.ModuleDict()", "for key, k in zip(['p3', 'p4'], (1, 3)):", f"    self.{name}[key] = nn.Conv2d({a}, 4, k)"],
            ["left = n + 2", f"self.{name} = nn.Sequential()", "while left > 0:", f"    self.{name}.append(nn.Linear(left, {a}))", "    left -= 2"],
            [f"for i in range(4):", "    if i % 2:", "        continue", f"    self.register_parameter('{name}_' + str(i), nn.Parameter(torch.zeros(i + 1)))"],
        ])

    def listed(self, widths):
        name = self.attribute()
        layers = [self.layer(widths) for _ in range(self.rng.randrange(1, 4))]
        lines = ["layers = []", *[f"layers.append({x})" for x in layers]]
        if self.rng.random() < 0.5:
            lines += [f"if {self.layers.condition()}:", f"    layers += [{self.layer(widths)}]"]
        if self.rng.random() < 0.3:
            lines += [f"layers.insert(0, {self.layer(widths)})"]
        if self.rng.random() < 0.2:
            lines += ["layers.reverse()"]
        ending = self.rng.choice([f"self.{name} = nn.Sequential(*layers)", f"self.{name} = nn.ModuleList(layers)", f"self.{name} = nn.ModuleList(filter(None, layers))", f"self.{name} = nn.Sequential(OrderedDict((f'l{{i}}', m) for i, m in enumerate(layers)))"])
        return [*lines, ending]

    def comprehension(self, widths):
        name, a = self.attribute(), self.rng.choice(widths)
        return [self.rng.choice([
            f"self.{name} = nn.ModuleList([{self.layer(widths)} for _ in range(n)])",
            f"self.{name} = nn.ModuleList(nn.Conv2d({a}, x, 1) for x in (4, 8, 16) if x != 8)",
            f"self.{name} = nn.Sequential(*[nn.Linear(i, o) for i, o in zip([{a}, 8], [8, 4])])",
            f"self.{name} = nn.ModuleDict({{str(i): nn.PReLU(i + 1) for i in range(n)}})",
            f"self.{name} = nn.Sequential(*(nn.Sequential(nn.Linear({a}, {a}), nn.ReLU()) for _ in range(n)))",
            f"self.{name} = nn.ParameterList([nn.Parameter(torch.zeros(i + 1, {a})) for i in range(2)])",
            f"self.{name} = nn.ModuleList([nn.ModuleList([nn.Linear({a}, j + 1) for j in range(i)]) for i in range(3)])",
        ])]

    def parameter(self, widths):
        name = self.attribute()
        gradient = self.rng.choice(["", "", ", requires_grad=False"])
        if self.rng.random() < 0.15:
            return [f"self.{name} = nn.Parameter({self.layers.integer_tensor(widths)}, requires_grad=False)"]
        return [self.rng.choice([
            f"self.{name} = nn.Parameter({self.layers.tensor(widths)}{gradient})",
            f"self.register_parameter('{name}', nn.Parameter({self.layers.tensor(widths)}))",
            f"self.{name} = nn.Parameter({self.layers.tensor(widths)}) if {self.layers.condition()} else None",
        ])]

    def buffer(self, widths):
        name = self.attribute()
        tensor = self.rng.choice([self.layers.tensor(widths), self.layers.integer_tensor(widths)])
        return [self.rng.choice([
            f"self.register_buffer('{name}', {tensor})",
            f"self.register_buffer('{name}', {tensor}, persistent={self.layers.flag()})",
            f"self.register_buffer('{name}', None)",
            f"self.{name} = {tensor}",
            f"self.{name} = nn.Buffer({tensor}, persistent={self.layers.flag()})",
        ])]

    def named(self, widths):
        name = self.attribute()
        return [self.rng.choice([
            f"self.add_module('{name}', {self.layer(widths)})",
            f"self.register_module('{name}', {self.layer(widths)})",
            f"setattr(self, '{name}', {self.layer(widths)})",
            f"self.__setattr__('{name}', {self.layer(widths)})",
            f"self._modules['{name}'] = {self.layer(widths)}",
        ])]

    def shared(self, widths):
        name, again = self.attribute(), self.attribute()
        return [f"shared = {self.layer(widths)}", f"self.{name} = shared", self.rng.choice([f"self.{again} = shared", f"self.{again} = nn.Sequential(shared, nn.ReLU(), shared)", f"self.{again} = nn.ModuleList([shared] * 3)"])]

    def reassigned(self, widths):
        if not self.defined:
            return []
        return [f"self.{self.rng.choice(self.defined)} = {self.layer(widths)}"]

    def removed(self, widths):
        if not self.defined:
            return []
        name = self.defined.pop(self.rng.randrange(len(self.defined)))
        return [self.rng.choice([f"del self.{name}", f"delattr(self, '{name}')", f"self.{name} = None", f"del self._modules['{name}']"])]

    def mutated(self, widths):
        name, x = self.attribute(), self.layer(widths)
        first = self.rng.choice([f"self.{name} = nn.Sequential({self.layer(widths)}, nn.ReLU(), {self.layer(widths)})", f"self.{name} = nn.ModuleList([{self.layer(widths)}, {self.layer(widths)}])"])
        return [first, self.rng.choice([
            f"self.{name}[0] = {x}", f"self.{name}[-1] = {x}", f"del self.{name}[0]", f"self.{name}.append({x})",
            f"self.{name}.insert(1, {x})", f"self.{name}.extend([{x}])", f"self.{name}.pop(-1)", f"self.{name} += self.{name}[:1]",
            f"self.{name} = self.{name}[1:]", f"self.{name}.add_module('extra', {x})",
        ])]

    def unregistered(self, widths):
        name = self.attribute()
        return [self.rng.choice([f"self.{name} = [{self.layer(widths)}, {self.layer(widths)}]", f"self.{name} = {{'a': {self.layer(widths)}}}", f"self.{name} = ({self.layer(widths)},)", f"local = {self.layer(widths)}"])]

    def none(self, widths):
        return [self.rng.choice([f"self.{self.attribute()} = None", f"self.register_parameter('{self.attribute()}', None)", f"self.add_module('{self.attribute()}', None)"])]

    def traversal(self, widths):
        return self.rng.choice([
            ["for m in self.modules():", "    if isinstance(m, (nn.Conv2d, nn.Linear)):", "        nn.init.normal_(m.weight, std=0.01)", "        if m.bias is not None:", "            nn.init.constant_(m.bias, 0)"],
            ["for name, p in self.named_parameters():", "    if name.endswith('bias'):", "        p.requires_grad = False"],
            [f"self.{self.attribute()} = nn.Linear(len(list(self.modules())), len(list(self.children())) + 1)"],
            [f"self.{self.attribute()} = nn.Linear(sum(p.numel() for p in self.parameters()) % 7 + 1, 2)"],
            ["for m in self.children():", "    if isinstance(m, nn.modules.batchnorm._BatchNorm):", "        m.eps = 1e-3"],
        ])

    def arithmetic(self, widths):
        a = self.rng.choice(widths)
        name = self.attribute()
        return self.rng.choice([
            [f"width = int({a} * 1.5) + -{a} // 3 % 5", f"self.{name} = nn.Linear(width, abs({a} - 40) + 1)"],
            [f"k, *rest = [3, {a}, 5]", f"self.{name} = nn.Conv2d(rest[0], sum(rest), k)"],
            [f"width = max(round({a} * 0.75), min({a}, 7), 2)", f"self.{name} = nn.Linear(width, width ** 2 % 11 + 1)"],
            [f"if (width := {a} * 3 // 2) > 20:", f"    self.{name} = nn.Linear(width, 1)"],
            [f"dims = [{a} * 2 ** i for i in range(3)]", f"self.{name} = nn.ModuleList([nn.Linear(dims[i], dims[i + 1]) for i in range(len(dims) - 1)])"],
            [f"rates = [x.item() for x in torch.linspace(0, 0.1, 4)]", f"self.{name} = nn.ModuleList([nn.Dropout(r) if r > 0 else nn.PReLU() for r in rates])"],
            [f"width = {{'s': {a}, 'm': 2 * {a}}}['m' if n > 1 else 's']", f"self.{name} = nn.LayerNorm(width)"],
            [f"width = int(math.sqrt({a}) * 4) + math.ceil({a} / 3)", f"self.{name} = nn.BatchNorm2d(width)"],
            [f"self.{name} = nn.Linear(*divmod({a} * 7, 4)[:1], {a} if act else {a} // 2)"],
            [f"self.{name} = nn.Linear(int('12') + {a}, len('abc'))"],
        ])

    def tied(self, widths):
        a, first, second = self.rng.choice(widths), self.attribute(), self.attribute()
        return [f"self.{first} = nn.Embedding(10, {a})", f"self.{second} = nn.Linear({a}, 10, bias=False)", f"self.{second}.weight = self.{first}.weight"]

    def nested_function(self, widths):
        a, name = self.rng.choice(widths), self.attribute()
        return self.rng.choice([
            ["def build(width, *args, norm=nn.BatchNorm2d, **kwargs):", "    return nn.Sequential(nn.Conv2d(width, width, *args, **kwargs), norm(width))", f"self.{name} = build({a}, 3, padding=1, norm={self.rng.choice(['nn.BatchNorm2d', 'partial(nn.GroupNorm, 1)', 'lambda w: nn.LayerNorm([w, 1, 1])'])})"],
            [f"norm = partial(nn.LayerNorm, eps=1e-6)", f"self.{name} = nn.Sequential(norm({a}), norm([2, {a}]))"],
            ["total = 0", "def add(k):", "    nonlocal total", "    total += k", "    return nn.Linear(total, k)", f"self.{name} = nn.ModuleList([add(1), add(2), add({a})])"],
            ["def tree(depth):", "    if depth == 0:", f"        return nn.Linear({a}, 1)", "    return nn.ModuleDict({'left': tree(depth - 1), 'right': tree(depth - 1)})", f"self.{name} = tree(2)"],
            ["def pieces():", "    for i in range(2):", f"        yield nn.Linear({a}, i + 1)", f"self.{name} = nn.Sequential(*pieces())"],
        ])

    def attempt(self, widths):
        name = self.attribute()
        return self.rng.choice([
            ["try:", f"    self.{name} = nn.Conv2d(3, 4, 1, groups=2)", "except ValueError:", f"    self.{name} = {self.layer(widths)}"],
            ["try:", "    size = int('seven')", "except (ValueError, TypeError) as error:", "    size = 7", f"self.{name} = nn.Linear(size, 1)"],
            ["with torch.no_grad():", f"    self.{name} = {self.layer(widths)}"],
            [f"assert n >= 0, f'{{n}} blocks'", f"self.{name} = {self.layer(widths)}"],
        ])

    def converted(self, widths):
        name = self.attribute()
        return [f"self.{name} = {self.layer(widths)}", self.rng.choice([f"self.{name} = self.{name}.half()", f"self.{name}.double()", f"self.{name}.to(torch.bfloat16)", f"self.{name}.requires_grad_(False)", f"self.{name}.eval()"])]

    def replaced(self, widths):
        """Batch norms below this module become something else, as conversion helpers do."""
        return [
            "for name, child in list(self.named_children()):",
            "    if isinstance(child, nn.BatchNorm2d):",
            f"        setattr(self, name, {self.rng.choice(['nn.GroupNorm(1, child.num_features)', 'nn.Identity()', 'nn.SyncBatchNorm(child.num_features)'])})",
        ]

    def counted(self, widths):
        a, name = self.rng.choice(widths), self.attribute()
        return self.rng.choice([
            [f"conv = nn.Conv2d({a}, 8, (3, 5), groups=1)", f"self.{name} = nn.Linear(conv.weight.shape[1] * conv.kernel_size[1], conv.out_channels)"],
            [f"probe = nn.Sequential(nn.Linear({a}, 6), nn.Linear(6, 3))", f"self.{name} = nn.Linear(probe[-1].out_features, next(probe.parameters()).numel() % 13 + 1)"],
            [f"sizes = torch.zeros(2, {a}, 4).flatten(1).shape", f"self.{name} = nn.Linear(sizes[-1], sizes[0])"],
            [f"self.{name} = nn.Linear({a}, len(self._modules) + 1)"],
        ])


def indented(lines):
    return ["    " + line for line in lines]
