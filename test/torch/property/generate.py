"""Random model files and what real torch makes of them, as JSON lines.

    python generate.py [seed] [count] > property.jsonl

Every line is {"seed", "source", "expression", "truth"}. `source` is a whole Python file, `expression` builds the model
in it; the truth is {"state": [[key, dtype, shape], ...]} in the order of state_dict(), with the numbers of elements of
parameters and buffers (shared ones once), or {"raises"}. Case i of seed s is always the same: Random(f"{s}.{i}")."""

import json
import random
import sys
import warnings
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
warnings.simplefilter("ignore")

import torch  # noqa: E402

from modelFiles import model_file  # noqa: E402

torch.set_num_threads(1)


def main():
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else random.SystemRandom().randrange(1 << 31)
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 2000
    print(f"seed {seed}", file=sys.stderr)
    for i in range(count):
        source, expression = model_file(random.Random(f"{seed}.{i}"))
        print(json.dumps({
            "seed": f"{seed}.{i}",
            "source": source,
            "expression": expression,
            "truth": truth(source, expression),
        }), flush=True)


def truth(source, expression):
    namespace = {"__name__": "model"}
    module = type(sys)("model")
    module.__dict__.update(namespace)
    sys.modules["model"] = module
    try:
        exec(compile(source, "model.py", "exec"), module.__dict__)
        model = eval(expression, module.__dict__)
    except Exception as error:
        return {"raises": type(error).__name__, "text": str(error)[:200]}
    state = [[key, str(value.dtype)[6:], list(value.shape)] for key, value in model.state_dict().items()]
    return {
        "state": state,
        "parameters": sum(p.numel() for p in model.parameters()),
        "buffers": sum(b.numel() for b in model.buffers()),
    }


if __name__ == "__main__":
    main()
