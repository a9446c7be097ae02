#!/usr/bin/env python3
"""Writes tiny random models of every family, and the values that transformers and PEFT compute, for Java tests.

Each folder OUT/NAME contains

    config.json, model.safetensors   the model, float32
    forward.safetensors              input_ids [B, T], attention_mask [B, T] (right padding), labels [B, T]
                                     (-100: no target), logits [B, T, V], loss [] (mean over targets)
    grad_norms.json                  parameter -> L2 norm of d loss / d parameter
    full/, lora/                     12 steps of training: run.json (settings; loss, grad_norm before clipping and
                                     learning_rate of each step), data.safetensors (the batches), logits.safetensors
                                     (after training; for lora also those of the merged weights), and init/ as PEFT
                                     saves it

In models with experts LoRA adapts only the modules outside of the experts. run.json has the noise of the trained
logits as `spread`: their distance from the logits of the same training with the rows of each batch one by one. With a
noise above 2e-5 a test could not compare to 1e-4. In this case the script makes the model again from another seed.

    make_goldens.py src/test/resources/goldens/data
        [--seed 1] [--width 32] [--layers 4] [--vocabulary 64] [--only NAME,...]
"""

import argparse
import json
import math
import os
import shutil
import sys

os.environ.update(HF_HUB_OFFLINE="1", TOKENIZERS_PARALLELISM="false", DO_NOT_TRACK="1")

import peft  # noqa: E402 (the environment comes first)
import torch  # noqa: E402
import transformers as tf  # noqa: E402
from safetensors.torch import save_file  # noqa: E402

LLAMA = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
ATTENTION = LLAMA[:4]
PHI3 = ["qkv_proj", "o_proj", "gate_up_proj", "down_proj"]
NEOX = ["query_key_value", "dense", "dense_h_to_4h", "dense_4h_to_h"]
TARGETS = {
    "phi3": PHI3,
    "gpt2": ["c_attn", "c_proj", "c_fc"],
    "bloom": NEOX,
    "gpt_neox": NEOX,
    "glm4": ATTENTION + ["gate_up_proj", "down_proj"],
    "starcoder2": ATTENTION + ["c_fc", "c_proj"],
    "mixtral": ATTENTION,
    "qwen3_moe": ATTENTION,
    "gpt_oss": ATTENTION,
}
NOISE = 2e-5


class Noisy(Exception):
    pass


