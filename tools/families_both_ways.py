#!/usr/bin/env python3
"""The part of transformers and PEFT in FamiliesBothWaysTest. One process does it all, because PyTorch starts slowly.

For each family, in today's notation and in that of older checkpoints, the script writes FOLDER/CASE/theirs/ (a tiny
random model as its makers publish it) and FOLDER/CASE/expected.safetensors (input_ids, attention_mask, logits). Then
it prints "written" and waits for a line. After that it loads the files that Attune wrote for each case:
FOLDER/CASE/full, FOLDER/CASE/merged, and FOLDER/CASE/adapter on FOLDER/CASE/theirs. Each must load without a missing
or superfluous key, and must give the logits in FOLDER/CASE/ours.safetensors to 1e-4. Exit code 0 means that all did.
"""

import json
import os
import sys
import traceback
import warnings

from make_goldens import batch, configs, randomised

import torch
import transformers as tf
from peft import PeftModel
from safetensors.torch import load_file, save_file

VOCABULARY = 64
NEW = ("ministral3", "qwen3_5", "gemma4")  # families that never had an older notation
TOLERANCE = 1e-4


def older(config):
    """config.json as transformers 4 wrote it."""
    config = dict(config)
    config["torch_dtype"] = config.pop("dtype")
    rope = config.pop("rope_parameters", None)
    if not rope:
        return config
    if "sliding_attention" in rope:
        config["rope_local_base_freq"] = rope["sliding_attention"]["rope_theta"]
        rope = rope["full_attention"]
    rope = dict(rope)
    theta, part = rope.pop("rope_theta"), rope.pop("partial_rotary_factor", None)
    kind = rope["rope_type"]
    if config["model_type"] == "gpt_neox":
        config.update(rotary_emb_base=theta, rotary_pct=part)
    else:
        config["rope_theta"] = theta
        if part is not None:
            config["partial_rotary_factor"] = part
    if config["model_type"] == "phi3":
        rope["type"] = rope.pop("rope_type")
    config["rope_scaling"] = None if kind == "default" else rope
    return config


def rewrite(path, change):
    with open(path, encoding="utf-8") as file:
        value = change(json.load(file))
    with open(path, "w", encoding="utf-8") as file:
        json.dump(value, file, indent=1)


def rewrite_weights(theirs, change):
    path = f"{theirs}/model.safetensors"
    save_file(change(load_file(path)), path, metadata={"format": "pt"})


def expect(case, theirs, generator, loader=tf.AutoModelForCausalLM):
    model = loader.from_pretrained(theirs, dtype=torch.float32, attn_implementation="eager").eval()
    ids, mask, _ = batch(generator, VOCABULARY)
    with torch.no_grad():
        logits = model(input_ids=ids, attention_mask=mask).logits.contiguous()
    save_file(dict(input_ids=ids, attention_mask=mask, logits=logits), f"{case}/expected.safetensors")
    with open(f"{theirs}/tokenizer.json", "w", encoding="utf-8") as file:
        json.dump({"model": {"type": "BPE", "vocab": {}, "merges": []}}, file)


def without_stem(weights):
    """GPT-2 as its makers published it: without a name prefix, and with the causal mask of each layer."""
    bare = {name.removeprefix("transformer."): tensor for name, tensor in weights.items()}
    for layer in {name.split(".")[1] for name in bare if name.startswith("h.")}:
        bare[f"h.{layer}.attn.bias"] = torch.tril(torch.ones(1, 1, 128, 128))
        bare[f"h.{layer}.attn.masked_bias"] = torch.tensor(-1e4)
    return bare


def multimodal():
    vision = dict(hidden_size=16, intermediate_size=32, num_hidden_layers=1, num_attention_heads=2, image_size=28)
    vision["patch_size"] = 14
    made = configs(32, 4, VOCABULARY)
    pixtral = tf.PixtralVisionConfig(**vision, head_dim=8)
    qwen_vision = dict(depth=1, hidden_size=16, intermediate_size=32, num_heads=2, out_hidden_size=32, patch_size=14)
    gemma4_vision = dict(hidden_size=16, intermediate_size=32, num_hidden_layers=1, num_attention_heads=2, head_dim=8)
    gemma4_vision.update(num_key_value_heads=2, patch_size=4)
    last = VOCABULARY - 1
    tokens = dict(image_token_index=last)
    qwen = dict(image_token_id=last, video_token_id=last - 1, vision_start_token_id=last - 2, vision_end_token_id=last - 3)
    return {
        "gemma3": lambda: tf.Gemma3ForConditionalGeneration(
            tf.Gemma3Config(text_config=made["gemma3"](), vision_config=vision, mm_tokens_per_image=4, **tokens)
        ),
        "mistral3": lambda: tf.Mistral3ForConditionalGeneration(
            tf.Mistral3Config(text_config=made["mistral"](), vision_config=pixtral, **tokens)
        ),
        "qwen3_5": lambda: tf.Qwen3_5ForConditionalGeneration(
            tf.Qwen3_5Config(text_config=made["qwen3_5"]().to_dict(), vision_config=qwen_vision, **qwen)
        ),
        "gemma4": lambda: tf.Gemma4ForConditionalGeneration(
            tf.Gemma4Config(
                text_config=made["gemma4-global"](), vision_config=gemma4_vision, audio_config=None, image_token_id=last
            )
        ),
    }


