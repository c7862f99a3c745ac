import { architectureEn } from './architecture';
import { checkEn } from './check';
import { cliEn } from './cli';
import { comparisonEn } from './comparison';
import { containersEn } from './containers';
import { disassemblyEn } from './disassembly';
import { editorEn } from './editor';
import { interpreterEn } from './interpreter';
import { outlineEn } from './outline';
import { predictionEn } from './prediction';
import { readingEn } from './reading';
import { reportEn } from './report';
import { safetyEn } from './safety';
import { safetyViewEn } from './safetyView';
import { sourceEn } from './source';
import { weightsOnlyEn } from './weightsOnly';
import { workerEn } from './worker';
import { writingEn } from './writing';

/**
 * English. It says which codes there are. The table is put together when a text is asked for, which a command
 * that writes JSON mostly does not.
 */
export const en = () =>
  ({
    ...architectureEn,
    ...checkEn,
    ...cliEn,
    ...comparisonEn,
    ...containersEn,
    ...disassemblyEn,
    ...editorEn,
    ...interpreterEn,
    ...outlineEn,
    ...predictionEn,
    ...readingEn,
    ...reportEn,
    ...safetyEn,
    ...safetyViewEn,
    ...sourceEn,
    ...weightsOnlyEn,
    ...workerEn,
    ...writingEn,
  }) as const;
