import described from './torchVersions.json';

/** What an allowed global is, and for a dtype, a storage and a tensor type its element's type. */
export interface AllowedGlobal {
  readonly kind: 'class' | 'function' | 'dtype' | 'qscheme' | 'storageType' | 'storageClass' | 'tensorType';
  readonly dtype?: string;
  /** Of a function of torch in Python: how few and how many arguments it takes. */
  readonly arity?: readonly [number, number];
}

/** Rules in which torch's versions differ, as `scripts/weightsOnly/describe.py` found them by trying. */
export interface Rules {
  /** Modules of which no global is taken, whatever a user allows. */
  readonly blockedModules: readonly string[];
  /** Whether GLOBAL translates Python 2's names. */
  readonly python2Names: boolean;
  /** What NEWOBJ makes: parameters only, or everything allowed. */
  readonly creates: 'parameters' | 'allowed';
  /** What BUILD takes: tensors, parameters and OrderedDict, or everything allowed. */
  readonly builds: 'tensors' | 'allowed';
  /** What SETITEM and SETITEMS take. */
  readonly itemTargets: 'any' | 'dictionaries';
  /** Whether a persistent id may be an integer, or anything that is neither integer nor tuple. */
  readonly integerIds: boolean;
  readonly otherIds: boolean;
  /** Whether a TorchScript archive is given to `torch.jit.load` in spite of weights_only. */
  readonly torchscript: 'runs' | 'refuses';
  /** Whether the tar format of torch 0.1 is read in spite of weights_only. */
  readonly tar: 'reads' | 'refuses';
  /** How the size of a storage's record is held against the size that the pickle says. */
  readonly storageSize: 'unchecked' | 'atLeast' | 'exact';
  /** Records that are read where they are there, and refused when they are not as expected. */
  readonly serializationId: boolean;
  readonly storageAlignment: boolean;
  readonly byteOrder: boolean;
  readonly archiveVersions: readonly number[];
  /** Whether a file is read as safetensors because its name says so. */
  readonly safetensorsByName: boolean;
  readonly quantizedChecked: boolean;
  /** Whether a sparse tensor's indices are held against its size. */
  readonly sparseChecked: boolean;
  readonly locations: {
    readonly exact: readonly string[];
    readonly numbered: readonly string[];
    readonly prefix: readonly string[];
  };
}

export interface TorchVersion {
  /** `2.13`. */
  readonly version: string;
  /** What was described: `2.13.0+cpu`. */
  readonly release: string;
  readonly opcodes: ReadonlySet<string>;
  readonly globals: ReadonlyMap<string, AllowedGlobal>;
  readonly rules: Rules;
}

interface DescribedVersion {
  readonly version: string;
  readonly release: string;
  readonly opcodes: readonly string[];
  readonly rules: Rules;
}

interface DescribedGlobal extends AllowedGlobal {
  readonly name: string;
  /** First and last version that allows it. */
  readonly from: string;
  readonly to: string;
}

const { versions, globals } = described as unknown as {
  readonly versions: readonly DescribedVersion[];
  readonly globals: readonly DescribedGlobal[];
};

/** Every version that the model knows, oldest first. */
export const torchVersions: readonly TorchVersion[] = versions.map((one, index) => ({
  version: one.version,
  release: one.release,
  opcodes: new Set(one.opcodes),
  globals: allowedIn(index),
  rules: one.rules,
}));

/** The newest version that the model knows. */
export const newestTorch = versions[versions.length - 1]?.version ?? '';

function allowedIn(index: number): ReadonlyMap<string, AllowedGlobal> {
  const position = new Map(versions.map(({ version }, i) => [version, i]));
  const allowed = new Map<string, AllowedGlobal>();
  for (const one of globals) {
    if (index >= (position.get(one.from) ?? 0) && index <= (position.get(one.to) ?? 0))
      allowed.set(one.name, one);
  }
  return allowed;
}

/** What the versions have in common, as the newest says it. */
export const torchFacts = {
  /** Bytes of an element by dtype; null where torch cannot say and raises. */
  elementSizes: new Map<string, number | null>(Object.entries(described.elementSizes)),
  differentiable: new Set(described.differentiable),
  deviceTypes: new Set(described.deviceTypes),
  layouts: new Set(described.layouts),
  /** Attributes of tensors that do something when they are set. */
  tensorAttributes: new Set(described.tensorAttributes),
  python2: {
    names: new Map(Object.entries(described.names.names)),
    modules: new Map(Object.entries(described.names.modules)),
  },
};

/** The version that `text` names (`2.6`, `2.6.0`, `2.6.0+cu124`), undefined for one that the model does not know. */
export function findTorchVersion(text: string): TorchVersion | undefined {
  const wanted = /^v?(\d+\.\d+)(\.\d+)*((a|b|rc|\.dev|\.post|\+)[\w.+]*)?$/i.exec(text.trim())?.[1];
  return torchVersions.find(({ version }) => version === wanted);
}
