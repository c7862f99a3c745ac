import type { Message } from './messages';
import type { TextCode } from './texts/text';

/** The text of each reason of the analysis. */
const REASON_TEXTS: Readonly<Record<string, TextCode>> = {
  address: 'architecture.address',
  argumentsNeeded: 'architecture.argumentsNeeded',
  budgetDepth: 'architecture.budgetDepth',
  budgetFiles: 'architecture.budgetFiles',
  budgetForks: 'architecture.budgetForks',
  budgetInteger: 'architecture.budgetInteger',
  budgetItems: 'architecture.budgetItems',
  budgetSteps: 'architecture.budgetSteps',
  budgetTime: 'architecture.budgetTime',
  catalogue: 'architecture.catalogue',
  circularImport: 'architecture.circularImport',
  cycle: 'architecture.cycle',
  device: 'architecture.device',
  dtype: 'architecture.dtype',
  external: 'architecture.external',
  floatPrecision: 'architecture.floatPrecision',
  moduleNotFound: 'architecture.moduleNotFound',
  moduleRaises: 'architecture.moduleRaises',
  nameNotFound: 'architecture.nameNotFound',
  noModule: 'architecture.noModule',
  random: 'architecture.random',
  registry: 'architecture.registry',
  setOrder: 'architecture.setOrder',
  stateDictRaises: 'architecture.stateDictRaises',
  symbolicCondition: 'architecture.symbolicCondition',
  symbolicOperation: 'architecture.symbolicOperation',
  symbolicShape: 'architecture.symbolicShape',
  syntax: 'architecture.syntax',
  tensorMethod: 'architecture.tensorMethod',
  tensorShape: 'architecture.tensorShape',
  tensorValue: 'architecture.tensorValue',
  unreadable: 'architecture.unreadable',
  unsupported: 'architecture.unsupported',
};

/** Why something of a constructor is not known, for a person. */
export function reasonMessage(reason: { readonly code: string; readonly detail: string }): Message {
  return { code: REASON_TEXTS[reason.code] ?? 'architecture.unsupported', args: [reason.detail] };
}

const ASSUMPTION_TEXTS: Readonly<Record<string, TextCode>> = {
  environment: 'architecture.assumes.environment',
  device: 'architecture.assumes.device',
  observer: 'architecture.assumes.observer',
};

/** What an answer rests on, for a person: `environment:RANK`, `device`, `observer:thop`. */
export function assumptionMessage(assumption: string): Message {
  const [kind = '', ...detail] = assumption.split(':');
  return { code: ASSUMPTION_TEXTS[kind] ?? 'architecture.external', args: [detail.join(':')] };
}
