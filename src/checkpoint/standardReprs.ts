import { isTuple, PyDict, PyObject, type Value } from '../pickle/values';
import { calleeName } from './callee';
import { embeddedBytes } from './embeddedStorage';
import type { FileContext } from './fileContext';

/** Python's `repr` of an object from the arguments that it is pickled with; null when they are not the usual ones. */
type Repr = (object: PyObject, args: readonly Value[], context: FileContext) => string | null;

/** Values of the standard library that stand in training checkpoints, by today's dotted name. */
export const standardReprs: ReadonlyMap<string, Repr> = new Map<string, Repr>([
  ['datetime.date', (_object, args, context) => dateRepr(args, context)],
  ['datetime.datetime', (_object, args, context) => datetimeRepr(args, context)],
  ['datetime.time', (_object, args, context) => timeRepr(args, context)],
  ['datetime.timedelta', (_object, args) => timedeltaRepr(args)],
  ['datetime.timezone', (_object, args, context) => timezoneRepr(args, context)],
  ['decimal.Decimal', (_object, [text]) => (typeof text === 'string' ? `Decimal('${text}')` : null)],
  ['fractions.Fraction', (_object, args) => fractionRepr(args)],
  ['uuid.UUID', (object) => uuidRepr(object)],
]);

/** Four bytes: the year, month and day (CPython's `date.__reduce__`). */
function dateRepr(args: readonly Value[], context: FileContext): string | null {
  const bytes = embeddedBytes(args[0], context);
  if (bytes?.length !== 4 || args.length !== 1) return null;
  const [high = 0, low = 0, month = 0, day = 0] = bytes;
  return `datetime.date(${256 * high + low}, ${month}, ${day})`;
}

/** Ten bytes: a date, hour, minute, second and three of microseconds; the month's top bit is `fold`. */
function datetimeRepr(args: readonly Value[], context: FileContext): string | null {
  const bytes = embeddedBytes(args[0], context);
  if (bytes?.length !== 10 || args.length > 2) return null;
  const zone = zoneText(args[1], context);
  if (zone === null) return null;
  const [high = 0, low = 0, month = 0, day = 0, hour = 0, minute = 0] = bytes;
  const date = [256 * high + low, month & 0x7f, day, hour, minute];
  const fold = month > 0x7f ? ', fold=1' : '';
  return `datetime.datetime(${[...date, ...secondsOf(bytes.subarray(6))].join(', ')}${fold}${zone})`;
}

/** Six bytes: hour, minute, second and three of microseconds; the hour's top bit is `fold`. */
function timeRepr(args: readonly Value[], context: FileContext): string | null {
  const bytes = embeddedBytes(args[0], context);
  if (bytes?.length !== 6 || args.length > 2) return null;
  const zone = zoneText(args[1], context);
  if (zone === null) return null;
  const [hour = 0, minute = 0] = bytes;
  const fold = hour > 0x7f ? ', fold=1' : '';
  return `datetime.time(${[hour & 0x7f, minute, ...secondsOf(bytes.subarray(2))].join(', ')}${fold}${zone})`;
}

/** What `repr` shows after the minutes: nothing for zeros, no microseconds where there are none. */
function secondsOf(bytes: Uint8Array): readonly number[] {
  const [second = 0, high = 0, middle = 0, low = 0] = bytes;
  const microseconds = 65536 * high + 256 * middle + low;
  if (microseconds > 0) return [second, microseconds];
  return second > 0 ? [second] : [];
}

/** `, tzinfo=…`, empty without one, null for a zone that is not understood. */
function zoneText(zone: Value | undefined, context: FileContext): string | null {
  if (zone === undefined || zone === null) return '';
  if (!(zone instanceof PyObject) || calleeName(zone, context) !== 'datetime.timezone') return null;
  const text = timezoneRepr(isTuple(zone.args) ? zone.args : [], context);
  return text === null ? null : `, tzinfo=${text}`;
}

function timezoneRepr([offset, ...rest]: readonly Value[], context: FileContext): string | null {
  if (!(offset instanceof PyObject) || calleeName(offset, context) !== 'datetime.timedelta') return null;
  const text = timedeltaRepr(isTuple(offset.args) ? offset.args : []);
  if (text === null || rest.length > 0) return null;
  return text === 'datetime.timedelta(0)' ? 'datetime.timezone.utc' : `datetime.timezone(${text})`;
}

function timedeltaRepr(args: readonly Value[]): string | null {
  if (args.length > 3 || !args.every((part) => typeof part === 'number')) return null;
  const names = ['days', 'seconds', 'microseconds'];
  const parts = args.flatMap((part, i) => (part === 0 ? [] : [`${names[i] ?? ''}=${part as number}`]));
  return `datetime.timedelta(${parts.join(', ') || '0'})`;
}

/** Two integers; before Python 3.12 one text, `1/3`. */
function fractionRepr(args: readonly Value[]): string | null {
  const parts = typeof args[0] === 'string' && args.length === 1 ? args[0].split('/') : args;
  if (parts.length > 2 || !parts.every((part) => /^-?\d+$/.test(String(part)))) return null;
  return `Fraction(${String(parts[0])}, ${String(parts[1] ?? 1)})`;
}

function uuidRepr(object: PyObject): string | null {
  const number = object.state instanceof PyDict ? object.state.get('int') : undefined;
  if (typeof number !== 'number' && typeof number !== 'bigint') return null;
  const digits = number.toString(16).padStart(32, '0');
  if (digits.length !== 32) return null;
  const groups = [0, 8, 12, 16, 20, 32].map((end, i, all) => digits.slice(all[i - 1] ?? 0, end)).slice(1);
  return `UUID('${groups.join('-')}')`;
}