def write(folder):
    for number, (name, config) in enumerate(configs(32, 4, VOCABULARY).items()):
        generator = torch.Generator().manual_seed(number)
        torch.manual_seed(number)
        model = randomised(tf.AutoModelForCausalLM.from_config(config()).float(), generator)
        case = f"{folder}/{name}"
        model.save_pretrained(f"{case}/theirs")
        expect(case, f"{case}/theirs", generator)
        if name.split("-")[0] not in NEW:
            case = f"{folder}/{name}~older"
            model.to(torch.bfloat16).save_pretrained(f"{case}/theirs", max_shard_size="40KB")
            rewrite(f"{case}/theirs/config.json", older)
            expect(case, f"{case}/theirs", generator)
        if name == "gpt2":
            case = f"{folder}/{name}~published"
            model.float().save_pretrained(f"{case}/theirs")
            rewrite_weights(f"{case}/theirs", without_stem)
            expect(case, f"{case}/theirs", generator)
        if name == "qwen2":
            case = f"{folder}/{name}~stored-head"
            model.float().save_pretrained(f"{case}/theirs")
            rewrite_weights(
                f"{case}/theirs", lambda weights: {**weights, "lm_head.weight": weights["model.embed_tokens.weight"].clone()}
            )
            expect(case, f"{case}/theirs", generator)
    for name, make in multimodal().items():
        generator = torch.Generator().manual_seed(100)
        torch.manual_seed(100)
        case = f"{folder}/{name}~multimodal"
        randomised(make().float(), generator).save_pretrained(f"{case}/theirs")
        expect(case, f"{case}/theirs", generator, tf.AutoModelForImageTextToText)


def complete(folder):
    model, info = tf.AutoModelForCausalLM.from_pretrained(
        folder, dtype=torch.float32, attn_implementation="eager", output_loading_info=True
    )
    amiss = {kind: sorted(keys) for kind, keys in info.items() if kind.endswith("keys") and keys}
    if amiss:
        raise ValueError(str(amiss))
    return model.eval()


def adapted(case):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for outdated in (DeprecationWarning, FutureWarning):  # transformers and PEFT warn about each other
            warnings.filterwarnings("ignore", category=outdated)
        base = f"{case}/theirs"
        if "~" in case:  # the text part of a multimodal model, as Attune stores it
            base = f"{case}/full"
        return PeftModel.from_pretrained(complete(base), f"{case}/adapter").eval()


@torch.no_grad()
def compare(folder):
    failed = False
    for name in sorted(os.listdir(folder)):
        case = f"{folder}/{name}"
        if not os.path.exists(f"{case}/ours.safetensors"):
            continue
        ours, seen = load_file(f"{case}/ours.safetensors"), load_file(f"{case}/expected.safetensors")
        mask = seen["attention_mask"]
        for what in ("full", "merged", "adapter"):
            try:
                model = adapted(case) if what == "adapter" else complete(f"{case}/{what}")
                theirs = model(input_ids=seen["input_ids"], attention_mask=mask).logits
                difference = ((theirs - ours[what]).abs() * mask[..., None]).max().item()
                wrong = not difference < TOLERANCE
                print(name, what, f"{difference:.1e}", "WRONG" if wrong else "", flush=True)
            except Exception:  # any error: the script checks the other cases too
                wrong = True
                print(name, what, "WRONG", traceback.format_exc(), flush=True)
            failed |= wrong
    return failed


def main():
    folder = sys.argv[1]
    torch.set_num_threads(1)
    write(folder)
    print("written", flush=True)
    sys.stdin.readline()
    sys.exit(compare(folder))


if __name__ == "__main__":
    main()
