import type { Value } from '../../pickle/values';
import type { Integer } from '../../stateDict/tensorSpec';
import { neuralNetworkForms } from './neuralNetworkForms';
import { indexForms, type ModuleForm } from './pieces';
import { quantizedForms } from './quantizedForms';
import { visionForms } from './visionForms';

/**
 * What `print(module)` shows for a saved `nn.Module` without its children, as torch 2.13's `extra_repr`
 * writes it: `Conv2d(3, 64, kernel_size=(3, 3), stride=(1, 1))`. A class that is not in the tables reads
 * `ClassName()`, as every class without an `extra_repr` does. What the file does not hold is left out, and a
 * value whose text only its own class could make reads `…`. Never throws.
 *
 * @param pythonType dotted class name
 * @param attribute an entry of the module's `__dict__` (`_modules` is one), undefined when absent
 * @param registered shape of a registered parameter or buffer (`[]` when it has none yet), null when it is
 *   registered as None, undefined when it is not registered
 */
export function moduleRepr(
  pythonType: string,
  attribute: (name: string) => Value | undefined,
  registered: (name: string) => readonly Integer[] | null | undefined,
): string {
  const form = formOf(pythonType);
  if (form === undefined) return `${shortName(pythonType)}()`;
  const facts = { attribute, registered };
  const texts = form.pieces.map((piece) => piece(facts)).filter((text) => text !== null);
  return `${form.name}(${texts.join(', ')})`;
}

/** A class's own name: Python's `__name__`, which for a nested class is the last part. */
function shortName(pythonType: string): string {
  return pythonType.slice(pythonType.lastIndexOf('.') + 1);
}

const forms: ReadonlyMap<string, ModuleForm> = indexForms([
  ...neuralNetworkForms,
  ...quantizedForms,
  ...visionForms,
]);

/** Packages that moved; a file keeps the name that its writer knew. */
const movedPackages: readonly (readonly [before: string, now: string])[] = [
  ['torch.nn.quantized.', 'torch.ao.nn.quantized.'],
  ['torch.nn.quantizable.', 'torch.ao.nn.quantizable.'],
  ['torch.nn.intrinsic.', 'torch.ao.nn.intrinsic.'],
  ['torch.nn.qat.', 'torch.ao.nn.qat.'],
  ['torch.nn.sparse.quantized.', 'torch.ao.nn.sparse.quantized.'],
  ['torch.nn._reference.', 'torch.ao.nn.quantized.reference.'],
  ['torch.quantization.', 'torch.ao.quantization.'],
  ['timm.models.layers.', 'timm.layers.'],
];

function formOf(pythonType: string): ModuleForm | undefined {
  const known = forms.get(pythonType);
  if (known !== undefined) return known;
  const moved = movedPackages.find(([before]) => pythonType.startsWith(before));
  return moved === undefined ? undefined : forms.get(moved[1] + pythonType.slice(moved[0].length));
}
