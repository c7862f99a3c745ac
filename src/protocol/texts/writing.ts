/** Texts of why a repaired checkpoint cannot be written. */
export const writingEn = {
  'writing.cancelled': 'Writing was cancelled; nothing was left behind.',
  'writing.format': 'A file of the format {0} is not written again as a whole.',
  'writing.longBytes':
    'The file holds a bytes object of {0} bytes inside its pickle, which is not written again. Use the code of the repair.',
  'writing.noBytes':
    'The values of the storage “{0}” are not in the file as plain bytes. Use the code of the repair.',
  'writing.notPlain':
    'The tensor “{0}” is no plain one (sparse, quantized, made of others, or of an unfitting shape). Use the code of the repair.',
  'writing.outOfBand': 'The pickle refers to buffers that are not in the file.',
  'writing.partGone': 'The file has nothing at “{0}” any more.',
  'writing.partial':
    '{0} is cut off or lacks some of its shards: only a complete checkpoint can be written again.',
  'writing.persistentId': 'The pickle has a persistent id that is none of torch. Use the code of the repair.',
  'writing.sameFile':
    '{0} is the checkpoint that is repaired. Choose another name: the original weights are worth keeping.',
  'writing.tooLarge':
    'The repaired checkpoint would have {0} bytes; without Zip64 at most {1} can be written. Use the code of the repair.',
  'writing.tooManyRecords':
    'The repaired checkpoint would have {0} records; without Zip64 at most {1} can be written. Use the code of the repair.',
  'writing.unexpectedSize': 'Writing made {0} bytes where {1} were expected; nothing was kept.',
} as const;

export const writingZhCn: Readonly<Record<keyof typeof writingEn, string>> = {
  'writing.cancelled': '写入已取消，没有留下任何文件。',
  'writing.format': '{0} 格式的文件不能整体重新写入。',
  'writing.longBytes': '文件的 pickle 中有一个 {0} 字节的 bytes 对象，无法重新写入。请使用修复代码。',
  'writing.noBytes': '存储“{0}”的值在文件中不是普通字节。请使用修复代码。',
  'writing.notPlain': '张量“{0}”不是普通张量（稀疏、量化、由其他张量组成，或形状不合适）。请使用修复代码。',
  'writing.outOfBand': 'pickle 引用了不在文件中的缓冲区。',
  'writing.partGone': '文件中“{0}”处已没有内容。',
  'writing.partial': '{0} 不完整或缺少部分分片：只有完整的检查点才能重新写入。',
  'writing.persistentId': 'pickle 中有不属于 torch 的持久化标识。请使用修复代码。',
  'writing.sameFile': '{0} 就是要修复的检查点。请换一个文件名：原始权重值得保留。',
  'writing.tooLarge': '修复后的检查点将有 {0} 字节；不使用 Zip64 时最多只能写入 {1} 字节。请使用修复代码。',
  'writing.tooManyRecords':
    '修复后的检查点将有 {0} 条记录；不使用 Zip64 时最多只能写入 {1} 条。请使用修复代码。',
  'writing.unexpectedSize': '写出了 {0} 字节，而预期为 {1} 字节；没有保留任何文件。',
};
