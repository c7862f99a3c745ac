import type { CandidateStateDict } from '../../stateDict/candidate';
import type { PackedProjections } from '../align/packedProjections';
import { repackedKeys } from './repacking';
import { longestFirst, type PrefixRule, rulesGive } from './rules';

/** Which keys change, and the rules that they come from. */
export interface Renaming {
  readonly rules: readonly PrefixRule[];
  readonly changes: Readonly<Record<string, string | null>>;
}

/**
 * A Python function that loads the file into the modified model with the mapping applied. Beginnings of keys
 * are changed where that gives exactly the mapping, else each key is named.
 */
export function pythonCode(
  file: string,
  part: CandidateStateDict,
  { rules, changes }: Renaming,
  packed: PackedProjections,
): string {
  const repacked = repackedKeys(packed);
  const keys = [...part.stateDict.entries.keys()].filter((key) => !repacked.has(key));
  const renamesKeys = rules.some(({ from, to, keys }) => to !== null && keys[0] === from);
  const byPrefix = !renamesKeys && rulesGive(rules, changes, keys);
  return [
    ...importLines(part),
    '',
    '',
    `def load_pretrained(model, path=${pythonText(file)}):`,
    '    """Loads pretrained weights into the modified model, each tensor into its own layer."""',
    ...loadLines(part),
    ...packedLines(packed),
    ...(byPrefix ? prefixLines(rules, repacked.size > 0) : keyLines(changes, repacked.size > 0)),
    ...repackingLines(packed),
    '    result = model.load_state_dict(repaired, strict=False)',
    '    loaded = len(repaired) - len(result.unexpected_keys)',
    `    print(f"${repacked.size > 0 ? '{loaded} keys loaded from' : '{loaded} of'} {len(state_dict)}${repacked.size > 0 ? '' : ' keys loaded'}, new: {result.missing_keys}")`,
    '    return result',
    '',
  ].join('\n');
}

/** What the code needs beside torch. */
function importLines({ reader }: CandidateStateDict): string[] {
  const loadFile = 'from safetensors.torch import load_file';
  switch (reader) {
    case 'torch':
      return ['import torch'];
    case 'safetensors':
      return ['import torch', loadFile];
    case 'shards':
      return ['import json', 'from pathlib import Path', '', 'import torch', loadFile];
    case 'pickle':
      return ['import pickle', '', 'import torch'];
  }
}

function loadLines(part: CandidateStateDict): string[] {
  const whole = part.classes !== null;
  // A whole module can only be loaded by running what its pickle says.
  const only = whole ? 'False' : 'True';
  const access = part.access ?? part.path.map((name) => `[${pythonText(String(name))}]`).join('');
  switch (part.reader) {
    case 'torch':
      return [
        `    checkpoint = torch.load(path, map_location="cpu", weights_only=${only})`,
        `    state_dict = checkpoint${access}`,
      ];
    case 'safetensors':
      return ['    state_dict = load_file(path)'];
    case 'shards':
      return [
        '    index = Path(path)',
        '    if index.is_dir():',
        '        index = next(index.glob("*.index.json"))',
        '    state_dict = {}',
        '    for name in sorted(set(json.loads(index.read_text(encoding="utf-8"))["weight_map"].values())):',
        '        shard = index.parent / name',
        '        if shard.suffix == ".safetensors":',
        '            state_dict.update(load_file(shard))',
        '        else:',
        '            state_dict.update(torch.load(shard, map_location="cpu", weights_only=True))',
      ];
    case 'pickle':
      return [
        '    # This runs what the file says, as every pickle does.',
        '    with open(path, "rb") as file:',
        '        checkpoint = pickle.load(file)',
        `    state_dict = {key: torch.as_tensor(value) for key, value in checkpoint${access}.items()}`,
      ];
  }
}

