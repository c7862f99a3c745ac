"""The older name of torch.hub's download."""

from ..hub import load_state_dict_from_url

load_url = load_state_dict_from_url
