"""The network: all-MiniLM-L6-v2 reads a question and a sentence, and a small head says how well they fit."""

from collections.abc import Sequence
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import nn
from transformers import BertConfig, BertModel

from index.crossencoder import Pair

Logits = torch.Tensor


class Selector(nn.Module):
    """Scores pairs, and each of their tokens as a part of the answer (used in training only).

    `folder` holds config.json and model.safetensors of all-MiniLM-L6-v2. Dropout is off: it costs a third of
    the time, and the data is hardly seen twice.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__()
        config = BertConfig.from_json_file(folder / "config.json")
        config.hidden_dropout_prob = config.attention_probs_dropout_prob = 0.0
        # The fused attention is half as fast with heads of 32 on a processor.
        config._attn_implementation = "eager"
        self.bert = BertModel(config, add_pooling_layer=False)
        weights = load_file(folder / "model.safetensors")
        named = {name.removeprefix("bert."): value for name, value in weights.items() if "pooler" not in name}
        self.bert.load_state_dict(named, strict=False)
        width = config.hidden_size
        self.dense, self.score, self.token = nn.Linear(width, width), nn.Linear(width, 1), nn.Linear(width, 1)

    def forward(self, pairs: Sequence[Pair]) -> tuple[Logits, Logits]:
        """Return logits of the pairs (pairs,) and of their tokens (pairs, tokens)."""
        length = max(len(pair.ids) for pair in pairs)
        ids, segments, mask = (torch.zeros(len(pairs), length, dtype=torch.long) for _ in range(3))
        for row, pair in enumerate(pairs):
            size = len(pair.ids)
            ids[row, :size] = torch.tensor(pair.ids)
            segments[row, pair.second : size] = 1
            mask[row, :size] = 1
        hidden = self.bert(input_ids=ids, token_type_ids=segments, attention_mask=mask).last_hidden_state
        weight = mask[..., None].float()
        mean = (hidden * weight).sum(1) / weight.sum(1)
        scores = self.score(torch.tanh(self.dense(mean)))[:, 0]
        return scores.float(), self.token(hidden)[..., 0].float()
