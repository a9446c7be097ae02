"""Runs one measured LoRA training of TRL + PEFT on the CPU. Prints one JSON object as its last line.

The rows come in the order of the file, --batch of them in each step. tools/chat_targets.py describes the targets.
vs_trl.py calls this script and describes the settings.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path

os.environ.update(HF_HUB_OFFLINE="1", TOKENIZERS_PARALLELISM="false", DO_NOT_TRACK="1")
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tools"))


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", required=True)
    parser.add_argument("--rows", required=True)
    parser.add_argument("--steps", type=int, required=True)
    parser.add_argument("--batch", type=int, required=True)
    parser.add_argument("--rank", type=int, required=True)
    parser.add_argument("--learning-rate", type=float, required=True)
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--max-length", type=int, required=True)
    parser.add_argument("--modules", required=True, help="names of linear modules, separated by commas")
    return parser.parse_args()


def main(options):
    import torch

    torch.set_num_threads(options.threads)
    from datasets import Dataset
    from peft import LoraConfig
    from torch.utils.data import SequentialSampler
    from transformers import AutoModelForCausalLM, AutoTokenizer, TrainerCallback
    from trl import SFTConfig, SFTTrainer

    from chat_targets import IGNORED, encode

    tokenizer = AutoTokenizer.from_pretrained(options.model)
    encoded = [encode(tokenizer, json.loads(line)) for line in open(options.rows, encoding="utf-8")]
    data = Dataset.from_list(
        [{"input_ids": ids, "completion_mask": [int(label != IGNORED) for label in labels]} for ids, labels in encoded]
    )

    class Record(TrainerCallback):
        seconds, losses = [], []

        def on_step_begin(self, *_, **__):
            self.begin = time.perf_counter()

        def on_step_end(self, *_, **__):
            self.seconds.append(time.perf_counter() - self.begin)

        def on_log(self, args, state, control, logs=None, **_):
            if "loss" in (logs or {}):
                self.losses.append(float(logs["loss"]))

    class InFileOrder(SFTTrainer):
        def _get_train_sampler(self, *_):
            return SequentialSampler(self.train_dataset)

    record = Record()
    with tempfile.TemporaryDirectory() as output:
        InFileOrder(
            model=AutoModelForCausalLM.from_pretrained(options.model, dtype=torch.float32),
            train_dataset=data,
            processing_class=tokenizer,
            callbacks=[record],
            peft_config=LoraConfig(
                r=options.rank,
                lora_alpha=2 * options.rank,
                lora_dropout=0.0,
                target_modules=options.modules.split(","),
                task_type="CAUSAL_LM",
            ),
            args=SFTConfig(
                output_dir=output,
                max_steps=options.steps,
                per_device_train_batch_size=options.batch,
                learning_rate=options.learning_rate,
                lr_scheduler_type="constant",
                max_length=options.max_length,
                completion_only_loss=True,
                gradient_checkpointing=False,
                bf16=False,
                fp16=False,
                use_cpu=True,
                logging_steps=1,
                save_strategy="no",
                report_to=[],
                disable_tqdm=True,
                seed=1,
            ),
        ).train()
    status = Path("/proc/self/status").read_text()
    peak = (int(status.split("VmHWM:")[1].split()[0]) - int(status.split("RssFile:")[1].split()[0])) * 1024
    print(json.dumps({"seconds": record.seconds, "losses": record.losses, "peak_bytes": peak}))


if __name__ == "__main__":
    main(arguments())
