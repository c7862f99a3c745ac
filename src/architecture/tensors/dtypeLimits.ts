import { defineClassOf, method } from '../builtins/define';
import { type Interpreter, unknownReason } from '../machine';
import { type PyClass, PyInstance, type Value } from '../values';
import { categoryOf, dtypeName, isFloating } from './dtypes';

interface FloatLimits {
  readonly max: number;
  readonly eps: number;
  readonly tiny: number;
  readonly resolution: number;
}

/** What `torch.finfo` says of the dtypes; their bits follow from their names. */
const FLOATS: Readonly<Record<string, FloatLimits>> = {
  float16: { max: 65504, eps: 2 ** -10, tiny: 2 ** -14, resolution: 1e-3 },
  bfloat16: { max: (2 - 2 ** -7) * 2 ** 127, eps: 2 ** -7, tiny: 2 ** -126, resolution: 1e-2 },
  float32: { max: (2 - 2 ** -23) * 2 ** 127, eps: 2 ** -23, tiny: 2 ** -126, resolution: 1e-6 },
  float64: { max: Number.MAX_VALUE, eps: 2 ** -52, tiny: 2 ** -1022, resolution: 1e-15 },
};

/** `torch.finfo` and `torch.iinfo`: the limits of a dtype as attributes. */
export function limitClasses(vm: Interpreter, defaultDtype: string): Readonly<Record<string, PyClass>> {
  return {
    finfo: limitClass(vm, 'finfo', (name) => {
      const limits = FLOATS[name ?? defaultDtype];
      if (limits === undefined) return isFloating(name ?? '') ? null : 'refused';
      const { tiny, ...others } = limits;
      return { ...others, min: -limits.max, tiny, smallest_normal: tiny };
    }),
    iinfo: limitClass(vm, 'iinfo', (name) => {
      const bits = /^(u?)int(\d+)$/.exec(name ?? '');
      if (bits === null) return name !== null && categoryOf(name) > 1 ? 'refused' : null;
      const size = 2n ** (BigInt(bits[2] ?? 0) - (bits[1] === 'u' ? 0n : 1n));
      return { min: bits[1] === 'u' ? 0n : -size, max: size - 1n };
    }),
  };
}

/** Null for dtypes whose limits are not told here. */
type Limits = Readonly<Record<string, Value>> | 'refused' | null;

function limitClass(vm: Interpreter, name: string, limitsOf: (dtype: string | null) => Limits): PyClass {
  const known = vm.classes.get(name);
  if (known !== undefined) return known;
  const cls = defineClassOf(
    vm,
    name,
    'object',
    (context, made, args, keywords) => {
      const given = args[0] ?? keywords.get('type') ?? keywords.get('dtype');
      const dtype = dtypeName(given);
      if (given !== undefined && dtype === null) {
        const reason = unknownReason(given);
        if (reason === null) context.raise('TypeError', `${name}() needs a dtype`);
        return context.unknown('dtype', '');
      }
      const limits = limitsOf(dtype);
      if (limits === null) return context.unknown('unsupported', `torch.${name}`);
      if (limits === 'refused')
        return context.raise('TypeError', `torch.${name}() is not for ${String(dtype)}`);
      const instance = new PyInstance(made);
      for (const [key, value] of Object.entries(limits)) instance.dict.set(key, value);
      const own = dtype ?? 'float32';
      instance.dict.set('bits', BigInt(/\d+$/.exec(own)?.[0] ?? 0));
      instance.dict.set('dtype', own);
      return instance;
    },
    'torch',
  );
  method(cls, '__init__', () => null, true);
  return cls;
}
