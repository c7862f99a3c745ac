"""The older weight norm: `weight` becomes `weight_g` and `weight_v` at the end of the parameters."""

from _graftlens import empty, unknown

from ..parameter import Parameter, UninitializedParameter

__all__ = ["WeightNorm", "weight_norm", "remove_weight_norm"]


def shape_of_norm(weight, dim):
    """All dimensions but `dim` become 1; -1 means one norm for everything (torch.norm_except_dim)."""
    if dim == -1:
        return ()
    if dim == 0:
        return (weight.shape[0],) + (1,) * (weight.dim() - 1)
    if dim == weight.dim() - 1:
        return (1,) * (weight.dim() - 1) + (weight.shape[-1],)
    if not -weight.dim() <= dim < weight.dim():
        raise IndexError(f"there is no dimension {dim} in a weight of {weight.dim()} dimensions")
    axis = dim % weight.dim()
    return tuple([size if i == axis else 1 for i, size in enumerate(weight.shape)])


class WeightNorm:
    def __init__(self, name, dim):
        self.name = name
        self.dim = -1 if dim is None else dim

    def compute_weight(self, module):
        """Computed from parameters, so no leaf: a deep copy of the module raises, as in torch."""
        return getattr(module, f"{self.name}_v") * getattr(module, f"{self.name}_g")

    @staticmethod
    def apply(module, name, dim):
        for hook in module._forward_pre_hooks.values():
            if isinstance(hook, WeightNorm) and hook.name == name:
                raise RuntimeError(f"Cannot register two weight_norm hooks on the same parameter {name}")
        norm = WeightNorm(name, dim)
        weight = getattr(module, name)
        if isinstance(weight, UninitializedParameter):
            raise ValueError("weight norm needs the shape of the weight")
        del module._parameters[name]
        module.register_parameter(f"{name}_g", Parameter(empty(shape_of_norm(weight, norm.dim), dtype=weight.dtype)))
        module.register_parameter(f"{name}_v", Parameter(weight.data))
        setattr(module, name, norm.compute_weight(module))
        module.register_forward_pre_hook(norm)
        return norm

    def remove(self, module):
        weight = self.compute_weight(module)
        delattr(module, self.name)
        del module._parameters[f"{self.name}_g"]
        del module._parameters[f"{self.name}_v"]
        setattr(module, self.name, Parameter(weight.data))

    def __call__(self, module, inputs):
        setattr(module, self.name, self.compute_weight(module))


def weight_norm(module, name="weight", dim=0):
    WeightNorm.apply(module, name, dim)
    return module


def remove_weight_norm(module, name="weight"):
    for key, hook in module._forward_pre_hooks.items():
        if isinstance(hook, WeightNorm) and hook.name == name:
            hook.remove(module)
            del module._forward_pre_hooks[key]
            return module
    raise ValueError(f"weight_norm of '{name}' not found")
