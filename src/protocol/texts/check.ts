/** Texts of the compatibility check: verdicts, notes, refusals. */
export const checkEn = {
  'check.verdict.raises': '{0} cannot be built: {1}: {2}',
  'check.verdict.notKnown': 'Not known: the source of {0} is not understood well enough.',
  'check.verdict.nothing':
    'Nothing loads: none of the {0} {0|key|keys} of the file has its layer in the model.',
  'check.verdict.droppedAndWrong':
    'Not as it stands: {0} pretrained {0|key is|keys are} dropped and {1} would land in the wrong layer.',
  'check.verdict.wrong': 'Not as it stands: {0} pretrained {0|key|keys} would land in the wrong layer.',
  'check.verdict.dropped': 'Not as it stands: {0} of {1} pretrained keys {0|is|are} dropped.',
  'check.verdict.headSwap':
    'Everything but the head loads: {0} {0|key|keys}; {1} {1|key|keys} of the head changed with the class count, {2} {2|is|are} new.',
  'check.verdict.refused': 'Not as it stands: torch refuses {0} {0|entry|entries} of the file.',
  'check.verdict.newKeys': 'All pretrained keys load: {0}; {1} {1|key|keys} of the model {1|is|are} new.',
  'check.verdict.missing': 'Not as it stands: {0} {0|key|keys} of the model {0|is|are} missing.',
  'check.verdict.loads': 'It loads: all {0} keys.',
  'check.note.ambiguous':
    'Which layer {0} {0|key belongs|keys belong} to cannot be told from keys and shapes: which revision of the source did the checkpoint come from?',
  'check.note.baselineDiffers':
    'The keys of the base source {0} are not those of {1}: it says nothing about where they belong.',
  'check.note.ownLoading': 'Loads in its own way, which only running it shows: {0} ({1} {1|module|modules}).',
  'check.note.retyped': '{0} {0|tensor is|tensors are} converted to the dtype of the model.',
  'check.note.notTheWeights':
    'Every pretrained tensor arrives in its layer: if the result is bad, the weights are not the reason.',
  'check.refused.noTensor': 'The entry “{0}” of the file is no tensor.',
  'check.refused.runningStatistics':
    'The file has running statistics ({0}) for a {1} without, and no version that would explain them.',
} as const;

export const checkZhCn: Readonly<Record<keyof typeof checkEn, string>> = {
  'check.verdict.raises': '{0} 无法构造：{1}：{2}',
  'check.verdict.notKnown': '无法判断：未能充分理解 {0} 的源代码。',
  'check.verdict.nothing': '什么也没加载：文件中的 {0} 个键在模型中都没有对应的层。',
  'check.verdict.droppedAndWrong': '不能直接加载：{0} 个预训练键被丢弃，{1} 个会加载到错误的层。',
  'check.verdict.wrong': '不能直接加载：{0} 个预训练键会加载到错误的层。',
  'check.verdict.dropped': '不能直接加载：{1} 个预训练键中有 {0} 个被丢弃。',
  'check.verdict.headSwap':
    '除检测头或分类头外全部加载：{0} 个键；头部有 {1} 个键随类别数改变，{2} 个为新增。',
  'check.verdict.refused': '不能直接加载：torch 拒绝文件中的 {0} 个条目。',
  'check.verdict.newKeys': '预训练键全部加载：{0} 个；模型新增 {1} 个键。',
  'check.verdict.missing': '不能直接加载：模型缺少 {0} 个键。',
  'check.verdict.loads': '可以加载：全部 {0} 个键。',
  'check.note.ambiguous': '仅凭键名和形状无法判断 {0} 个键属于哪一层：该检查点来自源代码的哪个版本？',
  'check.note.baselineDiffers': '基准源代码 {0} 的键与 {1} 的键不一致：无法据此判断它们属于哪一层。',
  'check.note.ownLoading': '以自定义方式加载，只有运行才能知道结果：{0}（{1} 个模块）。',
  'check.note.retyped': '{0} 个张量会转换为模型的 dtype。',
  'check.note.notTheWeights': '所有预训练张量都加载到了各自的层：如果效果不好，原因不在权重。',
  'check.refused.noTensor': '文件中的条目“{0}”不是张量。',
  'check.refused.runningStatistics':
    '文件中有 {1} 的运行统计量（{0}），但该层不跟踪统计量，文件也没有能说明原因的版本号。',
};
