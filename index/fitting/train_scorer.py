"""Fine-tune the packaged encoder to say whether a sentence answers a question (library: torch).

The model reads question and sentence together. While it learns to tell whether the sentence
answers, it also learns to point at the answer in it, or at its own first piece where there is none:
a few thousand questions teach more that way. Later both count.

Its word embeddings stay as they are: they hold half of the weights, twenty thousand pairs cannot
better them, and the other half trains faster.
"""
# torch is typed in parts.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false

from __future__ import annotations

from dataclasses import asdict, dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from index.answering.scorer_input import before, open_tokenizer, padded
from index.encoders.precision import SHORT
from index.encoders.runtime import precision
from index.fitting import batches, checkpoints
from index.fitting.scorer_network import encoded, new_model, tensors

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from index.fitting.pairs import Pair

POINTING_WEIGHT: Final = 0.5
UNKNOWN: Final = -100
"""Where pointing teaches nothing."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to train.

    ``layers`` of the encoder are kept, from the first. A batch has ``groups`` questions, each with
    all of its pairs. ``warm_up`` is a share of all steps; ``save_every`` counts steps. Where
    ``contrast`` is not 0, batches are of questions about the same documents, and it weighs that a
    right sentence scores above what comes nearest to a question without an answer.
    """

    layers: int = 6
    epochs: int = 7
    groups: int = 6
    learning_rate: float = 1.4e-4
    weight_decay: float = 0.01
    warm_up: float = 0.1
    dropout: float = 0.1
    seed: int = 20261124
    threads: int = 1
    save_every: int = 100
    contrast: float = 0.0


CONTRASTED: Final = Recipe(epochs=2, learning_rate=4e-5, contrast=1.0)
"""How to go on with what was trained: see :mod:`index.fitting.contrasted_pairs`."""


def train(
    epochs: Sequence[Sequence[Pair]],
    recipe: Recipe,
    checkpoint: Path | None = None,
    tell: Callable[[int, int, float], object] | None = None,
    *,
    stop_after: int | None = None,
    begin: Mapping[str, Any] | None = None,
) -> Any:
    """Train on the pairs of each epoch and return the model, for inference.

    Where ``checkpoint`` exists and was written with this recipe for as many pairs, training goes
    on from it. ``tell`` hears the step, the number of steps and the mean loss of late.
    ``stop_after`` ends early at a step, as an interruption would. ``begin`` has the weights of a
    model to go on from; without it, the packaged encoder's are.

    Where the processor is faster with bfloat16, it multiplies in that: fifty steps of 24 pairs
    took 22 s instead of 41 on two cores of an EPYC (a script, the same pairs, a run each).
    """
    import torch

    torch.set_num_threads(recipe.threads)
    short = precision() == SHORT
    model = new_model(recipe)
    if begin is not None:
        model.load_state_dict(begin)
    tokenizer = open_tokenizer()
    batched = batches.by_document if recipe.contrast else batches.shuffled
    steps = [
        batch
        for number, made in enumerate(epochs)
        for batch in batched(made, recipe.groups, f"{recipe.seed} epoch {number}")
    ]
    trained = [weight for weight in model.parameters() if weight.requires_grad]
    optimizer: Any = torch.optim.AdamW(
        trained, lr=recipe.learning_rate, weight_decay=recipe.weight_decay, fused=True
    )
    schedule: Any = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: _rate(step, len(steps), recipe.warm_up)
    )
    told = {**asdict(recipe), "pairs": sum(map(len, epochs))}
    done, late = checkpoints.resume(checkpoint, told, model, optimizer, schedule)
    model.train()
    for step, chosen in enumerate(steps, start=1):
        if step <= done:
            continue
        with torch.autocast("cpu", torch.bfloat16, enabled=short):
            logits, pointing = _read(model, encoded(tokenizer, chosen), chosen)
        logits = logits.float()
        loss = _loss(logits, chosen) + POINTING_WEIGHT * pointing
        if recipe.contrast:
            loss = loss + recipe.contrast * contrast(logits, chosen)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(trained, 1.0)
        optimizer.step()
        schedule.step()
        late = 0.98 * late + 0.02 * float(loss.detach())
        if tell is not None:
            tell(step, len(steps), late)
        stopping = step == stop_after
        if checkpoint is not None and (stopping or step % recipe.save_every == 0):
            parts = {"model": model, "optimizer": optimizer, "schedule": schedule}
            checkpoints.save(checkpoint, {"told": told, "step": step, "late": late}, parts)
        if stopping:
            break
    model.eval()
    return model


