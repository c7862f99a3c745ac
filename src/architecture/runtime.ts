import catalogue from 'virtual:catalogue';
import library from 'virtual:library';
import { installExceptions } from './builtins/exceptions';
import { installFunctions } from './builtins/functions';
import { installMappings } from './builtins/mappings';
import { installObjects } from './builtins/numbersAndObjects';
import { installSequences } from './builtins/sequences';
import { installStrings } from './builtins/strings';
import { InternalModules } from './internalModules';
import { type Clock, Interpreter } from './machine';
import { ModuleTable, type NativeModule, type SearchPath } from './moduleTable';
import { installPartial, interpreterModule } from './natives/interpreterModule';
import { numpyModule, numpyScalars } from './natives/numpy';
import { installLibraryClasses, standardLibrary } from './natives/standardLibrary';
import type { Sources } from './sources';
import { installTensorClasses, torchModule, torchSubmodules } from './tensors/torchModule';

/** Unpacked once for all interpreters of the process. */
const internal = new InternalModules(library, catalogue);

/** An interpreter with Python's builtins, the library and torch, that finds files through the sources. */
export function createInterpreter(sources: Sources, path: SearchPath, clock: Clock): Interpreter {
  const natives = new Map<string, NativeModule>([
    ...standardLibrary(),
    ...torchSubmodules(),
    ['torch', torchModule],
    ['_graftlens', interpreterModule],
    ['numpy', numpyModule],
    ['numpy.random', numpyModule],
    ['_numpy', numpyScalars],
  ]);
  const vm = new Interpreter(new ModuleTable(sources, path, natives, internal), clock);
  installObjects(vm);
  installExceptions(vm);
  installStrings(vm);
  installSequences(vm);
  installMappings(vm);
  installFunctions(vm);
  installLibraryClasses(vm);
  installPartial(vm);
  installTensorClasses(vm);
  return vm;
}
