import { architectureZhCn } from './architecture';
import { checkZhCn } from './check';
import { cliZhCn } from './cli';
import { comparisonZhCn } from './comparison';
import { containersZhCn } from './containers';
import { disassemblyZhCn } from './disassembly';
import { editorZhCn } from './editor';
import type { en } from './en';
import { interpreterZhCn } from './interpreter';
import { outlineZhCn } from './outline';
import { predictionZhCn } from './prediction';
import { readingZhCn } from './reading';
import { reportZhCn } from './report';
import { safetyZhCn } from './safety';
import { safetyViewZhCn } from './safetyView';
import { sourceZhCn } from './source';
import { weightsOnlyZhCn } from './weightsOnly';
import { workerZhCn } from './worker';
import { writingZhCn } from './writing';

/** Simplified Chinese, with the codes and placeholders of the English table. */
export const zhCn = (): Readonly<Record<keyof ReturnType<typeof en>, string>> => ({
  ...architectureZhCn,
  ...checkZhCn,
  ...cliZhCn,
  ...comparisonZhCn,
  ...containersZhCn,
  ...disassemblyZhCn,
  ...editorZhCn,
  ...interpreterZhCn,
  ...outlineZhCn,
  ...predictionZhCn,
  ...readingZhCn,
  ...reportZhCn,
  ...safetyZhCn,
  ...safetyViewZhCn,
  ...sourceZhCn,
  ...weightsOnlyZhCn,
  ...workerZhCn,
  ...writingZhCn,
});
