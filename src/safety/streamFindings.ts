import { Op, opcodeName } from '../pickle/opcodes';
import { TensorCall, type TensorCallForm } from '../pickle/tensorCall';
import type { EffectRecord, ImportRecord, StreamParts } from '../pickle/unpickler';
import { PyComputedGlobal, PyExtension, PyGlobal, PyObject, type Value } from '../pickle/values';
import { argumentsOf, pathOf } from './callees';
import type { ExtensionRegistry, NamedGlobal } from './extensionRegistry';
import { isJudgedByName, isSummedUp, judgeCall, judgeEffect, judgeNamed, type Judgement } from './judgeCall';
import { judgeState } from './judgeState';
import { safetyLimits } from './limits';
import type { CallFinding, GlobalFinding, Place, Tier } from './report';
import { argumentsText, calleeText, shown } from './valueText';
import { classify, dangerNote, type Classification } from './vocabulary/classify';

type Counted<T> = { -readonly [K in keyof T]: T[K] };
type OpenGlobal = Omit<Counted<GlobalFinding>, 'calledAt'> & { calledAt: Place[] };
type OpenCall = Counted<CallFinding>;

/** What is known of a global once it was seen, on the value itself. */
interface SeenGlobal {
  readonly classification: Classification;
  readonly finding: OpenGlobal | null;
  readonly isJudgedByName: boolean;
  /** The finding that stands for all calls with an opcode. */
  calls: Map<number, OpenCall> | null;
}

/**
 * What one stream imports, calls and changes. It takes the machine's record in parts, so that a stream of any
 * length is judged in bounded memory.
 */
export class StreamFindings {
  readonly globals = new Map<string, OpenGlobal>();
  readonly calls: OpenCall[] = [];
  /** Arguments of `torch.storage._load_from_bytes`: files of torch inside this one. */
  readonly embedded: Value[] = [];
  omitted = 0;
  private readonly alike = new Map<string, OpenCall>();
  private readonly forms = new Map<TensorCallForm, { readonly call: OpenCall; readonly hooks: OpenCall }>();
  /** What is as harmless as its calls, by its path. */
  private readonly judgedByUse = new Map<
    string,
    { imported: OpenGlobal[]; harmless: number; harmful: number }
  >();
  private hasDangerousCall = false;

  constructor(
    private readonly record: string | null,
    private readonly registry: ExtensionRegistry,
  ) {}

  get hasAny(): boolean {
    return this.globals.size > 0 || this.calls.length > 0;
  }

  /** Whether something would run code or touch files or the network. */
  get isDangerous(): boolean {
    for (const { tier } of this.globals.values()) if (tier === 'dangerous') return true;
    return this.calls.some(({ tier }) => tier === 'dangerous');
  }

  add({ imports, records, effects }: StreamParts): void {
    for (const record of imports) this.addImport(record);
    let next = 0;
    // Calls and effects in the order of the stream: what `add_extension` registers counts from there on.
    for (const record of records) {
      while (next < effects.length && (effects[next] as EffectRecord).offset < record.offset) {
        this.addEffect(effects[next++] as EffectRecord);
      }
      if (record instanceof TensorCall) this.addTensorCall(record);
      else if (record instanceof PyObject) this.addCall(record);
      else if (record instanceof PyExtension) this.addExtension(record);
    }
    while (next < effects.length) this.addEffect(effects[next++] as EffectRecord);
  }

  /** Called after the last part. */
  finish(): void {
    for (const [path, { imported, harmless, harmful }] of this.judgedByUse) {
      // Without a call it was imported for something else.
      if (harmful > 0 || harmless === 0) continue;
      for (const finding of imported) {
        finding.tier = 'torch';
        finding.reason = { code: 'known.python', args: [path.slice(0, path.indexOf('.'))] };
      }
    }
  }

  private addImport({ global, offset }: ImportRecord): void {
    const seen = this.seen(global, offset);
    if (seen.finding === null) this.omitted++;
  }