/** Tables of what is split and put together, and the keys that are used up by it. */
function packedLines({ splits, joins }: PackedProjections): string[] {
  const lines: string[] = [];
  if (splits.length > 0) {
    lines.push(
      '    # One tensor of the file is several of the model: how many rows each takes.',
      '    split = {',
    );
    for (const { from, to } of splits) {
      const parts = to.map(({ key, rows }) => `${pythonText(key)}: ${rows}`);
      lines.push(
        `        ${pythonText(from)}: {`,
        ...parts.map((one) => `            ${one},`),
        '        },',
      );
    }
    lines.push('    }');
  }
  if (joins.length > 0) {
    lines.push('    # Several tensors of the file are one of the model.', '    joined = {');
    for (const { from, to } of joins) {
      lines.push(
        `        ${pythonText(to)}: (`,
        ...from.map((key) => `            ${pythonText(key)},`),
        '        ),',
      );
    }
    lines.push('    }');
  }
  const used = [
    ...(splits.length > 0 ? ['*split'] : []),
    ...(joins.length > 0 ? ['*(key for keys in joined.values() for key in keys)'] : []),
  ];
  if (used.length > 0) lines.push(`    repacked = {${used.join(', ')}}`);
  return lines;
}

function repackingLines({ splits, joins }: PackedProjections): string[] {
  return [
    ...(splits.length === 0
      ? []
      : [
          '    for key, parts in split.items():',
          '        repaired.update(zip(parts, state_dict[key].split(list(parts.values()))))',
        ]),
    ...(joins.length === 0
      ? []
      : [
          '    for key, parts in joined.items():',
          '        repaired[key] = torch.cat([state_dict[part] for part in parts])',
        ]),
  ];
}

function prefixLines(rules: readonly PrefixRule[], repacks: boolean): string[] {
  const moved = longestFirst(rules.filter(({ to }) => to !== null));
  const whole = rules.filter(({ to, from, keys }) => to === null && keys[0] === from);
  const dropped = rules.filter(({ to, from, keys }) => to === null && keys[0] !== from);
  const lines: string[] = [];
  const skips: string[] = repacks ? ['key in repacked'] : [];
  if (whole.length > 0) {
    lines.push('    left_out = {', ...whole.map(({ from }) => `        ${pythonText(from)},`), '    }');
    skips.push('key in left_out');
  }
  if (dropped.length > 0) {
    lines.push(
      '    left_out_modules = (',
      ...dropped.map(({ from }) => `        ${pythonText(`${from}.`)},`),
      '    )',
    );
    skips.push('key.startswith(left_out_modules)');
  }
  if (moved.length > 0) {
    lines.push(
      '    moved = {',
      ...moved.map(({ from, to }) => `        ${pythonText(dotted(from))}: ${pythonText(dotted(to ?? ''))},`),
      '    }',
    );
  }
  lines.push('    repaired = {}', '    for key, tensor in state_dict.items():');
  if (skips.length > 0) lines.push(`        if ${skips.join(' or ')}:`, '            continue');
  if (moved.length > 0) {
    lines.push(
      '        for old, new in moved.items():',
      '            if key.startswith(old):',
      '                key = new + key[len(old):]',
      '                break',
    );
  }
  lines.push('        repaired[key] = tensor');
  return lines;
}

function dotted(path: string): string {
  return path === '' ? '' : `${path}.`;
}

function keyLines(changes: Readonly<Record<string, string | null>>, repacks: boolean): string[] {
  return [
    '    moved = {',
    ...Object.entries(changes).map(
      ([from, to]) => `        ${pythonText(from)}: ${to === null ? 'None' : pythonText(to)},`,
    ),
    '    }',
    repacks
      ? '    repaired = {moved.get(key, key): tensor for key, tensor in state_dict.items() if key not in repacked}'
      : '    repaired = {moved.get(key, key): tensor for key, tensor in state_dict.items()}',
    '    repaired.pop(None, None)',
  ];
}

/** A Python string literal in double quotes: JSON's, with what is not ASCII as Python escapes it. */
function pythonText(text: string): string {
  return JSON.stringify(text).replace(/[^\x20-\x7e]/gu, (character) => {
    const code = (character.codePointAt(0) ?? 0).toString(16);
    return code.length > 4 ? `\\U${code.padStart(8, '0')}` : `\\u${code.padStart(4, '0')}`;
  });
}
