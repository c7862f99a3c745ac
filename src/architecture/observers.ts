import type { Interpreter } from './machine';
import { PyUnknown } from './values';

/**
 * Packages that look at a model: they count its operations, draw it, write about it. Whatever they are called with,
 * they leave its parameters, buffers and modules as they were, which their code is too indirect to show.
 */
const OBSERVERS = new Set(
  'calflops flopth fvcore.nn matplotlib ptflops pytorch_model_summary seaborn tensorboard tensorboardX thop torchinfo torchstat torchsummary torchsummaryX torchviz wandb'.split(
    ' ',
  ),
);

export function isObserver(module: string): boolean {
  const [top = '', second = ''] = module.split('.');
  return OBSERVERS.has(top) || OBSERVERS.has(`${top}.${second}`);
}

/** Something of such a package. Which result it gives is not known, and whether it raises. */
export function observed(vm: Interpreter, name: string): PyUnknown {
  return new PyUnknown(vm.reason('external', name), null, 'raises');
}
