#!/usr/bin/env python3
"""Compares Attune's trainer with TRL + PEFT: the same model, rows and settings on the same CPU, alternately.

LoRA with r=8 on all linear modules, batch 8, constant learning rate 2e-4, float32, 2 threads. Every run is a separate
process. The first step of each run is a warm-up and does not count. Rows are the first steps x batch rows of the file:
one epoch. TRL reads them in the order of the file. Attune shuffles them by its seed. So compare mean losses of the
epoch, not single steps.

    benchmarks/vs_trl.py                       3 rounds of 6 steps on SmolLM2-135M-Instruct
    benchmarks/vs_trl.py --rounds 1 --steps 3  a quick look

The script makes its Python environment and downloads the model into the cache folder (tools/python-env,
tools/fetch-smollm2).
"""

import argparse
import hashlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODULES = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
RANK, BATCH, LEARNING_RATE, MAX_LENGTH = 8, 8, 2e-4, 1024


def output(*command, **options):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, **options).stdout.strip()


def model_folder(gguf, cache):
    """The model in Hugging Face layout. Attune imports it once, so that both sides read the same weights."""
    data = cache / "benchmark-data"
    found = list(data.glob("models/*/model.safetensors"))
    if not found:
        gguf = gguf or output(str(ROOT / "tools/fetch-smollm2"))
        environment = {**os.environ, "ATTUNE_DATA": str(data)}
        command = [str(ROOT / "attune"), "import", gguf, "--name", "smollm2"]
        subprocess.run(command, check=True, env=environment, stdout=sys.stderr)
        found = list(data.glob("models/*/model.safetensors"))
    return found[0].parent


def run_attune(model, rows, options, work):
    spec = {
        "mode": "train",
        "model": str(model),
        "device": "cpu",
        "threads": options.threads,
        "data": {"training": str(rows), "validation": None},
        "settings": {
            "training_type": {
                "type": "lora",
                "r": RANK,
                "lora_alpha": 2 * RANK,
                "lora_dropout": 0.0,
                "target_modules": MODULES,
            },
            "hyperparameters": {
                "n_epochs": 1,
                "batch_size": BATCH,
                "max_steps": options.steps,
                "learning_rate": LEARNING_RATE,
                "warmup_ratio": 0.0,
                "lr_scheduler_type": "constant",
                "weight_decay": 0.0,
                "max_grad_norm": 1.0,
                "adam_beta1": 0.9,
                "adam_beta2": 0.999,
                "adam_epsilon": 1e-8,
                "max_length": MAX_LENGTH,
                "overlong_rows": "fail",
                "micro_batch_tokens": options.micro_batch_tokens,
            },
        },
        "seed": 1,
        "start": {"random_weights": False, "adapter": None, "resume": None},
        "results": {
            "output": str(work / "attune-output"),
            "base_name": "smollm2",
            "data_checksum": hashlib.sha256(rows.read_bytes()).hexdigest(),
            "sample_prompts": 0,
            "resume_interval": 0,
        },
    }
    (work / "attune-output").mkdir(exist_ok=True)
    (work / "spec.json").write_text(json.dumps(spec))
    messages = []
    lines = run([str(ROOT / "attune"), "train", str(work / "spec.json")], work / "attune.log", stdin=subprocess.PIPE)
    for line in lines:
        try:
            message = json.loads(line)
        except ValueError:
            continue  # output of native code
        if isinstance(message, dict) and "message" in message:
            messages.append(message)
    if not messages or messages[-1]["message"] != "finished":
        sys.exit(f"Attune's trainer did not finish; its last message: {messages[-1:]}")
    steps = [message for message in messages if message["message"] == "step"]
    return {
        "seconds": [step["seconds"] for step in steps],
        "losses": [step["loss"] for step in steps],
        "peak_bytes": messages[-1]["peak_memory_bytes"],
    }