  private seen(global: PyGlobal, offset: number): SeenGlobal {
    if (global.meaning !== null) return global.meaning as SeenGlobal;
    const isComputed = global instanceof PyComputedGlobal;
    const classification: Classification = isComputed
      ? { tier: 'dangerous', called: 'dangerous', built: 'dangerous', reason: dangerNote('computedName') }
      : classify(global.module, global.name);
    const module = isComputed ? textOf(global.moduleValue) : global.module;
    const name = isComputed ? textOf(global.nameValue) : global.name;
    const finding = this.addGlobal({ module, name }, classification.tier, classification, offset);
    const path = isComputed ? '' : pathOf(global);
    if (judgedByUse.has(path) && finding !== null) this.useOf(path).imported.push(finding);
    const seen: SeenGlobal = {
      classification,
      finding,
      isJudgedByName: !isComputed && isJudgedByName(path) && !needsArguments.has(path),
      calls: null,
    };
    global.meaning = seen;
    return seen;
  }

  private addGlobal(
    { module, name }: NamedGlobal,
    tier: Tier,
    { reason }: Classification,
    offset: number,
  ): OpenGlobal | null {
    const key = `${module}\n${name}`;
    let finding = this.globals.get(key);
    if (finding !== undefined) return finding;
    if (this.globals.size >= safetyLimits.globals && tier !== 'dangerous') return null;
    finding = { module, name, tier, reason, record: this.record, offset, calledAt: [] };
    this.globals.set(key, finding);
    return finding;
  }

  private addExtension({ code, offset }: PyExtension): void {
    const named = this.registry.get(code);
    if (named === null) return;
    const classification = classify(named.module, named.name);
    this.addGlobal(named, classification.tier, classification, offset);
  }

  private addTensorCall(call: TensorCall): void {
    const { form } = call;
    const counted = this.forms.get(form);
    if (counted !== undefined) {
      counted.call.times++;
      counted.hooks.times++;
      return;
    }
    const hooks = this.addCall(call.hooks);
    const outer = this.addCall(call);
    // Any callee may stand where torch writes its own.
    if (hooks === null || outer === null || !isSummedUp(hooks) || !isSummedUp(outer)) return;
    this.forms.set(form, { call: outer, hooks });
  }

  private addCall(call: PyObject): OpenCall | null {
    const { callee } = call;
    if (this.hasDangerousCall && this.calls.length >= safetyLimits.calls) {
      this.omitted++;
      return null;
    }
    const named = callee instanceof PyGlobal ? this.addNamed(call, callee) : null;
    if (named !== null) return named;
    const judgement = judgeCall(call, this.registry);
    if (callee instanceof PyGlobal && judgedByUse.has(pathOf(callee))) {
      if (isSummedUp(judgement)) this.useOf(pathOf(callee)).harmless++;
      else this.useOf(pathOf(callee)).harmful++;
    }
    if (judgement.named !== null) this.addMeaning(call, judgement.named);
    const args = (): string => argumentsText(call);
    return this.addFinding(judgement, () => calleeText(callee), call.opcode, call.offset, args);
  }

  /** A call that its name alone decides and that is one of many alike; null for others. */
  private addNamed(call: PyObject, global: PyGlobal): OpenCall | null {
    const seen = this.seen(global, global.offset);
    if (!seen.isJudgedByName) return null;
    const known = seen.calls?.get(call.opcode);
    if (known !== undefined) {
      known.times++;
      this.addPlace(seen.finding, call.offset);
      return known;
    }
    const isBuilt = call.opcode === Op.NEWOBJ || call.opcode === Op.NEWOBJ_EX;
    const judgement = judgeNamed(global, seen.classification, isBuilt);
    if (!isSummedUp(judgement)) return null;
    this.addPlace(seen.finding, call.offset);
    const args = (): string => argumentsText(call);
    const finding = this.addFinding(judgement, () => calleeText(global), call.opcode, call.offset, args);
    if (finding !== null) (seen.calls ??= new Map()).set(call.opcode, finding);
    return finding;
  }

