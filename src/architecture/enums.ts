import { UnknownOperand } from './errors';
import { equals } from './operators';
import { type Interpreter, unknownReason } from './machine';
import {
  PyBound,
  PyClass,
  PyClassMethod,
  PyDict,
  PyFunction,
  PyInstance,
  PyNative,
  PyProperty,
  PyStaticMethod,
  type Value,
} from './values';

/** Turns the plain attributes of an `Enum` subclass into its members. */
export function finishEnum(vm: Interpreter, cls: PyClass): void {
  const members = new PyDict();
  const own = [...cls.dict.map.entries()];
  let last: Value = 0n;
  for (const [name, entry] of own) {
    if (name.startsWith('_') || isDescriptor(entry.value)) continue;
    let value = entry.value;
    if (value instanceof PyInstance && value.cls.name === 'auto') {
      value = typeof last === 'bigint' ? last + 1n : 1n;
      if (cls.isSubclassOf(vm.class('str'))) value = name.toLowerCase();
    }
    last = value;
    let member: PyInstance | null = null;
    for (const existing of members.map.values()) {
      if (existing.value instanceof PyInstance && equals(vm, memberValue(existing.value), value) === true) {
        member = existing.value;
      }
    }
    if (member === null) {
      member = new PyInstance(cls);
      member.dict.set('_name_', name);
      member.dict.set('_value_', value);
      member.dict.set('name', name);
      member.dict.set('value', value);
      if (typeof value === 'string' && cls.isSubclassOf(vm.class('str'))) member.payload = value;
      if (typeof value === 'bigint' && cls.isSubclassOf(vm.class('int'))) member.payload = value;
    }
    members.set(name, member);
    cls.dict.set(name, member);
  }
  if (members.map.size > 0) cls.dict.set('__members__', members);
}

function memberValue(member: PyInstance): Value {
  return member.dict.get('_value_') ?? null;
}

function isDescriptor(value: Value): boolean {
  return (
    value instanceof PyFunction ||
    value instanceof PyNative ||
    value instanceof PyBound ||
    value instanceof PyProperty ||
    value instanceof PyStaticMethod ||
    value instanceof PyClassMethod ||
    value instanceof PyClass
  );
}

/** `Colour(value)`: the member with that value; undefined when the class has no members. */
export function enumMember(vm: Interpreter, cls: PyClass, args: readonly Value[]): Value | undefined {
  const members = cls.dict.get('__members__');
  const enumBase = vm.classes.get('Enum');
  if (!(members instanceof PyDict) || enumBase === undefined || !cls.isSubclassOf(enumBase)) {
    return undefined;
  }
  const [wanted] = args;
  if (wanted === undefined) vm.raise('TypeError', `${cls.name} needs a value`);
  const reason = unknownReason(wanted);
  if (reason !== null) throw new UnknownOperand(reason);
  for (const { value: member } of members.map.values()) {
    if (member === wanted) return member;
    if (!(member instanceof PyInstance)) continue;
    const same = equals(vm, memberValue(member), wanted);
    if (same === true) return member;
    if (same !== false) throw new UnknownOperand(same);
  }
  vm.raise('ValueError', `not a valid ${cls.name}`);
}
