import { TensorCall } from '../pickle/tensorCall';
import {
  isTuple,
  PyDict,
  PyGlobal,
  PyList,
  PyObject,
  PyPersistentId,
  PySet,
  type Value,
} from '../pickle/values';
import { displayType } from '../torchNames/canonicalName';
import type { TensorSpec } from '../stateDict/tensorSpec';
import { calleeName } from './callee';
import { ContentChild } from './children';
import type {
  Child,
  ChildList,
  Content,
  DictContent,
  PathElement,
  SequenceContent,
  TensorContent,
} from './content';
import type { FileContext } from './fileContext';
import { moduleContent } from './modules';
import { attribute, attributesOf } from './objects';
import { genericObject, newWithArguments } from './inertObjects';
import { knownObject } from './knownObjects';
import { PlainTensor } from './plainTensor';
import { keyRepr } from './keyRepr';
import { pythonRepr } from './pythonRepr';
import { namedScalar, scalarContent } from './scalars';
import { storageContent } from './storageContent';
import {
  buildsTensor,
  distributedTensor,
  isPlainTensor,
  rebuildTensor,
  tensorState,
  type TensorScope,
} from './tensorRebuild';

/**
 * How deep tensors may be wrapped in one another (a Parameter of a subclass of a sparse tensor's values is
 * three); deeper nesting is an object like any other.
 */
const tensorNesting = 16;

/**
 * Gives inert values torch's meaning. One content object per value object, so that sharing and cycles stay
 * what they are; children are made when asked for.
 */
export class Resolver implements TensorScope {
  private readonly contents = new Map<object, Content>();
  private nesting = 0;

  constructor(readonly context: FileContext) {}

  content(value: Value): Content {
    if (value === null || typeof value !== 'object')
      return scalarContent(value) ?? namedScalar('unknown', '?');
    if (value instanceof PyObject) {
      // Nothing else writes there.
      if (value.meaning !== null) return value.meaning as Content;
      const plain = value instanceof TensorCall ? this.context.plainTensor(value) : null;
      const content = plain ?? this.object(value);
      value.meaning = content;
      return content;
    }
    const known = this.contents.get(value);
    if (known !== undefined) return known;
    const content = this.resolve(value);
    this.contents.set(value, content);
    return content;
  }

  /** @see TensorScope.tensor */
  tensor(value: Value | undefined): TensorSpec | null {
    if (value instanceof PyPersistentId) {
      const meaning = this.context.resolve(value);
      return meaning?.type === 'tensor' ? meaning.tensor : null;
    }
    if (!(value instanceof PyObject)) return null;
    if (value.meaning === null && !buildsTensor(value, this)) return null;
    const content = this.content(value);
    return content.type === 'tensor' ? content.tensor : null;
  }

  /** The tensor that a call rebuilds; undefined when the callee builds none, null when it cannot. */
  private rebuilt(object: PyObject): TensorSpec | null | undefined {
    if (this.nesting >= tensorNesting) return buildsTensor(object, this) ? null : undefined;
    this.nesting++;
    try {
      return rebuildTensor(object, this);
    } finally {
      this.nesting--;
    }
  }

  private resolve(value: object & Value): Content {
    if (isTuple(value)) return this.sequence('tuple', value);
    if (value instanceof PyList) return this.sequence('list', value.items);
    if (value instanceof PyDict) return this.dict('dict', value);
    if (value instanceof PySet) return this.sequence(value.frozen ? 'frozenset' : 'set', value.items);
    if (value instanceof PyPersistentId) return this.persistent(value);
    return scalarContent(value) ?? namedScalar('unknown', '?');
  }

  private persistent(value: PyPersistentId): Content {
    const meaning = this.context.resolve(value);
    if (meaning?.type === 'tensor') return this.sharedTensor(meaning.tensor);
    if (meaning?.type === 'value') {
      // The class that a legacy file saved together with its source.
      return meaning.value instanceof PyGlobal
        ? namedScalar('global', meaning.value.qualifiedName)
        : this.content(meaning.value);
    }
    if (meaning?.type === 'storage') {
      return storageContent(meaning.storage, meaning.dtype);
    }
    return { type: 'object', pythonType: 'persistent id', text: pythonRepr(value), children: () => [] };
  }

  /** Old files name one tensor by many ids. */
  private sharedTensor(tensor: TensorSpec): Content {
    const known = this.contents.get(tensor);
    if (known !== undefined) return known;
    const content = tensorContent(tensor, () => []);
    this.contents.set(tensor, content);
    return content;
  }

  private object(object: PyObject): Content {
    const tensor = this.rebuilt(object);
    if (tensor === null) {
      this.context.warn('tensor.notRebuilt', [pythonRepr(object.callee, 80)], object);
    } else if (tensor !== undefined) {
      if (tensor instanceof PlainTensor && isPlainTensor(object, this)) return tensor;
      return tensorContent(tensor, () => this.tensorAttributes(object, tensor));
    }
    const plain = newWithArguments(object, this.context);
    if (plain !== null) return this.content(plain);
    const name = calleeName(object, this.context);
    return (
      (name === null ? null : knownObject(name, object, this)) ??
      moduleContent(object, this) ??
      genericObject(object, this)
    );
  }

