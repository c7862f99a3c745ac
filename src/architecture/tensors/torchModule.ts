import { call } from '../calls';
import { getAttribute } from '../attributes';
import { UnknownOperand } from '../errors';
import { type Interpreter, nativeOfAny, unknownReason } from '../machine';
import { importModule } from '../imports';
import { moduleVariable, type NativeModule } from '../moduleTable';
import { truth } from '../truth';
import { defineClassOf, method } from '../builtins/define';
import {
  Deferred,
  type Keywords,
  NO_KEYWORDS,
  PyInstance,
  PyList,
  PyRange,
  type PyModule,
  PyTensor,
  PyTuple,
  PyUnknown,
  type Value,
} from '../values';
import {
  arange,
  checkHeld,
  checkSizes,
  filled,
  full,
  givenDtype,
  linspace,
  newTensor,
  sharedTensor,
  sizedFactory,
  tensorFrom,
  DEFAULT_DTYPE,
} from './creation';
import {
  categoryOf,
  DTYPE_ALIASES,
  DTYPE_NAMES,
  dtypeName,
  dtypeObject,
  isFloating,
  promote,
} from './dtypes';
import { arrayValues } from './arrays';
import { complex, polar, viewAsComplex, viewAsReal } from './complexNumbers';
import { limitClasses } from './dtypeLimits';
import { einsum } from './einsum';
import { resultOf } from './gradients';
import { cat, hstack, meshgrid, stack, vstack } from './joining';
import { checkArguments, OPTIONS } from './signatures';
import { option } from './tensorMethod';
import { takesMany, TENSOR_METHODS } from './methods';
import { dimension, requireShape, sizesOf, tensorArgument } from './shapes';
import { elementwise, tensorBinary, tensorUnary } from './elementwise';

export function installTensorClasses(vm: Interpreter): void {
  const tensor = defineClassOf(
    vm,
    'Tensor',
    'object',
    (context, _cls, args) => {
      const [first] = args;
      // Of a tensor it makes another over the same values, whatever its dtype.
      return legacyTensor(context, (first instanceof PyTensor ? first.dtype : null) ?? DEFAULT_DTYPE, args);
    },
    'torch',
  );
  method(tensor, '__init__', () => null, true);
  method(
    tensor,
    '__len__',
    (context, [self]) => requireShape(context, tensorArgument(context, self))[0] ?? 0n,
  );
  method(tensor, '__iter__', (context, [self]) =>
    call(context, context.builtins.get('iter') ?? null, [self ?? null]),
  );
  method(tensor, '__hash__', (_context, [self]) => (self instanceof PyTensor ? BigInt(self.id) : 0n));
  method(tensor, '__neg__', (context, [self]) => tensorUnary(context, '-', tensorArgument(context, self)));
  method(
    tensor,
    '__torch_function__',
    (context) => context.unknown('unsupported', '__torch_function__'),
    true,
  );
  // torch calls methods through the class too: `torch.Tensor.add(x, 1)`.
  for (const [name, run] of Object.entries(TENSOR_METHODS)) {
    method(
      tensor,
      name,
      (context, [self, ...args], keywords) => run(context, tensorArgument(context, self), args, keywords),
      true,
    );
  }
  defineClassOf(vm, 'dtype', 'object', null, 'torch');
  defineClassOf(
    vm,
    'device',
    'object',
    (context, cls, args) => {
      const instance = new PyInstance(cls);
      const [type] = args;
      instance.dict.set(
        'type',
        typeof type === 'string' ? type.replace(/:.*/, '') : context.unknown('device', ''),
      );
      instance.dict.set('index', null);
      return instance;
    },
    'torch',
  );
  method(vm.class('device'), '__init__', () => null, true);
  const size = defineClassOf(vm, 'Size', 'tuple', null, 'torch');
  method(size, 'numel', (context, [self]) =>
    self instanceof PyTuple
      ? self.items.reduce<Value>((a, b) => call(context, context.builtins.get('\0mul') ?? null, [a, b]), 1n)
      : 0n,
  );
  defineClassOf(vm, 'Generator', 'object', (_context, cls) => new PyInstance(cls), 'torch');
  vm.classes.delete('Generator');
}

