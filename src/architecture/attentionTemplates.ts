/** Attention blocks in our own words, to be inserted into a model's source. */
export interface AttentionTemplate {
  readonly id: 'se' | 'cbam' | 'eca' | 'coordinate' | 'simam';
  readonly label: string;
  readonly className: string;
  /** Standard deviation of the features after the fresh block over before, as measured; null where it was not. */
  readonly freshGate: string | null;
  /** Parameters at a number of channels, with the block's defaults. */
  readonly parameters: (channels: number) => number;
  /** The class's text; `identity`: an identity at the start. Ends with a newline. */
  readonly source: (nn: string, identity: boolean) => string;
}

/** Channels of the bottleneck: never none, whatever the reduction. */
function squeezed(channels: number, least: number, reduction: number): number {
  return Math.max(least, Math.floor(channels / reduction));
}

export const attentionTemplates: readonly AttentionTemplate[] = [
  {
    id: 'se',
    label: 'SE (squeeze and excitation)',
    className: 'SqueezeExcitation',
    freshGate: '0.50',
    parameters: (channels) => {
      const hidden = squeezed(channels, 1, 16);
      return 2 * channels * hidden + hidden + channels;
    },
    source: (nn, identity) => `class SqueezeExcitation(${nn}.Module):
    """Weighs each channel by a gate computed from the mean of all channels."""

    def __init__(self, channels, reduction=16):
        super().__init__()
        hidden = max(1, channels // reduction)
        self.pool = ${nn}.AdaptiveAvgPool2d(1)
        self.squeeze = ${nn}.Conv2d(channels, hidden, 1)
        self.act = ${nn}.ReLU(inplace=True)
        self.excite = ${nn}.Conv2d(hidden, channels, 1)
        self.gate = ${nn}.Sigmoid()
${zeros(nn, identity, ['excite.weight', 'excite.bias'])}
    def forward(self, x):
        weight = self.gate(self.excite(self.act(self.squeeze(self.pool(x)))))
        return x * ${scaled(identity, 'weight')}
`,
  },
  {
    id: 'cbam',
    label: 'CBAM (channel, then spatial attention)',
    className: 'ConvBlockAttention',
    freshGate: '0.26',
    parameters: (channels) => 2 * channels * squeezed(channels, 1, 16) + 2 * 49,
    source: (nn, identity) => `class ConvBlockAttention(${nn}.Module):
    """Weighs channels by their mean and maximum, then places by those over the channels."""

    def __init__(self, channels, reduction=16, kernel_size=7):
        super().__init__()
        hidden = max(1, channels // reduction)
        self.mean = ${nn}.AdaptiveAvgPool2d(1)
        self.peak = ${nn}.AdaptiveMaxPool2d(1)
        self.squeeze = ${nn}.Conv2d(channels, hidden, 1, bias=False)
        self.act = ${nn}.ReLU(inplace=True)
        self.excite = ${nn}.Conv2d(hidden, channels, 1, bias=False)
        self.spatial = ${nn}.Conv2d(2, 1, kernel_size, padding=kernel_size // 2, bias=False)
        self.gate = ${nn}.Sigmoid()
${zeros(nn, identity, ['excite.weight', 'spatial.weight'])}
    def forward(self, x):
        mean = self.excite(self.act(self.squeeze(self.mean(x))))
        peak = self.excite(self.act(self.squeeze(self.peak(x))))
        channel = self.gate(mean + peak)
        x = x * ${scaled(identity, 'channel')}
        maps = [x.mean(dim=1, keepdim=True), x.amax(dim=1, keepdim=True)]
        place = self.gate(self.spatial(torch.cat(maps, dim=1)))
        return x * ${scaled(identity, 'place')}
`,
  },
  {
    id: 'eca',
    label: 'ECA (efficient channel attention)',
    className: 'EfficientChannelAttention',
    freshGate: '0.505',
    parameters: () => 3,
    source: (nn, identity) => `class EfficientChannelAttention(${nn}.Module):
    """Weighs each channel by a gate computed from its neighbours' means."""

    def __init__(self, channels, kernel_size=3):
        super().__init__()
        self.pool = ${nn}.AdaptiveAvgPool2d(1)
        self.conv = ${nn}.Conv1d(1, 1, kernel_size, padding=kernel_size // 2, bias=False)
        self.gate = ${nn}.Sigmoid()
${zeros(nn, identity, ['conv.weight'])}
    def forward(self, x):
        mean = self.pool(x).flatten(1).unsqueeze(1)
        weight = self.gate(self.conv(mean)).transpose(1, 2).unsqueeze(-1)
        return x * ${scaled(identity, 'weight')}
`,
  },
  {
    id: 'coordinate',
    label: 'Coordinate attention',
    className: 'CoordinateAttention',
    freshGate: null,
    parameters: (channels) => {
      const hidden = squeezed(channels, 8, 32);
      return channels * hidden + 3 * hidden + 2 * (hidden * channels + channels);
    },
    source: (nn, identity) => `class CoordinateAttention(${nn}.Module):
    """Weighs rows and columns of each channel by gates computed from their means."""

    def __init__(self, channels, reduction=32):
        super().__init__()
        hidden = max(8, channels // reduction)
        self.rows = ${nn}.AdaptiveAvgPool2d((None, 1))
        self.columns = ${nn}.AdaptiveAvgPool2d((1, None))
        self.squeeze = ${nn}.Conv2d(channels, hidden, 1)
        self.norm = ${nn}.BatchNorm2d(hidden)
        self.act = ${nn}.Hardswish(inplace=True)
        self.row_gate = ${nn}.Conv2d(hidden, channels, 1)
        self.column_gate = ${nn}.Conv2d(hidden, channels, 1)
        self.gate = ${nn}.Sigmoid()
${zeros(nn, identity, ['row_gate.weight', 'row_gate.bias', 'column_gate.weight', 'column_gate.bias'])}
    def forward(self, x):
        height, width = x.shape[-2:]
        both = torch.cat([self.rows(x), self.columns(x).transpose(-1, -2)], dim=2)
        both = self.act(self.norm(self.squeeze(both)))
        rows, columns = both.split([height, width], dim=2)
        rows = self.gate(self.row_gate(rows))
        columns = self.gate(self.column_gate(columns.transpose(-1, -2)))
        return x * ${scaled(identity, 'rows')} * ${scaled(identity, 'columns')}
`,
  },
  {
    id: 'simam',
    label: 'SimAM (no parameters)',
    className: 'SimpleAttention',
    freshGate: null,
    parameters: (): number => 0,
    source: (nn, identity) =>
      identity
        ? `class SimpleAttention(${nn}.Module):
    """Weighs each place by how far it stands out, mixed in from nothing by a learned strength."""

    def __init__(self, smoothing=1e-4):
        super().__init__()
        self.smoothing = smoothing
        self.gate = ${nn}.Sigmoid()
        # Zero at the start, so that the block is an identity.
        self.strength = ${nn}.Parameter(torch.zeros(1))

    def forward(self, x):
        places = x.shape[-2] * x.shape[-1] - 1
        distance = (x - x.mean(dim=(-2, -1), keepdim=True)).pow(2)
        variance = distance.sum(dim=(-2, -1), keepdim=True) / max(1, places)
        weight = self.gate(distance / (4 * (variance + self.smoothing)) + 0.5)
        return x * (1 + self.strength * (weight - 1))
`
        : `class SimpleAttention(${nn}.Module):
    """Weighs each place by how far it stands out from the mean of its channel."""

    def __init__(self, smoothing=1e-4):
        super().__init__()
        self.smoothing = smoothing
        self.gate = ${nn}.Sigmoid()

    def forward(self, x):
        places = x.shape[-2] * x.shape[-1] - 1
        distance = (x - x.mean(dim=(-2, -1), keepdim=True)).pow(2)
        variance = distance.sum(dim=(-2, -1), keepdim=True) / max(1, places)
        return x * self.gate(distance / (4 * (variance + self.smoothing)) + 0.5)
`,
  },
];

/** Parameters of a template as it is inserted: SimAM's identity needs one for its strength. */
export function templateCost(template: AttentionTemplate, channels: number, identity: boolean): number {
  return template.parameters(channels) + (identity && template.id === 'simam' ? 1 : 0);
}

/** Lines that set parameters to zero, such as `excite.weight`. */
function zeros(nn: string, identity: boolean, parameters: readonly string[]): string {
  if (!identity) return '';
  const lines = parameters.map((parameter) => `        ${nn}.init.zeros_(self.${parameter})\n`);
  return `        # Zero logits and twice the gate: an identity at the start.\n${lines.join('')}`;
}

function scaled(identity: boolean, gate: string): string {
  return identity ? `(2 * ${gate})` : gate;
}
