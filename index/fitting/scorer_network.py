"""The network of the sentence scorer: the packaged encoder with two heads (library: torch)."""
# torch is typed in parts.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from index.answering.scorer_input import encode, open_tokenizer, padded
from index.encoders import packaged
from index.encoders.sentence_transformer import offline

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from index.fitting.pairs import Pair
    from index.fitting.train_scorer import Recipe

POINTED_SHARE: Final = 0.5
"""What pointing says counts so much, in log-odds: of sentence and of near miss it knows other
things than the head that was trained to judge."""
NOT_THERE: Final = -1e4


def new_model(recipe: Recipe) -> Any:
    """Build the cross-encoder: the packaged encoder, its first vector and its mean, one logit."""
    import torch

    with offline():
        from transformers import AutoConfig, AutoModel

    torch.manual_seed(recipe.seed)
    source = packaged.directory()
    config = AutoConfig.from_pretrained(source)
    config.num_hidden_layers = recipe.layers
    config.hidden_dropout_prob = recipe.dropout
    config.attention_probs_dropout_prob = recipe.dropout

    class Scorer(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            with offline():
                self.encoder = AutoModel.from_pretrained(
                    source, config=config, add_pooling_layer=False, attn_implementation="sdpa"
                )
            self.head = torch.nn.Linear(2 * config.hidden_size, 1)
            self.pointer = torch.nn.Linear(config.hidden_size, 2)

        def forward(self, input_ids: Any, attention_mask: Any, token_type_ids: Any) -> Any:
            logits, pieces = self.pointing(input_ids, attention_mask, token_type_ids)
            return logits + POINTED_SHARE * pointed(pieces, attention_mask * token_type_ids)

        def pointing(self, input_ids: Any, attention_mask: Any, token_type_ids: Any) -> Any:
            """Return a logit a row, and for every piece how likely the answer begins or ends."""
            hidden = self.encoder(
                input_ids=input_ids,
                attention_mask=attention_mask,
                token_type_ids=token_type_ids,
            ).last_hidden_state
            mask = attention_mask.unsqueeze(-1).to(hidden.dtype)
            mean = (hidden * mask).sum(1) / mask.sum(1)
            logits = self.head(torch.cat([hidden[:, 0], mean], dim=1)).squeeze(1)
            return logits, self.pointer(hidden)

    model = Scorer()
    model.encoder.embeddings.word_embeddings.weight.requires_grad_(False)  # noqa: FBT003  torch's
    return model


def pointed(pieces: Any, sentence: Any) -> Any:
    """Return the log-odds, a row, that the answer begins and ends in the sentence.

    ``pieces`` are what pointing gives; ``sentence`` is 1 for the sentence's, 0 for all others. The
    alternative is the first piece, which stands for "not here".
    """
    import torch

    there = pieces.masked_fill(sentence.unsqueeze(-1) == 0, NOT_THERE)
    return (torch.logsumexp(there, 1) - pieces[:, 0]).sum(1)


def probabilities(
    model: Any,
    questions: Sequence[str],
    sentences: Sequence[str],
    titles: Sequence[str],
    batch: int = 64,
) -> NDArray[np.float32]:
    """Score pairs with the torch model; float32 in 0..1, in the order given."""
    import torch

    encodings = encode(open_tokenizer(), questions, sentences, titles)
    order = sorted(range(len(encodings)), key=lambda i: -len(encodings[i].ids))
    scores = np.zeros(len(encodings), dtype=np.float32)
    with torch.inference_mode():
        for start in range(0, len(order), batch):
            chosen = order[start : start + batch]
            logits = model(**tensors(padded([encodings[i] for i in chosen])))
            scores[chosen] = torch.sigmoid(logits).numpy()
    return scores


def encoded(tokenizer: Any, pairs: Sequence[Pair]) -> list[Any]:
    """Lay pairs out as the model reads them, not padded yet."""
    return encode(
        tokenizer,
        [pair.question for pair in pairs],
        [pair.sentence for pair in pairs],
        [pair.title for pair in pairs],
    )


def tensors(arrays: dict[str, NDArray[np.int64]]) -> dict[str, Any]:
    """Hand arrays to torch, without copying them."""
    import torch

    return {name: torch.from_numpy(array) for name, array in arrays.items()}
