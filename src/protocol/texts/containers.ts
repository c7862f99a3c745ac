/** Where two readers of a file would disagree, and what of it was not scanned. */
export const containersEn = {
  'disagreement.caseVariants':
    'Another record has this name in other letters: torch ignores case, Python’s zipfile does not.',
  'disagreement.checksum':
    'The checksum is not that of the data: zipfile refuses the record, torch reads it.',
  'disagreement.commentCut': 'The archive’s comment should have {0} bytes and has {1}.',
  'disagreement.dataAfterPickle': '{0} bytes follow the pickle at offset {1}; its reader never sees them.',
  'disagreement.dataAfterTar': '{0} bytes follow the end of the tar archive.',
  'disagreement.dataAfterZip':
    '{0} bytes follow the end of the archive: some readers do not find its directory then.',
  'disagreement.dataBeforeZip':
    '{0} bytes stand before the archive: torch reads the file from there, zip programs pass over them.',
  'disagreement.dataBetween': '{0} bytes at offset {1} belong to no record of the directory.',
  'disagreement.directories':
    'torch takes the directory from the offset that is named, zipfile from the bytes before the end record: those are two places.',
  'disagreement.directoryCount':
    'The directory has more records than the {0} that it counts: torch stops there, zipfile goes on.',
  'disagreement.duplicateMembers':
    'The name stands in the archive twice: some readers take the first one, tarfile the last.',
  'disagreement.duplicateNames':
    'The name stands in the directory twice: zipfile takes the last one, torch may take another.',
  'disagreement.folderWithData': 'A folder by its name, with data: some readers pass over it.',
  'disagreement.inflatedSize':
    'The directory says {0} bytes, the data inflate to {1}: readers cut them, or refuse.',
  'disagreement.localChecksum': 'Its own header and the directory give different checksums.',
  'disagreement.localFlags':
    'Its own header and the directory disagree about encryption or its name’s encoding.',
  'disagreement.localMethod':
    'Its own header says compression method {0}, the directory {1}: readers that go by one see other data.',
  'disagreement.localName': 'Its own header gives it another name: {0}. torch goes by the directory.',
  'disagreement.localSize': 'Its own header says {0} bytes, the directory {1}.',
  'disagreement.memberSize':
    'Its header says {0} bytes, an extended header {1}: readers continue at two places.',
  'disagreement.method': 'torch cannot read compression method {0}, zipfile can.',
  'disagreement.nameCharacters':
    'The name has a NUL or a backslash: some readers cut it there or take it for a folder.',
  'disagreement.polyglot':
    'Read from its start this file is of another kind ({0}); zip programs find an archive at its end.',
  'disagreement.severalArchives': '{0} zip archives stand one after another: readers open different ones.',
  'disagreement.severalEndRecords': 'The archive has {0} end records: readers choose different ones.',
  'disagreement.severalPickles':
    'Another data.pkl than the one that torch reads: which one counts depends on the reader.',
  'disagreement.sharedBytes': 'It shares bytes with the record {0}: zipfile refuses it, torch reads both.',
  'disagreement.storedSize': 'Stored without compression, but with two sizes: {0} and {1}.',
  'disagreement.tarAndPickle': 'A tar archive that is a pickle, too: torch reads one, pickle.load the other.',
  'disagreement.unicodePath': 'A second name in an extra field, which some readers prefer: {0}.',
  'disagreement.zip64Differs':
    'The end record and the Zip64 end record describe different directories: torch uses the latter, some readers the former.',
  'disagreement.zip64Place':
    'The Zip64 end record is not just before its locator: torch follows the locator, zipfile does not.',
  'notScanned.encrypted': 'Encrypted.',
  'notScanned.format': 'No format in which torch or pickle would look for a pickle: {0}.',
  'notScanned.limit.compressed': 'Compressed, and {0} bytes large; at most {1} are inflated.',
  'notScanned.limit.depth': 'More than {0} archives inside one another.',
  'notScanned.limit.inflated': 'Inflates to more than {0} bytes; only its start was looked at.',
  'notScanned.limit.inflatedInAll': 'What came before it inflated to more than {0} bytes.',
  'notScanned.limit.opcodes': 'More than {0} opcodes in all pickles of the file.',
  'notScanned.limit.pickles': 'More than {0} pickles.',
  'notScanned.limit.safetensorsHeader': 'The header is longer than {0} bytes.',
  'notScanned.limit.records': '{0} records; at most {1} are looked at.',
  'notScanned.method': 'Compressed by zip method {0}, which is not read here.',
  'notScanned.nativeCode': 'A program or library of machine code.',
  'notScanned.packed': 'Packed as {0}, which is not read here.',
  'notScanned.python': 'Python source.',
  'notScanned.torchScript': 'TorchScript source.',
  'notScanned.trailing': '{0} bytes after the last pickle, from offset {1}.',
  'zip.encrypted': 'The record {0} is encrypted.',
} as const;

