/** Texts of the analysis worker and of reading files. */
export const workerEn = {
  'file.changed': 'The file changed while it was read.',
  'file.isFolder': '“{0}” is a folder.',
  'file.missing': 'The file “{0}” does not exist.',
  'file.noAccess': 'The file “{0}” may not be read.',
  'file.notRegular': '“{0}” is a pipe or a device, not a file.',
  'file.readFailed': 'Reading “{0}” failed: {1}',
  internal: 'Something went wrong inside the extension: {0}',
  'worker.cancelled': 'Cancelled.',
  'worker.crashed': 'The analysis stopped unexpectedly: {0}',
  'worker.ended': 'The analysis was ended.',
  'worker.notOpen': 'The file is not open.',
  'worker.outOfMemory': 'The file needs more memory than the analysis may use ({0} MB).',
  'worker.timeout': 'The analysis took more than {0} s and was stopped.',
} as const;

export const workerZhCn: Readonly<Record<keyof typeof workerEn, string>> = {
  'file.changed': '读取过程中文件发生了更改。',
  'file.isFolder': '“{0}”是文件夹。',
  'file.missing': '文件“{0}”不存在。',
  'file.noAccess': '没有权限读取文件“{0}”。',
  'file.notRegular': '“{0}”是管道或设备，不是文件。',
  'file.readFailed': '读取“{0}”失败：{1}',
  internal: '扩展内部出错：{0}',
  'worker.cancelled': '已取消。',
  'worker.crashed': '分析意外停止：{0}',
  'worker.ended': '分析已结束。',
  'worker.notOpen': '文件尚未打开。',
  'worker.outOfMemory': '此文件所需的内存超过了分析可用的上限（{0} MB）。',
  'worker.timeout': '分析超过 {0} 秒，已停止。',
};
