from .functional_modules import FloatFunctional, FXFloatFunctional, QFunctional
