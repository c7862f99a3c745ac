"""Names of types."""

from _graftlens import function_type, module_type, method_type, none_type, generator_type, builtin_type, generic_alias

FunctionType = function_type
LambdaType = function_type
ModuleType = module_type
MethodType = method_type
NoneType = none_type
GeneratorType = generator_type
BuiltinFunctionType = builtin_type
BuiltinMethodType = builtin_type
GenericAlias = generic_alias


class SimpleNamespace:
    def __init__(self, **keywords):
        self.__dict__.update(keywords)

    def __eq__(self, other):
        return self.__dict__ == other.__dict__


class MappingProxyType(dict):
    pass


class DynamicClassAttribute(property):
    pass


def new_class(name, bases=(), kwds=None, exec_body=None):
    namespace = {}
    if exec_body is not None:
        exec_body(namespace)
    return type(name, tuple(bases), namespace)
