import type { Interpreter } from './machine';
import { PyUnknown } from './values';

/**
 * Packages that look at a model: they count its operations, draw it, write about it. Whatever they are called with,
 * they leave its parameters, buffers and modules as they were, which their code is too indirect to show.
 */
const OBSERVERS = new Set(
  'calflops flopth matplotlib ptflops pytorch_model_summary seaborn tensorboard tensorboardX thop torchinfo torchstat torchsummary torchsummaryX torchviz wandb'.split(
    ' ',
  ),
);

export function isObserver(module: string): boolean {
  return OBSERVERS.has(module.split('.')[0] ?? module);
}

/** Something of such a package. Which result it gives is not known, nor whether it raises; it is no module. */
export function observed(vm: Interpreter, name: string): PyUnknown {
  return new PyUnknown(vm.reason('external', name), null, 'raises');
}