  /** What the call of a name means beyond itself. */
  private addMeaning(call: PyObject, named: NamedGlobal): void {
    const classification = classify(named.module, named.name);
    const finding = this.addGlobal(named, classification.tier, classification, call.offset);
    this.addPlace(finding, call.offset);
    const path = pathOf(named);
    if (path === 'copyreg.add_extension' || path.startsWith('copyreg.add_extension.')) {
      this.registry.add(call);
    }
    if (path === 'torch.storage._load_from_bytes') {
      const [bytes] = argumentsOf(call);
      if (bytes !== undefined) this.embedded.push(bytes);
    }
  }

  private useOf(path: string): { imported: OpenGlobal[]; harmless: number; harmful: number } {
    let use = this.judgedByUse.get(path);
    if (use === undefined) this.judgedByUse.set(path, (use = { imported: [], harmless: 0, harmful: 0 }));
    return use;
  }

  private addPlace(finding: OpenGlobal | null, offset: number): void {
    if (finding !== null && finding.calledAt.length < safetyLimits.placesPerGlobal) {
      finding.calledAt.push({ record: this.record, offset });
    }
  }

  private addEffect({ opcode, target, argument, offset }: EffectRecord): void {
    const callee = target instanceof PyObject ? target.callee : target;
    const byState = opcode === Op.BUILD ? judgeState(argument) : null;
    if (byState === null && target instanceof PyObject && callee instanceof PyGlobal) {
      const seen = this.seen(callee, callee.offset);
      const known = seen.calls?.get(opcode);
      if (known !== undefined) {
        known.times++;
        return;
      }
    }
    const judgement = byState ?? judgeEffect(target, this.registry);
    const text = (): string => `${calleeText(callee)}.${methodOf(opcode)}`;
    const args = (): string => (argument === undefined ? '…' : shown(argument));
    const finding = this.addFinding(judgement, text, opcode, offset, args);
    if (finding === null || !isSummedUp(judgement)) return;
    if (!(target instanceof PyObject) || !(callee instanceof PyGlobal)) return;
    const seen = this.seen(callee, callee.offset);
    if (seen.isJudgedByName) (seen.calls ??= new Map()).set(opcode, finding);
  }

  private addFinding(
    judgement: Judgement,
    calleeText: () => string,
    opcodeNumber: number,
    offset: number,
    args: () => string,
  ): OpenCall | null {
    const { tier, reason } = judgement;
    const isCommon = isSummedUp(judgement);
    const isFull = this.calls.length >= safetyLimits.calls;
    // What decides the verdict is never left out.
    if (isFull && !isCommon && (tier !== 'dangerous' || this.hasDangerousCall)) {
      this.omitted++;
      return null;
    }
    const callee = calleeText();
    const opcode = opcodeName(opcodeNumber);
    const key = isCommon ? `${tier} ${opcode} ${callee}` : '';
    const known = isCommon ? this.alike.get(key) : undefined;
    if (known !== undefined) {
      known.times++;
      return known;
    }
    if (isFull && isCommon) {
      this.omitted++;
      return null;
    }
    if (tier === 'dangerous') this.hasDangerousCall = true;
    const finding = { callee, args: args(), opcode, tier, reason, times: 1, record: this.record, offset };
    this.calls.push(finding);
    if (isCommon) this.alike.set(key, finding);
    return finding;
  }
}

/** Functions that are as harmless as their uses: `getattr(Outer, "Inner")`, `reduce(operator.or_, (int, type(None)))`. */
const judgedByUse = new Set(['builtins.getattr', 'functools.reduce', '_functools.reduce']);

/** Names whose calls are looked at one by one, for what they are given. */
const needsArguments = new Set(['copyreg.add_extension', 'torch.storage._load_from_bytes']);

function methodOf(opcode: number): string {
  switch (opcode) {
    case Op.BUILD:
      return '__setstate__';
    case Op.APPEND:
      return 'append';
    case Op.APPENDS:
      return 'extend';
    case Op.ADDITEMS:
      return 'add';
    default:
      return '__setitem__';
  }
}

function textOf(value: Value): string {
  return typeof value === 'string' ? value : shown(value);
}
