"""Losses that are reduced are one number; the others are not followed."""

from _graftlens import empty, unknown


def _loss(name):
    def loss(*args, reduction="mean", **kwargs):
        if reduction not in ("mean", "sum", "batchmean") or kwargs.get("reduce") is not None:
            return unknown(f"a loss that is not reduced ({name})")
        return empty(())

    loss.__name__ = name
    return loss


binary_cross_entropy = _loss("binary_cross_entropy")
binary_cross_entropy_with_logits = _loss("binary_cross_entropy_with_logits")
cosine_embedding_loss = _loss("cosine_embedding_loss")
cross_entropy = _loss("cross_entropy")
ctc_loss = _loss("ctc_loss")
gaussian_nll_loss = _loss("gaussian_nll_loss")
hinge_embedding_loss = _loss("hinge_embedding_loss")
huber_loss = _loss("huber_loss")
kl_div = _loss("kl_div")
l1_loss = _loss("l1_loss")
margin_ranking_loss = _loss("margin_ranking_loss")
mse_loss = _loss("mse_loss")
multi_margin_loss = _loss("multi_margin_loss")
multilabel_margin_loss = _loss("multilabel_margin_loss")
multilabel_soft_margin_loss = _loss("multilabel_soft_margin_loss")
nll_loss = _loss("nll_loss")
poisson_nll_loss = _loss("poisson_nll_loss")
smooth_l1_loss = _loss("smooth_l1_loss")
soft_margin_loss = _loss("soft_margin_loss")
triplet_margin_loss = _loss("triplet_margin_loss")
triplet_margin_with_distance_loss = _loss("triplet_margin_with_distance_loss")
