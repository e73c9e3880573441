"""Train the second reader on plates that our own code draws; write the weights and how they came about."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from naoso.connectors.plates.rows import HIGH
from naoso.connectors.plates.second import ALPHABET, BLANK, decoded
from naoso.connectors.plates.training.net import built
from naoso.connectors.plates.training.samples import BATCH, Row, Samples

Batch = tuple[Any, Any, Any]

SEED, HELD_OUT_SEED = 20, 97
HELD_OUT = 20 * BATCH
TELL_EVERY = 100
BEST_RATE = 3e-3
STEP = 16  # few widths, so that the kernels made for one serve again
REPLAYED, KEPT = 1, 400  # drawing costs more than learning: each new batch is followed by an old one


@dataclass(frozen=True, slots=True)
class Record:
    """What is kept beside the weights; accuracies are shares of whole rows without a single wrong sign."""

    seed: int
    steps: int
    rows: int
    seconds: float
    loss: float
    held_out_seed: int
    held_out_rows: int
    held_out_exact: float
    held_out_exact_two_rows: float
    held_out_exact_one_row: float
    weights: int
    torch: str


def train(folder: Path, *, seconds: float, threads: int = 1) -> Record:
    """Stops when the time is over: the record tells how many steps that were. Torch must be installed."""
    torch = import_module("torch")
    torch.manual_seed(SEED)
    torch.set_num_threads(threads)
    net = built().to(memory_format=torch.channels_last)
    optimizer = torch.optim.AdamW(net.parameters(), lr=BEST_RATE / 25, weight_decay=1e-2)
    losses: list[float] = []
    began, rows, steps = time.monotonic(), 0, 0
    for steps, (images, targets, lengths) in enumerate(replayed(batches(torch, Samples(SEED, 10**9))), 1):
        passed = (time.monotonic() - began) / seconds
        if passed >= 1:
            break
        for group in optimizer.param_groups:
            group["lr"] = rate(passed)
        loss = learned(torch, net, images, targets, lengths)
        torch.nn.utils.clip_grad_norm_(net.parameters(), 5.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        rows += len(lengths)
        losses = [*losses[-TELL_EVERY + 1 :], loss]
        if steps % TELL_EVERY == 0:
            print(f"{passed:4.0%} step {steps} rows {rows} loss {np.mean(losses):.4f}", flush=True)
    spent = time.monotonic() - began
    net.eval()
    exact = held_out(torch, net)
    record = Record(
        SEED, steps, rows, round(spent, 1), round(float(np.mean(losses)), 4), HELD_OUT_SEED, *exact,
        sum(part.numel() for part in net.parameters()), torch.__version__,
    )  # fmt: skip
    written(torch, net, folder, record)
    return record


def rate(passed: float) -> float:
    """Up in the first twentieth, then down a half cosine to nearly nothing."""
    if passed < 0.05:
        return BEST_RATE * (0.04 + 0.96 * passed / 0.05)
    return float(BEST_RATE * (0.003 + 0.5 * (1 + np.cos(np.pi * (passed - 0.05) / 0.95))))


def learned(torch: Any, net: Any, images: Any, targets: Any, lengths: Any) -> float:
    """One step's loss, gradients left in the net."""
    with torch.autocast("cpu", dtype=torch.bfloat16):
        scores = net(images.contiguous(memory_format=torch.channels_last))
    chances = scores.float().log_softmax(1).permute(2, 0, 1)
    steps = torch.full((images.shape[0],), chances.shape[0], dtype=torch.long)
    loss = torch.nn.functional.ctc_loss(chances, targets, steps, lengths, BLANK, zero_infinity=True)
    loss.backward()
    return float(loss.detach())


def batches(torch: Any, samples: Samples) -> Any:
    """Drawn in a process of its own while the net learns."""
    return torch.utils.data.DataLoader(
        samples, batch_size=BATCH, num_workers=1, prefetch_factor=8, collate_fn=gathered
    )


def replayed(fresh: Iterable[Batch]) -> Iterator[Batch]:
    """Each new batch, then one of the last hundreds drawn by lot."""
    lot, kept = np.random.default_rng(SEED), list[Batch]()
    for number, batch in enumerate(fresh):
        yield batch
        for _ in range(REPLAYED if kept else 0):
            yield kept[int(lot.integers(len(kept)))]
        if len(kept) < KEPT:
            kept.append(batch)
        else:
            kept[number % KEPT] = batch


def gathered(plates: list[list[tuple[Row, str]]]) -> tuple[Any, Any, Any]:
    """Rows of one width, noughts to the right; their signs as numbers; how many each has."""
    torch = import_module("torch")
    rows = [row for plate in plates for row in plate]
    widest = -(-max(image.shape[1] for image, _ in rows) // STEP) * STEP
    images = np.zeros((len(rows), 1, HIGH, widest), np.float32)
    for place, (image, _) in enumerate(rows):
        images[place, 0, :, : image.shape[1]] = image
    numbers = [1 + ALPHABET.index(sign) for _, text in rows for sign in text]
    lengths = [len(text) for _, text in rows]
    return torch.from_numpy(images), torch.tensor(numbers), torch.tensor(lengths)


def held_out(torch: Any, net: Any) -> tuple[int, float, float, float]:
    """Rows, exact of all, of two-row plates, of one-row plates: from a seed that was never trained on."""
    hits: dict[bool, list[bool]] = {False: [], True: []}
    samples = Samples(HELD_OUT_SEED, HELD_OUT)
    with torch.no_grad():
        for number in range(HELD_OUT):
            plate = samples[number]
            for image, text in plate:
                scores = net(torch.from_numpy(image[None, None]))[0].softmax(0).numpy()
                hits[len(plate) > 1].append(decoded(scores)[0] == text)
    both = hits[True] + hits[False]
    all_, two, one = (round(float(np.mean(some)), 4) for some in (both, hits[True], hits[False]))
    return len(both), all_, two, one


def written(torch: Any, net: Any, folder: Path, record: Record) -> None:
    """`second.onnx` with chances for each sign, and `second.json`."""
    folder.mkdir(parents=True, exist_ok=True)
    speaking = torch.nn.Sequential(net, torch.nn.Softmax(1)).eval()
    torch.onnx.export(
        speaking, torch.zeros(1, 1, HIGH, 128), str(folder / "second.onnx"), input_names=["rows"],
        output_names=["chances"],
        dynamic_axes={"rows": {0: "n", 3: "width"}, "chances": {0: "n", 2: "steps"}},
        dynamo=False,
    )  # fmt: skip
    (folder / "second.json").write_text(json.dumps(asdict(record), indent=2) + "\n")
