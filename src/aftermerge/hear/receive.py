"""What a connector hands over, made ready to be kept."""

from aftermerge.model.batch import Batch


def received(batch: Batch, region: str | None) -> Batch:
    return batch