def configs(width, layers, vocabulary):
    """Name -> config. A name begins with its model_type, without _text, as in TARGETS."""
    heads = width // 8
    tokens = dict(pad_token_id=0, bos_token_id=1, eos_token_id=2)
    base = dict(
        tokens,
        vocab_size=vocabulary,
        hidden_size=width,
        intermediate_size=3 * width // 2,
        num_hidden_layers=layers,
        num_attention_heads=heads,
        max_position_embeddings=128,
        attention_dropout=0.0,
    )
    grouped = dict(base, num_key_value_heads=2)
    experts = dict(grouped, moe_intermediate_size=width // 2, num_experts=4, num_experts_per_tok=2)
    neox = dict(base, hidden_dropout=0.0)
    phi3 = dict(grouped, resid_pdrop=0.0, embd_pdrop=0.0)
    rope = {"rope_type": "default", "rope_theta": 10000.0}
    far = {"rope_type": "default", "rope_theta": 1000000.0}
    llama3 = {
        "rope_type": "llama3",
        "rope_theta": 500000.0,
        "factor": 8.0,
        "low_freq_factor": 1.0,
        "high_freq_factor": 4.0,
        "original_max_position_embeddings": 64,
    }
    yarn = {
        "rope_type": "yarn",
        "rope_theta": 10000.0,
        "factor": 4.0,
        "original_max_position_embeddings": 32,
        "beta_fast": 32.0,
        "beta_slow": 1.0,
    }
    every_fourth = ["full_attention" if (i + 1) % 4 == 0 else "sliding_attention" for i in range(layers)]
    every_second = ["full_attention" if i % 2 else "sliding_attention" for i in range(layers)]

    def long_rope(original):
        # transformers chooses the factors by the longest row of a batch,
        # so all rows are longer than the original length, or none is
        scaling = {
            "rope_type": "longrope",
            "rope_theta": 10000.0,
            "short_factor": [1.0 + 0.1 * i for i in range(4)],
            "long_factor": [1.5 + 0.3 * i for i in range(4)],
            "original_max_position_embeddings": original,
            "factor": 128 / original,
        }
        return tf.Phi3Config(**phi3, original_max_position_embeddings=original, rope_parameters=scaling)

    def gemma4(**other):
        return tf.Gemma4TextConfig(
            **grouped,
            head_dim=16,
            sliding_window=6,
            layer_types=every_fourth,
            hidden_size_per_layer_input=0,
            vocab_size_per_layer_input=vocabulary,
            num_kv_shared_layers=0,
            enable_moe_block=False,
            **other,
        )

    return {
        "llama": lambda: tf.LlamaConfig(**grouped, rope_parameters=rope),
        "llama-head_dim": lambda: tf.LlamaConfig(**grouped, head_dim=12, rope_parameters=rope),
        "llama-tied-llama3": lambda: tf.LlamaConfig(
            **base, num_key_value_heads=1, head_dim=16, tie_word_embeddings=True, rope_parameters=llama3
        ),
        "llama-biased-linear": lambda: tf.LlamaConfig(
            **grouped, attention_bias=True, mlp_bias=True, rope_parameters={**rope, "rope_type": "linear", "factor": 2.0}
        ),
        "llama-dynamic": lambda: tf.LlamaConfig(
            **grouped, rope_parameters={**rope, "rope_type": "dynamic", "factor": 2.0}
        ),
        "mistral": lambda: tf.MistralConfig(**grouped, sliding_window=5, rope_parameters=rope),
        "ministral3": lambda: tf.Ministral3Config(**grouped, head_dim=8, sliding_window=None),
        "mixtral": lambda: tf.MixtralConfig(
            **grouped, num_local_experts=4, num_experts_per_tok=2, sliding_window=None, rope_parameters=rope
        ),
        "mixtral-window": lambda: tf.MixtralConfig(
            **grouped, num_local_experts=3, num_experts_per_tok=2, sliding_window=5, rope_parameters=rope
        ),
        "qwen2": lambda: tf.Qwen2Config(**grouped, rope_parameters=far, tie_word_embeddings=True),
        "qwen2-yarn": lambda: tf.Qwen2Config(**grouped, rope_parameters=yarn),
        "qwen2-window": lambda: tf.Qwen2Config(
            **grouped, rope_parameters=rope, use_sliding_window=True, sliding_window=5, max_window_layers=1
        ),
        "qwen3": lambda: tf.Qwen3Config(**grouped, head_dim=24, rope_parameters=far),
        "qwen3_moe": lambda: tf.Qwen3MoeConfig(
            **experts, head_dim=8, norm_topk_prob=True, mlp_only_layers=[0], rope_parameters=rope
        ),
        "qwen3_moe-sparse_step": lambda: tf.Qwen3MoeConfig(
            **experts, head_dim=8, norm_topk_prob=False, decoder_sparse_step=2, rope_parameters=rope
        ),
        "qwen3_5": lambda: tf.Qwen3_5TextConfig(
            **grouped,
            head_dim=16,
            linear_num_value_heads=4,
            linear_num_key_heads=2,
            linear_key_head_dim=8,
            linear_value_head_dim=8,
            linear_conv_kernel_dim=4,
            layer_types=["full_attention" if (i + 1) % 4 == 0 else "linear_attention" for i in range(layers)],
        ),
        "gemma2": lambda: tf.Gemma2Config(
            **grouped,
            head_dim=16,
            query_pre_attn_scalar=24,
            sliding_window=6,
            attn_logit_softcapping=20.0,
            final_logit_softcapping=10.0,
            rope_parameters=rope,
        ),
        "gemma3": lambda: tf.Gemma3TextConfig(
            **base,
            num_key_value_heads=1,
            head_dim=16,
            query_pre_attn_scalar=16,
            sliding_window=6,
            layer_types=every_second,
        ),
        "gemma3-scaled": lambda: tf.Gemma3TextConfig(
            **base,
            num_key_value_heads=1,
            head_dim=16,
            query_pre_attn_scalar=24,
            sliding_window=4,
            layer_types=every_second,
            rope_parameters={
                "sliding_attention": rope,
                "full_attention": {**far, "rope_type": "linear", "factor": 8.0},
            },
        ),
        "gemma4": lambda: gemma4(global_head_dim=16),
        "gemma4-global": lambda: gemma4(global_head_dim=32, attention_k_eq_v=True, num_global_key_value_heads=1),
        "phi3": lambda: tf.Phi3Config(**phi3, rope_parameters=rope),
        "phi3-partial": lambda: tf.Phi3Config(
            **phi3, sliding_window=6, rope_parameters={**rope, "partial_rotary_factor": 0.5}
        ),
        "phi3-longrope-long": lambda: long_rope(4),
        "phi3-longrope-short": lambda: long_rope(64),
        "gpt2": lambda: tf.GPT2Config(
            **tokens,
            vocab_size=vocabulary,
            n_embd=width,
            n_layer=layers,
            n_head=heads,
            n_positions=128,
            resid_pdrop=0.0,
            embd_pdrop=0.0,
            attn_pdrop=0.0,
        ),
        "bloom": lambda: tf.BloomConfig(
            **tokens,
            vocab_size=vocabulary,
            hidden_size=width,
            n_layer=layers,
            n_head=heads,
            hidden_dropout=0.0,
            attention_dropout=0.0,
        ),
        "gpt_neox": lambda: tf.GPTNeoXConfig(**neox, rope_parameters={**rope, "partial_rotary_factor": 0.5}),
        "gpt_neox-sequential": lambda: tf.GPTNeoXConfig(
            **neox, use_parallel_residual=False, rope_parameters={**rope, "partial_rotary_factor": 1.0}
        ),
        "smollm3": lambda: tf.SmolLM3Config(
            **grouped, no_rope_layers=[0 if (i + 1) % 4 == 0 else 1 for i in range(layers)], rope_parameters=rope
        ),
        "olmo2": lambda: tf.Olmo2Config(**grouped, rope_parameters=rope),
        "olmo3": lambda: tf.Olmo3Config(**grouped, sliding_window=6, layer_types=every_fourth, rope_parameters=rope),
        "granite": lambda: tf.GraniteConfig(
            **grouped,
            embedding_multiplier=6.0,
            logits_scaling=4.0,
            residual_multiplier=0.4,
            attention_multiplier=0.2,
            rope_parameters=rope,
        ),
        "glm4": lambda: tf.Glm4Config(
            **grouped, head_dim=8, attention_bias=True, rope_parameters={**rope, "partial_rotary_factor": 0.5}
        ),
        "starcoder2": lambda: tf.Starcoder2Config(
            **grouped, sliding_window=None, residual_dropout=0.0, embedding_dropout=0.0, rope_parameters=rope
        ),
        "gpt_oss": lambda: tf.GptOssConfig(
            **{**grouped, "intermediate_size": width // 2},
            head_dim=8,
            num_local_experts=4,
            num_experts_per_tok=2,
            sliding_window=6,
            layer_types=every_fourth,
            rope_parameters={**yarn, "rope_theta": 150000.0, "truncate": False},
        ),
    }


def randomised(model, generator):
    """The model with random parameters. No parameter stays at 0 or 1, so that each one affects the result."""
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if parameter.dim() > 1:
                wide = any(part in name for part in ("embed", "wte", "conv1d"))
                parameter.normal_(0, 0.6 if wide else 0.15, generator=generator)
            elif name.endswith("bias"):
                parameter.normal_(0, 0.1, generator=generator)
            else:
                parameter.add_(torch.empty_like(parameter).normal_(0, 0.2, generator=generator))
        for name, parameter in model.named_parameters():
            if name.endswith("A_log"):  # decays over a few tokens; faster decays only amplify rounding errors
                parameter.copy_(torch.empty_like(parameter).uniform_(-2, 0, generator=generator))
    return model


def batch(generator, vocabulary, rows=3, longest=24):
    lengths = [longest] + [int(torch.randint(8, longest, (1,), generator=generator)) for _ in range(rows - 1)]
    ids = torch.zeros(rows, longest, dtype=torch.long)
    mask, labels = torch.zeros_like(ids), torch.full_like(ids, -100)
    for row, length in enumerate(lengths):
        ids[row, :length] = torch.randint(3, vocabulary, (length,), generator=generator)
        mask[row, :length] = 1
        start = int(torch.randint(2, length - 3, (1,), generator=generator))
        labels[row, start:length] = ids[row, start:length]
    return ids, mask, labels


def summed_loss(model, ids, mask, labels):
    logits = model(input_ids=ids, attention_mask=mask).logits[:, :-1]
    return torch.nn.functional.cross_entropy(
        logits.reshape(-1, logits.shape[-1]), labels[:, 1:].reshape(-1), ignore_index=-100, reduction="sum"
    )


def backward(model, ids, mask, labels, one_by_one):
    """The mean over all targets of the batch, and its gradients."""
    targets = (labels[:, 1:] != -100).sum()
    parts = [(ids, mask, labels)]
    if one_by_one:
        lengths = mask.sum(1).tolist()
        parts = [tuple(t[i : i + 1, :n] for t in (ids, mask, labels)) for i, n in enumerate(lengths)]
    total = 0.0
    for part in parts:
        loss = summed_loss(model, *part) / targets
        loss.backward()
        total += loss.item()
    return total


def train(model, batches, rate, one_by_one=False):
    """AdamW with 2 steps of warmup and a cosine, as in transformers' schedule."""
    settings = dict(steps=12, learning_rate=rate, warmup_steps=2, scheduler="cosine", weight_decay=0.01, clip=1.0)
    settings.update(betas=[0.9, 0.999], eps=1e-8)
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=rate, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01)
    log = []
    for step in range(settings["steps"]):
        progress = (step - 2) / (settings["steps"] - 2)
        now = rate * (step / 2 if step < 2 else 0.5 * (1 + math.cos(math.pi * progress)))
        optimizer.param_groups[0]["lr"] = now
        optimizer.zero_grad()
        loss = backward(model, *batches[step % len(batches)], one_by_one)
        norm = torch.nn.utils.clip_grad_norm_(trained, settings["clip"]).item()
        optimizer.step()
        log.append(dict(step=step + 1, loss=loss, grad_norm=norm, learning_rate=now))
    return dict(settings, log=log)


@torch.no_grad()
def logits(model, ids, mask):
    return model.eval()(input_ids=ids, attention_mask=mask).logits.contiguous()


def started(folder, lora, init):
    model = tf.AutoModelForCausalLM.from_pretrained(folder, attn_implementation="eager", dtype=torch.float32).train()
    return peft.PeftModel.from_pretrained(model, init, is_trainable=True) if lora else model


def write_run(folder, method, lora, seen, batches):
    run = f"{folder}/{method}"
    init = f"{run}/init"
    os.makedirs(run)
    if lora:
        peft.get_peft_model(started(folder, False, None), lora).save_pretrained(init)
        os.remove(f"{init}/README.md")
    rate = 5e-3 if lora else 1e-3
    model = started(folder, lora, init)
    settings = train(model, batches, rate)
    again = started(folder, lora, init)
    train(again, batches, rate, one_by_one=True)
    out = dict(input_ids=seen[0], attention_mask=seen[1], logits=logits(model, *seen))
    spread = ((out["logits"] - logits(again, *seen)).abs() * seen[1][..., None]).max().item()
    if spread > NOISE:
        raise Noisy(f"rounding alone moves the logits of {run} by {spread:.1e}")
    if lora:
        out["merged_logits"] = logits(model.merge_and_unload(), *seen)
    save_file(out, f"{run}/logits.safetensors")
    names = ("input_ids", "attention_mask", "labels")
    data = {f"{name}.{i}": t.contiguous() for i, b in enumerate(batches) for name, t in zip(names, b)}
    save_file(data, f"{run}/data.safetensors")
    write_json(f"{run}/run.json", dict(settings, spread=spread))
    return spread


def write_json(path, value):
    with open(path, "w", encoding="utf-8") as file:
        json.dump(value, file, indent=1)
        file.write("\n")


def write(folder, config, seed, targets):
    generator = torch.Generator().manual_seed(seed)
    torch.manual_seed(seed)
    config._attn_implementation = "eager"
    config.dtype = torch.float32
    config._experts_implementation = "eager"
    model = tf.AutoModelForCausalLM.from_config(config, attn_implementation="eager").float()
    randomised(model, generator).train()
    os.makedirs(folder)
    model.save_pretrained(folder)
    generation = f"{folder}/generation_config.json"
    if os.path.exists(generation):
        os.remove(generation)
    ids, mask, labels = batch(generator, config.vocab_size)
    output = model(input_ids=ids, attention_mask=mask, labels=labels)
    output.loss.backward()
    norms = {name: p.grad.norm().item() for name, p in model.named_parameters() if p.grad is not None}
    write_json(f"{folder}/grad_norms.json", norms)
    tensors = dict(input_ids=ids, attention_mask=mask, labels=labels)
    tensors.update(logits=output.logits.detach().contiguous(), loss=output.loss.detach())
    save_file(tensors, f"{folder}/forward.safetensors")
    lora = peft.LoraConfig(
        r=4,
        lora_alpha=8,
        lora_dropout=0.0,
        target_modules=targets,
        task_type="CAUSAL_LM",
        fan_in_fan_out=config.model_type == "gpt2",
    )
    spreads = []
    for method, adapter in (("full", None), ("lora", lora)):
        batches = [batch(generator, config.vocab_size) for _ in range(4)]
        spreads.append(write_run(folder, method, adapter, (ids, mask), batches))
    return spreads


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", help="the folder to write into; the script does not change folders that exist")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--width", type=int, default=32, help="a multiple of 16")
    parser.add_argument("--layers", type=int, default=4)
    parser.add_argument("--vocabulary", type=int, default=64)
    parser.add_argument("--only", help="names, separated by commas")
    options = parser.parse_args()
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    only = options.only.split(",") if options.only else None
    made = configs(options.width, options.layers, options.vocabulary)
    for number, (name, config) in enumerate(made.items()):
        folder = f"{options.out}/{name}"
        if (only and name not in only) or os.path.exists(folder):
            continue
        targets = TARGETS.get(name.split("-")[0], LLAMA)
        seed = 1000 * options.seed + number
        for attempt in range(5):
            try:
                spreads = write(folder, config(), seed + 100 * attempt, targets)
                print(name, "spread of the trained logits:", ", ".join(f"{s:.0e}" for s in spreads), flush=True)
                break
            except Noisy as noisy:
                print(noisy, flush=True)
                shutil.rmtree(folder)
        else:
            sys.exit(f"{name}: every seed makes a model that amplifies rounding")


if __name__ == "__main__":
    main()