const likeFactory =
  (name: string, value: number | null): Native =>
  (vm, args, keywords) => {
    checkArguments(vm, name, `input:T | ${OPTIONS} memory_format:a`, args, keywords);
    const like = tensorArgument(vm, args[0] ?? keywords.get('input'));
    const dtype = givenDtype(keywords, like.dtype ?? DEFAULT_DTYPE, vm);
    if (/^rand/.test(name) && !isFloating(dtype)) throw new UnknownOperand(vm.reason('unsupported', name));
    const made = filled(vm, requireShape(vm, like), dtype, value, keywords);
    made.strided = like.strided;
    return made;
  };

/** `torch.FloatTensor(…)` and its kin: of sizes, or of the items of a sequence. */
function legacyTensor(vm: Interpreter, dtype: string, args: readonly Value[]): Value {
  const [first] = args;
  if (first instanceof PyTensor && first.dtype === dtype && args.length === 1)
    return TENSOR_METHODS['detach']?.(vm, first, [], NO_KEYWORDS) ?? first;
  const isData =
    first instanceof PyList ||
    first instanceof PyRange ||
    arrayValues(first) !== null ||
    (first instanceof PyTuple && first.cls === null);
  if (first !== undefined && !isData) {
    if (first instanceof PyTensor || (first instanceof PyTuple && args.length > 1))
      throw new UnknownOperand(vm.reason('unsupported', `a tensor of ${dtype}`));
    const sizes = sizesOf(vm, args);
    checkSizes(vm, sizes);
    return newTensor(vm, sizes, dtype);
  }
  if (first === undefined) return newTensor(vm, [0n], dtype);
  const inferred = tensorFrom(vm, [first], NO_KEYWORDS);
  const own = inferred instanceof PyTensor ? inferred.dtype : null;
  const isEmpty = inferred instanceof PyTensor && inferred.shape?.some((size) => size === 0n) === true;
  // Numbers that the dtype does not hold are refused.
  if (args.length > 1 || own === null || (categoryOf(own) > categoryOf(dtype) && !isEmpty))
    throw new UnknownOperand(vm.reason('unsupported', `a tensor of ${dtype}`));
  return tensorFrom(vm, [first], new Map([['dtype', dtypeObject(vm, dtype)]]));
}

const eye: Native = (vm, args, keywords) => {
  checkArguments(vm, 'eye', `n:i m:?I | ${OPTIONS}`, args, keywords);
  const rows = dimension(vm, option(args, keywords, 0, 'n'));
  const columns = option(args, keywords, 1, 'm') ?? null;
  const sizes = [rows, columns === null ? rows : dimension(vm, columns)];
  checkSizes(vm, sizes);
  return newTensor(vm, sizes, givenDtype(keywords, DEFAULT_DTYPE, vm), isGiven(vm, keywords));
};

function isGiven(vm: Interpreter, keywords: Keywords): boolean {
  return truth(vm, keywords.get('requires_grad') ?? false) === true;
}

const randint: Native = (vm, args, keywords) => {
  const options = `${OPTIONS} generator:a`;
  checkArguments(
    vm,
    'randint',
    `high:i size:s | ${options};low:i high:i size:s | ${options}`,
    args,
    keywords,
  );
  const bounds = args.filter((argument) => !(argument instanceof PyTuple || argument instanceof PyList));
  const low = keywords.get('low') ?? (bounds.length === 2 ? bounds[0] : 0n);
  const high = keywords.get('high') ?? bounds[bounds.length - 1];
  const dtype = givenDtype(keywords, 'int64', vm);
  const isFull = typeof low === 'bigint' && typeof high === 'bigint' && low < high;
  if (!isFull || !['int64', 'int32', 'float32'].includes(dtype))
    throw new UnknownOperand(vm.reason('unsupported', 'randint'));
  const sizes = sizesOf(vm, [
    keywords.get('size') ?? args.find((one) => one instanceof PyTuple || one instanceof PyList) ?? null,
  ]);
  checkSizes(vm, sizes);
  return newTensor(vm, sizes, dtype);
};

