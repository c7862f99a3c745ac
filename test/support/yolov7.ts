/** A named tensor: what a state_dict entry is without its values. */
export interface NamedTensor {
  readonly key: string;
  readonly dtype: 'float32' | 'int64' | 'float16';
  readonly shape: readonly number[];
}

/**
 * The state_dict of YOLOv7 (l) with 80 classes, as keys and shapes: 37 million elements in a file that
 * need not be committed, because its values are not what the tests look at.
 */
export function yolov7StateDict(): NamedTensor[] {
  return [
    ...backbone(),
    ...sppcspc('sppcspc', 1024, 512),
    ...conv('conv_for_P5', 512, 256),
    ...conv('conv_for_feat2', 1024, 256),
    ...concatBlock('conv3_for_upsample1', 512, 128, 256, head),
    ...conv('conv_for_P4', 256, 128),
    ...conv('conv_for_feat1', 512, 128),
    ...concatBlock('conv3_for_upsample2', 256, 64, 128, head),
    ...transition('down_sample1', 128, 128),
    ...concatBlock('conv3_for_downsample1', 512, 128, 256, head),
    ...transition('down_sample2', 256, 256),
    ...concatBlock('conv3_for_downsample2', 1024, 256, 512, head),
    ...repConv('rep_conv_1', 128, 256),
    ...repConv('rep_conv_2', 256, 512),
    ...repConv('rep_conv_3', 512, 1024),
    ...[256, 512, 1024].flatMap((channels, level) => [
      weight(`yolo_head_P${level + 3}.weight`, [255, channels, 1, 1]),
      weight(`yolo_head_P${level + 3}.bias`, [255]),
    ]),
  ];
}

/** How a block of the extended aggregation network widens its input, and how many outputs it joins. */
interface Aggregation {
  readonly widening: number;
  readonly joined: number;
}
const body: Aggregation = { widening: 1, joined: 4 };
const head: Aggregation = { widening: 2, joined: 6 };

function backbone(): NamedTensor[] {
  return [
    ...conv('backbone.stem.0', 3, 32, 3),
    ...conv('backbone.stem.1', 32, 64, 3),
    ...conv('backbone.stem.2', 64, 64, 3),
    ...conv('backbone.dark2.0', 64, 128, 3),
    ...concatBlock('backbone.dark2.1', 128, 64, 256, body),
    ...transition('backbone.dark3.0', 256, 128),
    ...concatBlock('backbone.dark3.1', 256, 128, 512, body),
    ...transition('backbone.dark4.0', 512, 256),
    ...concatBlock('backbone.dark4.1', 512, 256, 1024, body),
    ...transition('backbone.dark5.0', 1024, 512),
    ...concatBlock('backbone.dark5.1', 1024, 256, 1024, body),
  ];
}

function concatBlock(name: string, input: number, width: number, output: number, kind: Aggregation) {
  const wide = width * kind.widening;
  const joinedChannels = 2 * wide + (kind.joined - 2) * width;
  return [
    ...conv(`${name}.cv1`, input, wide),
    ...conv(`${name}.cv2`, input, wide),
    ...[0, 1, 2, 3].flatMap((index) => conv(`${name}.cv3.${index}`, index === 0 ? wide : width, width, 3)),
    ...conv(`${name}.cv4`, joinedChannels, output),
  ];
}

function transition(name: string, input: number, output: number): NamedTensor[] {
  return [
    ...conv(`${name}.cv1`, input, output),
    ...conv(`${name}.cv2`, input, output),
    ...conv(`${name}.cv3`, output, output, 3),
  ];
}

function sppcspc(name: string, input: number, output: number): NamedTensor[] {
  const layers = [
    [input, 1],
    [input, 1],
    [output, 3],
    [output, 1],
    [4 * output, 1],
    [output, 3],
    [2 * output, 1],
  ] as const;
  return layers.flatMap(([channels, kernel], index) =>
    conv(`${name}.cv${index + 1}`, channels, output, kernel),
  );
}

function repConv(name: string, input: number, output: number): NamedTensor[] {
  return [
    weight(`${name}.rbr_dense.0.weight`, [output, input, 3, 3]),
    ...batchNorm(`${name}.rbr_dense.1`, output),
    weight(`${name}.rbr_1x1.0.weight`, [output, input, 1, 1]),
    ...batchNorm(`${name}.rbr_1x1.1`, output),
  ];
}

function conv(name: string, input: number, output: number, kernel = 1): NamedTensor[] {
  return [weight(`${name}.conv.weight`, [output, input, kernel, kernel]), ...batchNorm(`${name}.bn`, output)];
}

function batchNorm(name: string, channels: number): NamedTensor[] {
  return [
    ...['weight', 'bias', 'running_mean', 'running_var'].map((part) => weight(`${name}.${part}`, [channels])),
    { key: `${name}.num_batches_tracked`, dtype: 'int64', shape: [] },
  ];
}

function weight(key: string, shape: readonly number[]): NamedTensor {
  return { key, dtype: 'float32', shape };
}
