import type { CandidateStateDict, StateDictReader } from '../stateDict/candidate';
import type { StateDict, StateDictEntry } from '../stateDict/stateDict';
import type { Checkpoint, CheckpointFormat } from './checkpoint';
import type { Child, Content, DictContent, ModuleContent, PathElement } from './content';

/** Contents looked at for state_dicts: a training checkpoint has some hundreds outside of them. */
const MAX_CONTENTS = 100_000;
/** State_dicts of one file; a file with more is a collection, and nobody chooses among so many. */
const MAX_CANDIDATES = 256;

/** Levels above a state_dict or a module inside one; real ones have some twenty. */
const MAX_DEPTH = 200;

/** Formats that keep no order of keys that means anything. */
const UNORDERED: readonly CheckpointFormat[] = ['safetensors', 'sharded', 'dcp'];

/** Formats that `torch.load` does not read. */
const READERS: Partial<Record<CheckpointFormat, StateDictReader>> = {
  safetensors: 'safetensors',
  sharded: 'shards',
  pickle: 'pickle',
};

/** What such formats put beside the tensors about the file itself. */
const HEADER_NAMES: Partial<Record<CheckpointFormat, string>> = {
  safetensors: '__metadata__',
  sharded: 'metadata',
};

/**
 * The parts of a checkpoint that `load_state_dict` could be given, in the order of the file: dicts with string
 * keys and tensors among their values, and whole modules. The insides of an optimizer are none.
 */
export function candidateStateDicts(checkpoint: Checkpoint): CandidateStateDict[] {
  const found: CandidateStateDict[] = [];
  const seen = new Set<Content>();
  const open: Reached[] = [{ content: checkpoint.root, path: [], access: '' }];
  const reader = READERS[checkpoint.format] ?? 'torch';
  const ordered = !UNORDERED.includes(checkpoint.format);
  // Breadth first, so that what lies near the root is found whatever the rest holds.
  for (let next = 0; next < open.length && next < MAX_CONTENTS; next++) {
    const { content, path, access } = open[next] as Reached;
    if (seen.has(content) || found.length === MAX_CANDIDATES) continue;
    seen.add(content);
    if (content.type === 'scalar' || content.type === 'tensor') continue;
    if (content.type === 'module') {
      const whole = access === null ? null : `${access}.state_dict()`;
      found.push({ path, access: whole, reader, ordered, ...moduleState(content) });
      continue;
    }
    if (content.type === 'dict') {
      if (isOptimizer(content)) continue;
      const header = path.length === 0 ? (HEADER_NAMES[checkpoint.format] ?? null) : null;
      const stateDict = dictState(content, header);
      if (stateDict !== null) {
        found.push({ path, access, reader, ordered, stateDict, classes: null });
        if ([...stateDict.entries.values()].every(({ tensor }) => tensor !== null)) continue;
      }
    }
    if (path.length === MAX_DEPTH) continue;
    for (const child of content.children()) {
      if (!isOptimizerName(child.name) && child.name !== '_metadata') {
        const reached = access === null || child.access === null ? null : access + child.access;
        open.push({ content: child.content, path: [...path, child.name], access: reached });
      }
    }
  }
  return found;
}

interface Reached {
  readonly content: Content;
  readonly path: readonly PathElement[];
  readonly access: string | null;
}

function isOptimizerName(name: PathElement): boolean {
  return /^(?:optim|lr_sched)/i.test(String(name));
}

/** `torch.optim.Optimizer.state_dict()` has exactly these two. */
function isOptimizer(content: DictContent): boolean {
  const names = content.children().map(({ name }) => name);
  return names.includes('param_groups') && names.includes('state');
}

/** A dict as a state_dict; null where it holds no tensor of its own or has keys that are no strings. */
function dictState(content: DictContent, header: string | null): StateDict | null {
  const items = content.children().filter((child) => child.role === 'item' && child.name !== header);
  if (!items.some(({ content: { type } }) => type === 'tensor')) return null;
  if (items.some(({ name }) => typeof name !== 'string')) return null;
  const entries = new Map<string, StateDictEntry>();
  for (const { name, content: value } of items) {
    const tensor = value.type === 'tensor' ? value.tensor : null;
    entries.set(String(name), { key: String(name), tensor, origin: tensor?.storage?.source ?? null });
  }
  const metadata = content.children().find(({ name, role }) => role !== 'item' && name === '_metadata');
  return { entries, metadata: metadata === undefined ? null : metadataOf(metadata.content) };
}

/** `_metadata`: a dict of dicts with a `version` each. */
function metadataOf(content: Content): StateDict['metadata'] {
  if (content.type !== 'dict') return null;
  const result = new Map<string, { readonly version: number | null }>();
  for (const { name, content: about } of content.children()) {
    const facts = about.type === 'dict' ? about.children() : [];
    const version = facts.find((fact) => fact.name === 'version')?.content;
    const known = version?.type === 'scalar' && typeof version.value === 'number' ? version.value : null;
    result.set(String(name), { version: known });
  }
  return result;
}

interface OpenModule {
  readonly path: string;
  readonly module: ModuleContent;
  /** Modules around it: one inside itself has no end. */
  readonly around: readonly ModuleContent[];
}

/** What `module.state_dict()` gives: each module's parameters, buffers, then its children's. */
function moduleState(root: ModuleContent): Pick<CandidateStateDict, 'stateDict' | 'classes'> {
  const entries = new Map<string, StateDictEntry>();
  const classes = new Map<string, string>();
  const open: OpenModule[] = [{ path: '', module: root, around: [] }];
  while (open.length > 0) {
    const { path, module, around } = open.pop() as OpenModule;
    classes.set(path, module.pythonType);
    const children = module.children();
    for (const role of ['parameter', 'buffer'] as const) addTensors(children, role, path, entries);
    const inner = children.flatMap(({ role, name, content }): OpenModule[] =>
      role === 'module' &&
      content.type === 'module' &&
      content !== module &&
      around.length < MAX_DEPTH &&
      !around.includes(content)
        ? [{ path: joined(path, name), module: content, around: [...around, module] }]
        : [],
    );
    for (const module of inner.reverse()) open.push(module);
  }
  return { stateDict: { entries, metadata: null }, classes };
}

function addTensors(
  children: readonly Child[],
  role: Child['role'],
  path: string,
  entries: Map<string, StateDictEntry>,
): void {
  for (const child of children) {
    if (child.role !== role || child.content.type !== 'tensor') continue;
    const key = joined(path, child.name);
    const { tensor } = child.content;
    entries.set(key, { key, tensor, origin: tensor.storage?.source ?? null });
  }
}

function joined(path: string, name: PathElement): string {
  return path === '' ? String(name) : `${path}.${name}`;
}