const randperm: Native = (vm, args, keywords) => {
  checkArguments(vm, 'randperm', `n:i | ${OPTIONS} generator:a`, args, keywords);
  const dtype = givenDtype(keywords, 'int64', vm);
  if (!['int64', 'int32'].includes(dtype)) throw new UnknownOperand(vm.reason('unsupported', 'randperm'));
  const sizes = [dimension(vm, option(args, keywords, 0, 'n'))];
  checkSizes(vm, sizes);
  return newTensor(vm, sizes, dtype);
};

const normal: Native = (vm, args, keywords) => {
  checkArguments(vm, 'normal', `mean:n std:n size:s | ${OPTIONS} generator:a`, args, keywords);
  const sizes = sizesOf(vm, [option(args, keywords, 2, 'size') ?? null]);
  checkSizes(vm, sizes);
  const std = option(args, keywords, 1, 'std') ?? null;
  const dtype = givenDtype(keywords, DEFAULT_DTYPE, vm);
  if ((typeof std !== 'number' && typeof std !== 'bigint') || std < 0 || !isFloating(dtype))
    throw new UnknownOperand(vm.reason('unsupported', 'torch.normal'));
  return newTensor(vm, sizes, dtype, isGiven(vm, keywords));
};

const where: Native = (vm, args, keywords) => {
  checkArguments(vm, 'where', 'condition:T input/self:o other:o', args, keywords);
  const condition = tensorArgument(vm, option(args, keywords, 0, 'condition'));
  const input = option(args, keywords, 1, 'input', 'self') ?? null;
  const other = option(args, keywords, 2, 'other') ?? null;
  if (condition.dtype !== 'bool') throw new UnknownOperand(vm.reason('unsupported', 'where'));
  return elementwise(vm, [input, other], [condition]);
};

const outer: Native = (vm, args, keywords) => {
  checkArguments(vm, 'outer', 'input:T vec2:T', args, keywords);
  const a = tensorArgument(vm, option(args, keywords, 0, 'input'));
  const b = tensorArgument(vm, option(args, keywords, 1, 'vec2'));
  const [rows, ...more] = requireShape(vm, a);
  const [columns, ...others] = requireShape(vm, b);
  if (rows === undefined || columns === undefined || more.length + others.length > 0)
    return vm.raise('RuntimeError', 'outer: Expected 1-D arguments');
  if (a.dtype === null || b.dtype === null) throw new UnknownOperand(vm.reason('dtype', 'outer'));
  return resultOf(vm, [rows, columns], promote(a.dtype, b.dtype), a.requiresGrad || b.requiresGrad);
};

/** `diag(input, diagonal)`: a matrix with that diagonal, or the diagonal of a matrix. */
const diag: Native = (vm, args, keywords) => {
  checkArguments(vm, 'diag', 'input:T diagonal:?i', args, keywords);
  const tensor = tensorArgument(vm, option(args, keywords, 0, 'input'));
  const offset = option(args, keywords, 1, 'diagonal') ?? 0n;
  const [rows, columns, ...more] = requireShape(vm, tensor);
  if (rows === undefined || more.length > 0)
    return vm.raise('RuntimeError', 'diag(): expected a matrix or a vector');
  if (
    typeof offset !== 'bigint' ||
    typeof rows !== 'bigint' ||
    (columns !== undefined && typeof columns !== 'bigint')
  )
    throw new UnknownOperand(vm.reason('symbolicOperation', 'diag'));
  const shift = offset < 0n ? -offset : offset;
  if (columns === undefined) {
    return resultOf(vm, [rows + shift, rows + shift], tensor.dtype, tensor.requiresGrad);
  }
  const down = offset < 0n ? rows - shift : rows;
  const across = offset < 0n ? columns : columns - shift;
  const length = down < across ? down : across;
  if (length < 0n) throw new UnknownOperand(vm.reason('unsupported', 'diag'));
  return resultOf(vm, [length], tensor.dtype, tensor.requiresGrad);
};

/** A function of the catalogue's torch.nn.functional. */
function ofFunctional(vm: Interpreter, name: string): Deferred {
  return new Deferred(() => {
    const module = importModule(vm, 'torch.nn.functional');
    if (module instanceof PyUnknown) return module;
    return moduleVariable(vm, module, name) ?? vm.unknown('catalogue', name);
  });
}

type Native = (vm: Interpreter, args: readonly Value[], keywords: Keywords) => Value;

