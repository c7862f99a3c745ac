/**
 * Old names of things that are still themselves: Python 2's modules, torch's and numpy's renamed ones.
 * A file keeps the name that its writer knew.
 */
const renamedModules: ReadonlyMap<string, string> = new Map([
  ['__builtin__', 'builtins'],
  ['copy_reg', 'copyreg'],
  ['exceptions', 'builtins'],
  ['torch.tensor', 'torch._tensor'],
  ['torch.distributed._tensor.api', 'torch.distributed.tensor'],
  ['torch.distributed._tensor', 'torch.distributed.tensor'],
  ['torch.distributed.tensor._api', 'torch.distributed.tensor'],
  ['torch.distributed._tensor.placement_types', 'torch.distributed.tensor.placement_types'],
  ['torch.distributed._tensor._dtensor_spec', 'torch.distributed.tensor._dtensor_spec'],
  ['torch.distributed._device_mesh', 'torch.distributed.device_mesh'],
  ['numpy.core.multiarray', 'numpy._core.multiarray'],
  ['numpy.core.numeric', 'numpy._core.numeric'],
  ['numpy.core._multiarray_umath', 'numpy._core.multiarray'],
  ['numpy._core._multiarray_umath', 'numpy._core.multiarray'],
  ['pathlib._local', 'pathlib'],
]);

const renamed: ReadonlyMap<string, string> = new Map([
  ['builtins.unicode', 'builtins.str'],
  ['builtins.long', 'builtins.int'],
  ['builtins.xrange', 'builtins.range'],
  ['UserDict.UserDict', 'collections.UserDict'],
  ['UserDict.IterableUserDict', 'collections.UserDict'],
  ['UserList.UserList', 'collections.UserList'],
  ['torch.nn.Parameter', 'torch.nn.parameter.Parameter'],
  ['torch.nn.Buffer', 'torch.nn.parameter.Buffer'],
]);

/** The name that today's torch, numpy and Python 3 give to what the file names. */
export function canonicalName(module: string, name: string): string {
  const qualified = `${renamedModules.get(module) ?? module}.${name}`;
  return renamed.get(qualified) ?? qualified;
}

/** A class as Python prints it: builtins without their module, `torch.Tensor` as it is. */
export function displayType(qualifiedName: string): string {
  return qualifiedName.startsWith('builtins.') ? qualifiedName.slice('builtins.'.length) : qualifiedName;
}