  private tensorAttributes(object: PyObject, tensor: TensorSpec): readonly Child[] {
    if (tensor.layout === 'jagged') return [];
    if (tensor.pythonType === distributedTensor) return this.placementOf(object);
    const state = tensorState(object, this) ?? (object.state instanceof PyDict ? object.state : undefined);
    const parts = isTuple(state) ? state : [state];
    const children: Child[] = [];
    for (const part of parts) {
      if (!(part instanceof PyDict)) continue;
      for (const child of this.namedValues(part, 'attribute')) children.push(child);
    }
    // A composite tensor's class keeps its parts as attributes too.
    const parted = new Set(tensor.parts.map((part) => part.tensor));
    return children.filter(({ content }) => content.type !== 'tensor' || !parted.has(content.tensor));
  }

  /** How a DTensor is spread over devices, in one line: its spec's own objects say nothing of the model. */
  private placementOf(object: PyObject): readonly Child[] {
    const state = tensorState(object, this);
    const attributes = isTuple(state) ? state[0] : state;
    const spec = attributes instanceof PyDict ? attributes.get('_spec') : undefined;
    if (!(spec instanceof PyObject)) return [];
    const pythonType = calleeName(spec, this.context) ?? 'object';
    const placements = attribute(spec, 'placements');
    const text = placements === undefined ? pythonRepr(spec) : `placements=${pythonRepr(placements)}`;
    const content: Content = { type: 'object', pythonType, text, children: () => [] };
    return [new ContentChild('_spec', content, 'attribute')];
  }

  /** Children of a dict's items under another role than `item`. */
  namedValues(dict: PyDict, role: Child['role']): readonly Child[] {
    return dict.keys.map((key, i) => {
      const name: PathElement =
        typeof key === 'string' || typeof key === 'number'
          ? key
          : keyRepr(key, (object) => this.content(object));
      return new ContentChild(name, this.content(dict.values[i] as Value), role);
    });
  }

  /** `attributes` are made when the children are: a state may nest as deep as the file says. */
  dict(pythonType: string, dict: PyDict, attributes: () => readonly Child[] = noChildren): DictContent {
    return new DictValue(displayType(pythonType), dict, attributes, this);
  }

  sequence(
    pythonType: string,
    items: readonly Value[],
    attributes: () => readonly Child[] = noChildren,
  ): SequenceContent {
    return new SequenceValue(displayType(pythonType), items, attributes, this);
  }

  /** Attributes of an object as children, its whole state as one child where only its class can read it. */
  attributes(object: PyObject): readonly Child[] {
    const attributes = attributesOf(object);
    if (attributes === null)
      return [new ContentChild('state', this.content(object.state ?? null), 'attribute')];
    return attributes.map(({ name, value }) => new ContentChild(name, this.content(value), 'attribute'));
  }
}

const noChildren = (): readonly Child[] => [];

function tensorContent(tensor: TensorSpec, children: () => readonly Child[]): TensorContent {
  return new TensorValue(tensor, children);
}

const noWalk = {};

class TensorValue implements TensorContent {
  readonly type = 'tensor';
  stamp: object = noWalk;
  firstPlace: object = noWalk;
  constructor(
    readonly tensor: TensorSpec,
    readonly children: () => readonly Child[],
  ) {}
}

class DictValue implements DictContent {
  readonly type = 'dict';
  private made: readonly Child[] | null = null;

  constructor(
    readonly pythonType: string,
    private readonly dict: PyDict,
    private readonly attributes: () => readonly Child[],
    private readonly resolver: Resolver,
  ) {}

  get length(): number {
    return this.dict.size;
  }

  children(): readonly Child[] {
    if (this.made === null) {
      const items = this.passing();
      this.made = Array.from({ length: items.length }, (_, i) => items.at(i) as Child);
    }
    return this.made;
  }

  passing(): ChildList {
    return this.made ?? new DictItems(this.dict, this.attributes(), this.resolver);
  }
}

class DictItems implements ChildList {
  readonly length: number;
  private readonly keys: readonly Value[];
  private readonly values: readonly Value[];

  constructor(
    dict: PyDict,
    private readonly attributes: readonly Child[],
    private readonly resolver: Resolver,
  ) {
    this.keys = dict.keys;
    this.values = dict.values;
    this.length = this.keys.length + attributes.length;
  }

  at(index: number): Child | undefined {
    const { keys } = this;
    if (index >= keys.length) return this.attributes[index - keys.length];
    const key = keys[index] as Value;
    const content = this.resolver.content(this.values[index] as Value);
    if (typeof key === 'string' || typeof key === 'number') return new ContentChild(key, content, 'item');
    const text = keyRepr(key, (object) => this.resolver.content(object));
    return new ContentChild(text, content, 'item', text);
  }
}

class SequenceValue implements SequenceContent {
  readonly type = 'sequence';
  private made: readonly Child[] | null = null;

  constructor(
    readonly pythonType: string,
    private readonly items: readonly Value[],
    private readonly attributes: () => readonly Child[],
    private readonly resolver: Resolver,
  ) {}

  get length(): number {
    return this.items.length;
  }

  children(): readonly Child[] {
    if (this.made === null) {
      const items = this.passing();
      this.made = Array.from({ length: items.length }, (_, i) => items.at(i) as Child);
    }
    return this.made;
  }

  passing(): ChildList {
    return this.made ?? new SequenceItems(this.items, this.attributes(), this.resolver);
  }
}

class SequenceItems implements ChildList {
  readonly length: number;

  constructor(
    private readonly items: readonly Value[],
    private readonly attributes: readonly Child[],
    private readonly resolver: Resolver,
  ) {
    this.length = items.length + attributes.length;
  }

  at(index: number): Child | undefined {
    const { items } = this;
    if (index >= items.length) return this.attributes[index - items.length];
    return new ContentChild(index, this.resolver.content(items[index] as Value), 'item');
  }
}