/** Decorators and marks that change nothing here. */
const identity: Native = (_vm, args, keywords) => {
  const [first] = args;
  if (first !== undefined) return first;
  return keywords.get('fn') ?? keywords.get('obj') ?? IDENTITY;
};
const IDENTITY = nativeOfAny('identity', (_vm, args) => args[0] ?? null);

/** `torch`: what is not said here is unknown, and taints what it is given. */
export const torchModule: NativeModule = (vm, module) => {
  const set = (name: string, value: Value | Deferred): void => {
    module.variables.set(name, value);
  };
  const on = (name: string, run: Native): void => set(name, nativeOfAny(name, wrapUnknown(run)));
  for (const name of DTYPE_NAMES) set(name, dtypeObject(vm, name));
  for (const [alias, name] of Object.entries(DTYPE_ALIASES)) set(alias, dtypeObject(vm, name));
  set('Tensor', vm.class('Tensor'));
  set('Size', vm.class('Size'));
  set('dtype', vm.class('dtype'));
  set('device', vm.class('device'));
  set('__version__', '2.13.0');
  set('strided', vm.unknown('unsupported', 'strided'));
  for (const [name, value] of [
    ['pi', Math.PI],
    ['inf', Infinity],
    ['nan', NaN],
    ['e', Math.E],
  ] as const)
    set(name, value);
  for (const [name, value] of [
    ['zeros', 0],
    ['ones', 1],
    ['empty', null],
    ['rand', null],
    ['randn', null],
  ] as const) {
    on(name, sizedFactory(name, value));
    on(`${name}_like`, likeFactory(`${name}_like`, value));
  }
  for (const [name, dtype] of [
    ['FloatTensor', 'float32'],
    ['LongTensor', 'int64'],
    ['DoubleTensor', 'float64'],
    ['IntTensor', 'int32'],
    ['BoolTensor', 'bool'],
    ['ByteTensor', 'uint8'],
    ['HalfTensor', 'float16'],
  ] as const) {
    on(name, (context, args) => legacyTensor(context, dtype, args));
  }
  on('full', full);
  on('full_like', (context, args, keywords) => {
    checkArguments(context, 'full_like', `input:T fill_value:n | ${OPTIONS} memory_format:a`, args, keywords);
    const named = new Map([...keywords].filter(([key]) => key !== 'fill_value'));
    const made = likeFactory('full_like', null)(context, args.slice(0, 1), named);
    const value = option(args, keywords, 1, 'fill_value') ?? null;
    if (made instanceof PyTensor && made.dtype !== null) checkHeld(context, value, made.dtype);
    return made;
  });
  on('arange', arange);
  on('linspace', linspace);
  on('tensor', tensorFrom);
  on('as_tensor', sharedTensor);
  on('asarray', sharedTensor);
  on('from_numpy', (context, args) => {
    const values = arrayValues(args[0]);
    if (values === null) tensorArgument(context, args[0] instanceof PyTensor ? null : args[0]);
    return values === null ? null : (TENSOR_METHODS['detach']?.(context, values, [], NO_KEYWORDS) ?? null);
  });
  on('eye', eye);
  on('randint', randint);
  on('randperm', randperm);
  on('normal', normal);
  on('cat', cat);
  on('concat', cat);
  on('concatenate', cat);
  on('stack', stack);
  on('meshgrid', meshgrid);
  on('is_tensor', (_context, args) => args[0] instanceof PyTensor);
  on('is_floating_point', (context, args) =>
    call(context, getAttribute(context, args[0] ?? null, 'is_floating_point'), []),
  );
  on('get_default_dtype', (context) => dtypeObject(context, DEFAULT_DTYPE));
  on('set_default_dtype', (context, args) => {
    if (dtypeName(args[0]) !== DEFAULT_DTYPE)
      context.mayRaise.push(context.reason('unsupported', 'set_default_dtype'));
    return null;
  });
  on('numel', (context, args) => call(context, getAttribute(context, args[0] ?? null, 'numel'), []));
  on('where', where);
  on('outer', outer);
  on('ger', outer);
  on('diag', diag);
  on('einsum', einsum);
  on('polar', polar);
  on('complex', complex);
  on('view_as_real', viewAsReal);
  on('view_as_complex', viewAsComplex);
  on('hstack', hstack);
  on('vstack', vstack);
  for (const [name, cls] of Object.entries(limitClasses(vm, DEFAULT_DTYPE))) set(name, cls);
  on('broadcast_tensors', (context) => context.unknown('unsupported', 'broadcast_tensors'));
  on('pow', (context, args, keywords) => {
    checkArguments(context, 'pow', 'input/self:o exponent:o', args, keywords);
    const base = option(args, keywords, 0, 'input', 'self') ?? null;
    const exponent = option(args, keywords, 1, 'exponent') ?? null;
    if (!(base instanceof PyTensor) && !(exponent instanceof PyTensor))
      throw new UnknownOperand(unknownReason(base) ?? context.reason('unsupported', 'torch.pow'));
    return tensorBinary(context, '**', base, exponent);
  });
  // Methods as functions of their first argument.
  for (const [name, run] of Object.entries(TENSOR_METHODS)) {
    if (module.variables.has(name) || name.startsWith('__') || METHODS_ONLY.has(name)) continue;
    on(name, (context, args, keywords) => {
      const [self, ...rest] = args;
      const input = self ?? keywords.get('input') ?? null;
      // Few functions take a number for the first tensor.
      if (!(input instanceof PyTensor))
        throw new UnknownOperand(unknownReason(input) ?? context.reason('unsupported', `torch.${name}`));
      if (takesMany(name) && rest.length > 0 && !(rest[0] instanceof PyTuple || rest[0] instanceof PyList))
        throw new UnknownOperand(context.reason('unsupported', `arguments of torch.${name}`));
      const others = new Map([...keywords].filter(([key]) => key !== 'input'));
      return run(context, tensorArgument(context, input), rest, others);
    });
  }
  for (const name of ['conv1d', 'conv2d', 'conv3d', 'max_pool2d', 'layer_norm', 'pixel_shuffle']) {
    set(name, ofFunctional(vm, name));
  }
  set(
    '_assert',
    nativeOfAny('_assert', () => null),
  );
  set('_C', vm.unknown('unsupported', 'torch._C'));
  for (const name of ['no_grad', 'inference_mode', 'enable_grad', 'set_grad_enabled']) {
    set(name, gradModeManager(vm, name));
  }
  set('is_grad_enabled', nativeOfAny('is_grad_enabled', gradModeValue));
  set('autocast', contextDecorator(vm));
  set(
    'manual_seed',
    nativeOfAny('manual_seed', () => null),
  );
  set(
    'set_printoptions',
    nativeOfAny('set_printoptions', () => null),
  );
  set(
    'use_deterministic_algorithms',
    nativeOfAny('use_deterministic_algorithms', () => null),
  );
  set(
    'compile',
    nativeOfAny('compile', (context, args) =>
      args.length === 0 ? IDENTITY : context.unknown('unsupported', 'torch.compile'),
    ),
  );
  set(
    'load',
    nativeOfAny('load', (context) => context.unknown('external', 'torch.load')),
  );
  set(
    'save',
    nativeOfAny('save', () => null),
  );
  set('channels_last', vm.unknown('unsupported', 'memory format'));
  set('contiguous_format', vm.unknown('unsupported', 'memory format'));
  set('preserve_format', vm.unknown('unsupported', 'memory format'));
  module.fallback = (name) => vm.unknown('catalogue', `torch.${name}`);
};

