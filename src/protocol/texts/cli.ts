/** Texts of the command line. */
export const cliEn = {
  'cli.elements': '{0} elements',
  'cli.fileSize': '{0} on disk',
  'cli.inTensors': '{0} in tensors',
  'cli.inspectUsage': 'usage: graftlens inspect FILE|FOLDER [--offsets] [--json]',
  'cli.moreValues': '{0} more',
  'cli.noTensors': 'No tensors.',
  'cli.sources': 'Source code in the file:',
  'cli.tensors': '{0} {1|tensor|tensors}',
  'cli.unused': '{0} saved but unused',
  'cli.values': 'Also in the file:',
} as const;

export const cliZhCn: Readonly<Record<keyof typeof cliEn, string>> = {
  'cli.elements': '{0} 个元素',
  'cli.fileSize': '磁盘占用 {0}',
  'cli.inTensors': '张量数据 {0}',
  'cli.inspectUsage': '用法：graftlens inspect 文件|文件夹 [--offsets] [--json]',
  'cli.moreValues': '还有 {0} 项',
  'cli.noTensors': '没有张量。',
  'cli.sources': '文件中的源代码：',
  'cli.tensors': '{0} 个张量',
  'cli.unused': '{0} 已保存但未使用',
  'cli.values': '文件中还有：',
};
