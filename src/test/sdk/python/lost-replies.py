"""Makes each changing call of the API once, as if nothing could go wrong, while a proxy loses answers: what the SDK repeats, and
what it gives back in the end. The last line says as JSON what it was given.

Environment: OPENAI_BASE_URL and OPENAI_API_KEY (read by the SDK itself), ATTUNE_MODEL (a base model), ATTUNE_TUNED (a tuned one).
"""

import json
import os

import openai

client = openai.OpenAI()
jobs = client.fine_tuning.jobs
row = b'{"prompt": "a", "completion": "b"}\n'
print(f"openai-python {openai.__version__}", flush=True)

file = client.files.create(file=("kept.jsonl", row * 12), purpose="fine-tune")
upload = client.uploads.create(bytes=len(row) * 24, filename="parts.jsonl", mime_type="text/jsonl", purpose="fine-tune")
parts = [client.uploads.parts.create(upload.id, data=row * 12) for _ in range(2)]  # equal on purpose: two parts
completed = client.uploads.complete(upload.id, part_ids=[part.id for part in parts])
cancelled = client.uploads.create(bytes=5, filename="never.jsonl", mime_type="text/jsonl", purpose="fine-tune")
cancelled = client.uploads.cancel(cancelled.id)

sweep = [jobs.create(model=os.environ["ATTUNE_MODEL"], training_file=file.id) for _ in range(3)]  # equal on purpose
first, second = sweep[0].id, sweep[1].id
statuses = [jobs.pause(first).status, jobs.resume(first).status, jobs.cancel(first).status]
statuses += [jobs.pause(second).status, jobs.resume(second).status, jobs.pause(second).status]  # the same call twice

model = client.models.delete(os.environ["ATTUNE_TUNED"])
endpoint = client.webhooks.create(
    name="mine", url="https://example.com/hooks", event_types=["fine_tuning.job.succeeded"]
)
removed = client.webhooks.delete(endpoint.id)
deleted = client.files.delete(completed.file.id)
print(
    json.dumps(
        {
            "file": file.id,
            "upload": completed.id,
            "upload_status": completed.status,
            "parts": [part.id for part in parts],
            "upload_file": completed.file.id,
            "cancelled": cancelled.id,
            "cancelled_status": cancelled.status,
            "jobs": [job.id for job in sweep],
            "statuses": statuses,
            "endpoint": endpoint.id,
            "secret": endpoint.signing_secret,
            "deleted": [model.id, removed.id, deleted.id],
            "all_deleted": model.deleted and removed.deleted and deleted.deleted,
        }
    )
)