/** Methods of tensors that are no functions of torch; `torch.cpu` and `torch.cuda` are modules. */
const METHODS_ONLY = new Set(
  'add_ addcdiv_ addcmul_ apply_ backward byte cauchy_ contiguous copy_ cpu cuda dim div_ element_size erfinv_ expand expand_as exponential_ eye_ fill_diagonal_ geometric_ index_fill_ is_contiguous item lerp_ log_normal_ masked_fill_ mul_ ndimension nelement new_empty new_full new_ones new_tensor new_zeros normal_ numpy pin_memory pow_ random_ register_hook repeat requires_grad_ reshape_as retain_grad scatter_ share_memory_ size stride sub_ to tolist tril_ triu_ trunc_normal_ type type_as uniform_ view view_as'.split(
    ' ',
  ),
);

function wrapUnknown(run: Native): Native {
  return (vm, args, keywords) => {
    try {
      return run(vm, args, keywords);
    } catch (error) {
      if (error instanceof UnknownOperand) return new PyUnknown(error.reason, vm.class('Tensor'));
      throw error;
    }
  };
}

function gradModeManager(vm: Interpreter, name: string): Deferred {
  return new Deferred(() => {
    const module = importModule(vm, '_grad_mode');
    if (module instanceof PyUnknown) return module;
    return moduleVariable(vm, module, name) ?? vm.unknown('catalogue', name);
  });
}