def run_trl(python, model, rows, options, work):
    values = {
        "model": model,
        "rows": rows,
        "steps": options.steps,
        "batch": BATCH,
        "rank": RANK,
        "learning-rate": LEARNING_RATE,
        "threads": options.threads,
        "max-length": MAX_LENGTH,
        "modules": ",".join(MODULES),
    }
    command = [python, str(ROOT / "benchmarks/trl_sft.py")]
    for name, value in values.items():
        command += [f"--{name}", str(value)]
    environment = {**os.environ, "OMP_NUM_THREADS": str(options.threads)}
    return json.loads(run(command, work / "trl.log", env=environment)[-1])


def run(command, log, **options):
    """Lines of standard output. Standard error goes to a log, which is shown if the command fails."""
    with open(log, "w") as errors:
        # the trainer ends when its input ends, so the input stays open until the process ends
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True, **options)
        lines = process.stdout.read().splitlines()
        code = process.wait()
    if code != 0:
        sys.exit(f"{command[0]} ended with {code}:\n" + "\n".join(log.read_text().splitlines()[-40:] + lines[-5:]))
    return lines


def rows_per_second(result):
    counted = result["seconds"][1:]
    return BATCH * len(counted) / sum(counted)


def table(results):
    lines = [
        "| | rows/s: min | median | max | peak resident memory, GiB | mean loss of the epoch |",
        "|---|---|---|---|---|---|",
    ]
    for name, runs in results.items():
        speeds = [rows_per_second(result) for result in runs]
        peak = max(result["peak_bytes"] for result in runs) / 2**30
        loss = statistics.mean(statistics.mean(result["losses"]) for result in runs)
        lines.append(
            f"| {name} | {min(speeds):.3f} | {statistics.median(speeds):.3f} | {max(speeds):.3f} | {peak:.2f} | {loss:.4f} |"
        )
    return lines


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3, help="runs of each, alternately (default 3)")
    parser.add_argument("--steps", type=int, default=6, help="optimizer steps of a run, 2 or more (default 6)")
    parser.add_argument("--rows", type=Path, default=ROOT / "src/test/resources/data/brand-voice.jsonl", help="JSONL file")
    parser.add_argument("--gguf", help="a GGUF file of SmolLM2-135M-Instruct (default: downloaded)")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--micro-batch-tokens", type=int, default=2048, help="Attune's; memory and speed only")
    options = parser.parse_args()
    if options.steps < 2:
        parser.error("--steps: the first step is not counted, so there have to be 2 or more")

    python = output(str(ROOT / "tools/python-env"), str(ROOT / "benchmarks/requirements.txt"))
    cache = Path(python).parent.parent.parent
    model = model_folder(options.gguf, cache)
    lines = [line for line in options.rows.read_text(encoding="utf-8").splitlines() if line.strip()]
    if len(lines) < options.steps * BATCH:
        parser.error(f"{options.rows} has {len(lines)} rows; {options.steps} steps take {options.steps * BATCH}")

    results = {"Attune": [], "TRL + PEFT": []}
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        rows = work / "rows.jsonl"
        rows.write_text("".join(line + "\n" for line in lines[: options.steps * BATCH]), encoding="utf-8")
        for turn in range(options.rounds):
            for name in results:
                if name == "Attune":
                    result = run_attune(model, rows, options, work)
                else:
                    result = run_trl(python, model, rows, options, work)
                results[name].append(result)
                losses = " ".join(f"{loss:.4f}" for loss in result["losses"])
                print(
                    f"round {turn + 1}  {name:10}  {rows_per_second(result):.3f} rows/s"
                    f"  {result['peak_bytes'] / 2**30:.2f} GiB  losses {losses}",
                    flush=True,
                )
    print()
    print("\n".join(table(results)))
    medians = {name: statistics.median(map(rows_per_second, runs)) for name, runs in results.items()}
    print(f"\nAttune / TRL: {medians['Attune'] / medians['TRL + PEFT']:.2f} (medians of {options.rounds} runs)")


if __name__ == "__main__":
    main()