export const containersZhCn: Readonly<Record<keyof typeof containersEn, string>> = {
  'disagreement.caseVariants':
    '另有一个仅大小写不同的同名记录：torch 忽略大小写，Python 的 zipfile 则不忽略。',
  'disagreement.checksum': '校验和与数据不符：zipfile 会拒绝该记录，torch 照样读取。',
  'disagreement.commentCut': '压缩包注释应为 {0} 字节，实为 {1} 字节。',
  'disagreement.dataAfterPickle': 'pickle 之后（偏移 {1}）还有 {0} 字节，读取它的程序不会看到。',
  'disagreement.dataAfterTar': 'tar 包结尾之后还有 {0} 字节。',
  'disagreement.dataAfterZip': '压缩包结尾之后还有 {0} 字节，有些程序会因此找不到目录。',
  'disagreement.dataBeforeZip': '压缩包之前有 {0} 字节：torch 从这里开始读文件，zip 程序则跳过。',
  'disagreement.dataBetween': '偏移 {1} 处有 {0} 字节不属于目录中的任何记录。',
  'disagreement.directories': 'torch 按记载的偏移读取目录，zipfile 读取结束记录之前的字节：二者并非同一处。',
  'disagreement.directoryCount': '目录中的记录多于它声明的 {0} 条：torch 到此为止，zipfile 会继续读。',
  'disagreement.duplicateMembers': '该名称在包中出现两次：有的程序取第一个，tarfile 取最后一个。',
  'disagreement.duplicateNames': '该名称在目录中出现两次：zipfile 取最后一个，torch 可能取另一个。',
  'disagreement.folderWithData': '名称是文件夹，却带有数据：有些程序会跳过它。',
  'disagreement.inflatedSize': '目录声明 {0} 字节，解压后为 {1} 字节：有的程序会截断，有的会拒绝。',
  'disagreement.localChecksum': '记录自身的头部与目录给出的校验和不同。',
  'disagreement.localFlags': '记录自身的头部与目录在加密或名称编码上不一致。',
  'disagreement.localMethod': '记录自身的头部声明压缩方式 {0}，目录声明 {1}：依据不同，读到的数据也不同。',
  'disagreement.localName': '记录自身的头部给出另一个名称：{0}。torch 以目录为准。',
  'disagreement.localSize': '记录自身的头部声明 {0} 字节，目录声明 {1} 字节。',
  'disagreement.memberSize': '头部声明 {0} 字节，扩展头部声明 {1} 字节：不同程序会从不同位置继续读。',
  'disagreement.method': 'torch 无法读取压缩方式 {0}，zipfile 可以。',
  'disagreement.nameCharacters': '名称中含有 NUL 或反斜杠：有些程序会在此截断，或当作文件夹。',
  'disagreement.polyglot': '从头读是另一种文件（{0}），zip 程序则会在结尾处找到一个压缩包。',
  'disagreement.severalArchives': '文件中接连有 {0} 个 zip 压缩包：不同程序会打开不同的一个。',
  'disagreement.severalEndRecords': '压缩包有 {0} 个结束记录：不同程序会选用不同的一个。',
  'disagreement.severalPickles': '除 torch 读取的 data.pkl 外还有另一个：以哪一个为准取决于读取程序。',
  'disagreement.sharedBytes': '与记录 {0} 共用字节：zipfile 会拒绝，torch 两个都读。',
  'disagreement.storedSize': '未压缩存储，却有两个大小：{0} 和 {1}。',
  'disagreement.tarAndPickle': '既是 tar 包又是 pickle：torch 按前者读，pickle.load 按后者读。',
  'disagreement.unicodePath': '附加字段中另有一个名称，有些程序会优先采用：{0}。',
  'disagreement.zip64Differs': '结束记录与 Zip64 结束记录描述的目录不同：torch 用后者，有些程序用前者。',
  'disagreement.zip64Place': 'Zip64 结束记录不在其定位器之前：torch 按定位器查找，zipfile 则不然。',
  'notScanned.encrypted': '已加密。',
  'notScanned.format': 'torch 和 pickle 都不会在这种格式中查找 pickle：{0}。',
  'notScanned.limit.compressed': '压缩数据有 {0} 字节；最多解压 {1} 字节。',
  'notScanned.limit.depth': '压缩包嵌套超过 {0} 层。',
  'notScanned.limit.inflated': '解压后超过 {0} 字节，只查看了开头部分。',
  'notScanned.limit.inflatedInAll': '此前的内容解压后已超过 {0} 字节。',
  'notScanned.limit.opcodes': '文件中所有 pickle 的操作码合计超过 {0} 个。',
  'notScanned.limit.pickles': 'pickle 超过 {0} 个。',
  'notScanned.limit.safetensorsHeader': '文件头超过 {0} 字节。',
  'notScanned.limit.records': '共 {0} 条记录，最多查看 {1} 条。',
  'notScanned.method': '以 zip 压缩方式 {0} 压缩，此处无法读取。',
  'notScanned.nativeCode': '机器码程序或库。',
  'notScanned.packed': '以 {0} 打包，此处无法读取。',
  'notScanned.python': 'Python 源代码。',
  'notScanned.torchScript': 'TorchScript 源代码。',
  'notScanned.trailing': '最后一个 pickle 之后（偏移 {1}）还有 {0} 字节。',
  'zip.encrypted': '记录 {0} 已加密。',
};
