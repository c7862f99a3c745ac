"""Embeddings, attention and distances."""

from _graftlens import empty, int64, known_values, unknown

from .result import broadcast, shaped


def embedding(
    input, weight, padding_idx=None, max_norm=None, norm_type=2.0, scale_grad_by_freq=False, sparse=False
):
    return shaped((*input.shape, weight.shape[1]), weight)


def embedding_bag(input, weight, offsets=None, *args, **kwargs):
    if input.dim() == 2:
        return shaped((input.shape[0], weight.shape[1]), weight)
    if offsets is None:
        raise ValueError("offsets has to be a 1D Tensor but got None")
    return shaped((offsets.shape[0], weight.shape[1]), weight)


def one_hot(tensor, num_classes=-1):
    if tensor.dtype != int64 or not isinstance(num_classes, int):
        return unknown("one_hot of what are no indices")
    values = known_values(tensor)
    if num_classes == -1 and values:
        num_classes = max(values) + 1
    if num_classes <= 0:
        return unknown("one_hot without the number of classes")
    if values and (min(values) < 0 or max(values) >= num_classes):
        raise RuntimeError("an index is no class")
    return empty((*tensor.shape, num_classes), dtype=int64)


def scaled_dot_product_attention(
    query, key, value, attn_mask=None, dropout_p=0.0, is_causal=False, scale=None, enable_gqa=False
):
    return shaped((*query.shape[:-1], value.shape[-1]), query)


def cosine_similarity(x1, x2, dim=1, eps=1e-8):
    shape = list(broadcast(x1.shape, x2.shape))
    del shape[dim]
    return shaped(shape, x1)


def pairwise_distance(x1, x2, p=2.0, eps=1e-6, keepdim=False):
    shape = broadcast(x1.shape, x2.shape)
    return shaped((*shape[:-1], 1) if keepdim else shape[:-1], x1)


def pdist(input, p=2.0):
    return shaped((input.shape[0] * (input.shape[0] - 1) // 2,), input)