def _read(model: Any, encodings: Sequence[Any], pairs: Sequence[Pair]) -> tuple[Any, Any]:
    """Return a logit a pair, and the loss of pointing at the answers.

    The shorter half and the longer half are read apart: padding would cost a third of the time.
    """
    import torch

    order = sorted(range(len(encodings)), key=lambda i: len(encodings[i].ids))
    half = len(order) // 2
    logits: list[Any] = []
    pointing: list[Any] = []
    for part in (order[:half], order[half:]):
        if not part:
            continue
        arrays = tensors(padded([encodings[i] for i in part]))
        said, pieces = model.pointing(**arrays)
        logits.append(said)
        # The first piece stands for "not here"; the question's own are no answer.
        closed = arrays["token_type_ids"] == 0
        closed[:, 0] = False
        pieces = pieces.masked_fill(closed.unsqueeze(-1), -1e4)
        targets = torch.tensor([_pieces(encodings[i], pairs[i]) for i in part])
        pointing.append(
            torch.nn.functional.cross_entropy(
                pieces, targets, ignore_index=UNKNOWN, reduction="none"
            )
        )
    return torch.cat(logits)[torch.argsort(torch.tensor(order))], torch.cat(pointing).mean()


def _pieces(encoding: Any, pair: Pair) -> tuple[int, int]:
    """Return the first and the last piece of a pair's answer; 0 where the sentence has none.

    UNKNOWN where a right sentence's answer is not known or was cut off.
    """
    if not pair.label:
        return 0, 0
    if not pair.answer or pair.answer not in pair.sentence:
        return UNKNOWN, UNKNOWN
    start = len(before(pair.title)) + pair.sentence.index(pair.answer)
    first = encoding.char_to_token(start, 1)
    last = encoding.char_to_token(start + len(pair.answer) - 1, 1)
    return (UNKNOWN, UNKNOWN) if first is None or last is None else (first, last)


def _loss(logits: Any, pairs: Sequence[Pair]) -> Any:
    """Is it an answer (cross entropy of each pair), and is it the best of its question's?

    The second is the cross entropy of the softmax over a question's pairs, for each right one
    against the wrong ones.
    """
    import torch

    labels = torch.tensor([pair.label for pair in pairs], dtype=torch.float32)
    loss = torch.nn.functional.binary_cross_entropy_with_logits(logits, labels)
    ranked: list[Any] = []
    for _, members in groupby(range(len(pairs)), key=lambda i: pairs[i].group):
        of = list(members)
        wrong = [i for i in of if not pairs[i].label]
        if wrong:
            ranked += [
                torch.logsumexp(logits[[i, *wrong]], 0) - logits[i] for i in of if pairs[i].label
            ]
    return loss + torch.stack(ranked).mean() if ranked else loss


def contrast(logits: Any, pairs: Sequence[Pair]) -> Any:
    """How far right sentences are above those of questions that the same document doesn't answer.

    The mean over the documents of the softplus of each difference.
    """
    import torch

    answered = {pair.group for pair in pairs if pair.label}
    found: list[Any] = []
    for document in {pair.articles[1] for pair in pairs}:
        of = [i for i, pair in enumerate(pairs) if pair.articles[1] == document]
        right = logits[[i for i in of if pairs[i].label]]
        wrong = logits[[i for i in of if pairs[i].group not in answered]]
        if len(right) and len(wrong):
            found.append(torch.nn.functional.softplus(wrong[None, :] - right[:, None]).mean())
    return torch.stack(found).mean() if found else logits.sum() * 0


def _rate(step: int, steps: int, warm_up: float) -> float:
    """Rise linearly over the warm-up, then fall linearly to nothing."""
    rising = max(1, round(steps * warm_up))
    if step < rising:
        return (step + 1) / rising
    return max(0.0, (steps - step) / max(1, steps - rising))