const gradModeValue: Native = ({ gradMode }) =>
  typeof gradMode === 'boolean' ? gradMode : new PyUnknown(gradMode);

/** `torch.autocast`: a context manager and a decorator, with or without brackets. */
function contextDecorator(vm: Interpreter): Value {
  const cls = vm.classes.get('grad_mode') ?? defineGradMode(vm);
  return cls;
}

function defineGradMode(vm: Interpreter): Value {
  const cls = defineClassOf(
    vm,
    'grad_mode',
    'object',
    (_context, made, args) => {
      const [first] = args;
      if (first !== undefined && first !== null && typeof first === 'object' && !(first instanceof PyUnknown))
        return first;
      return new PyInstance(made);
    },
    'torch',
  );
  method(cls, '__init__', () => null, true);
  method(cls, '__enter__', () => null, true);
  method(cls, '__exit__', () => false, true);
  method(cls, '__call__', (_context, args) => args[1] ?? null, true);
  return cls;
}

/** Submodules of torch that hold decorators and questions about the machine. */
export function torchSubmodules(): Map<string, NativeModule> {
  const result = new Map<string, NativeModule>();
  const quiet =
    (members: Readonly<Record<string, Native>>, name: string): NativeModule =>
    (vm: Interpreter, module: PyModule) => {
      for (const [member, run] of Object.entries(members))
        module.variables.set(member, nativeOfAny(member, run));
      module.fallback = (member) => vm.unknown('catalogue', `${name}.${member}`);
    };
  result.set('torch.jit', (vm, module) => {
    for (const name of [
      'script',
      'ignore',
      'unused',
      'export',
      'interface',
      'script_if_tracing',
      'script_method',
    ]) {
      module.variables.set(name, nativeOfAny(name, identity));
    }
    for (const name of ['is_scripting', 'is_tracing'])
      module.variables.set(
        name,
        nativeOfAny(name, () => false),
      );
    module.variables.set(
      'annotate',
      nativeOfAny('annotate', (_context, args) => args[1] ?? null),
    );
    module.variables.set('Final', vm.class('object'));
    module.variables.set('ScriptModule', vm.unknown('catalogue', 'torch.jit.ScriptModule'));
    module.variables.set('_overload_method', nativeOfAny('_overload_method', identity));
    module.fallback = (name) => vm.unknown('catalogue', `torch.jit.${name}`);
  });
  const onMachine: Record<string, Native> = {
    is_available: (context) => {
      context.assumptions.add('device');
      return new PyUnknown(context.reason('device', 'is_available'), context.class('bool'));
    },
    device_count: (context) => new PyUnknown(context.reason('device', 'device_count'), context.class('int')),
    empty_cache: () => null,
    manual_seed: () => null,
    manual_seed_all: () => null,
    synchronize: () => null,
  };
  for (const name of ['torch.cuda', 'torch.backends.mps', 'torch.mps', 'torch.xpu'])
    result.set(name, quiet(onMachine, name));
  result.set('torch.cuda.amp', (vm, module) => {
    module.variables.set('autocast', vm.classes.get('grad_mode') ?? defineGradMode(vm));
    module.variables.set('custom_fwd', nativeOfAny('custom_fwd', identity));
    module.variables.set('custom_bwd', nativeOfAny('custom_bwd', identity));
    module.fallback = (name) => vm.unknown('catalogue', `torch.cuda.amp.${name}`);
  });
  result.set('torch.amp', (vm, module) => {
    module.variables.set('autocast', vm.classes.get('grad_mode') ?? defineGradMode(vm));
    module.fallback = (name) => vm.unknown('catalogue', `torch.amp.${name}`);
  });
  result.set('torch.fx', (vm, module) => {
    module.variables.set('wrap', nativeOfAny('wrap', identity));
    module.fallback = (name) => vm.unknown('catalogue', `torch.fx.${name}`);
  });
  result.set('torch.fx._symbolic_trace', (vm, module) => {
    module.variables.set(
      'is_fx_tracing',
      nativeOfAny('is_fx_tracing', () => false),
    );
    module.fallback = (name) => vm.unknown('catalogue', name);
  });
  result.set(
    'torch.compiler',
    quiet({ disable: identity, is_compiling: () => false, allow_in_graph: identity }, 'torch.compiler'),
  );
  result.set('torch._dynamo', quiet({ disable: identity, is_compiling: () => false }, 'torch._dynamo'));
  result.set('torch.utils.checkpoint', (vm, module) => {
    module.variables.set(
      'checkpoint',
      nativeOfAny('checkpoint', (context, [callee, ...args]) => call(context, callee ?? null, args)),
    );
    module.fallback = (name) => vm.unknown('catalogue', name);
  });
  result.set(
    'torch.hub',
    quiet({ load_state_dict_from_url: (context) => context.unknown('external', 'download') }, 'torch.hub'),
  );
  result.set(
    'torch.distributed',
    quiet(
      {
        is_available: (context) => new PyUnknown(context.reason('device', ''), context.class('bool')),
        is_initialized: () => false,
        get_rank: () => 0n,
        get_world_size: () => 1n,
      },
      'torch.distributed',
    ),
  );
  result.set('torch.autograd', (vm, module) => {
    module.variables.set('Variable', nativeOfAny('Variable', identity));
    module.fallback = (name) => vm.unknown('catalogue', `torch.autograd.${name}`);
    module.variables.set('Function', functionClass(vm));
  });
  result.set('torch.library', (vm, module) => {
    module.fallback = (name) => vm.unknown('catalogue', `torch.library.${name}`);
  });
  result.set('torch.ops', (vm, module) => {
    module.fallback = (name) => vm.unknown('catalogue', `torch.ops.${name}`);
  });
  result.set('torch.types', (vm, module) => {
    module.fallback = () => vm.class('object');
  });
  // Which kernels attention may use: told by bool alone.
  const choice: Native = (context, [enabled = null]) => {
    if (typeof enabled !== 'boolean' && unknownReason(enabled) === null)
      context.raise('RuntimeError', 'a kernel is enabled by a bool');
    return null;
  };
  const kernels = ['flash', 'math', 'mem_efficient', 'cudnn'].map((kernel) => `enable_${kernel}_sdp`);
  result.set(
    'torch.backends.cuda',
    quiet(Object.fromEntries(kernels.map((name) => [name, choice])), 'torch.backends.cuda'),
  );
  for (const name of [
    'torch.backends',
    'torch.backends.cudnn',
    'torch.utils',
    'torch.utils.data',
    'torch.utils.model_zoo',
    'torch.optim',
    'torch.linalg',
    'torch.fft',
    'torch.special',
    'torch.quantization',
    'torch.ao',
    'torch.ao.quantization',
    'torch.autograd.function',
    'torch.distributions',
    'torch.sparse',
    'torch.profiler',
    'torch.version',
    'torch.random',
    'torch.func',
    'torch.export',
    'torch._C',
    'torch.overrides',
    'torch.multiprocessing',
    'torch.serialization',
    'torch.testing',
    'torch.nested',
  ]) {
    if (!result.has(name)) result.set(name, quiet({}, name));
  }
  result.set(
    'torch.utils.model_zoo',
    quiet({ load_url: (context) => context.unknown('external', 'download') }, 'torch.utils.model_zoo'),
  );
  result.set('torch.onnx', quiet({ is_in_onnx_export: () => false }, 'torch.onnx'));
  result.set(
    'torch.overrides',
    quiet(
      {
        has_torch_function: () => false,
        has_torch_function_unary: () => false,
        has_torch_function_variadic: () => false,
      },
      'torch.overrides',
    ),
  );
  return result;
}

function functionClass(vm: Interpreter): Value {
  const known = vm.classes.get('autograd.Function');
  if (known !== undefined) return known;
  const cls = defineClassOf(vm, 'autograd.Function', 'object', null, 'torch.autograd');
  cls.dict.set('apply', vm.unknown('catalogue', 'autograd.Function.apply'));
  return cls;
}
