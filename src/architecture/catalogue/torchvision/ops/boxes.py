"""Functions on boxes and masks: their results depend on values."""

from _graftlens import unknown


def _of_values(name):
    def function(*args, **kwargs):
        return unknown(f"the result of torchvision.ops.{name}")

    function.__name__ = name
    return function


batched_nms = _of_values("batched_nms")
box_area = _of_values("box_area")
box_convert = _of_values("box_convert")
box_iou = _of_values("box_iou")
clip_boxes_to_image = _of_values("clip_boxes_to_image")
complete_box_iou = _of_values("complete_box_iou")
distance_box_iou = _of_values("distance_box_iou")
generalized_box_iou = _of_values("generalized_box_iou")
masks_to_boxes = _of_values("masks_to_boxes")
nms = _of_values("nms")
remove_small_boxes = _of_values("remove_small_boxes")
complete_box_iou_loss = _of_values("complete_box_iou_loss")
distance_box_iou_loss = _of_values("distance_box_iou_loss")
generalized_box_iou_loss = _of_values("generalized_box_iou_loss")
sigmoid_focal_loss = _of_values("sigmoid_focal_loss")
