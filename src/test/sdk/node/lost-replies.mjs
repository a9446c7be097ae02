// Makes each changing call of the API once, as if nothing could go wrong, while a proxy loses answers: what the SDK repeats, and
// what it gives back in the end. The last line says as JSON what it was given.
//
// Environment: OPENAI_BASE_URL and OPENAI_API_KEY (read by the SDK itself), ATTUNE_MODEL (a base model), ATTUNE_TUNED (a tuned one).
import OpenAI, { toFile } from "openai";
import { VERSION } from "openai/version";

const client = new OpenAI();
const jobs = client.fineTuning.jobs;
const row = '{"prompt": "a", "completion": "b"}\n';
const rows = () => toFile(Buffer.from(row.repeat(12)), "kept.jsonl");
console.log(`openai-node ${VERSION}`);

/** One call after the other. */
async function inTurn(times, call) {
    const answers = [];
    for (let i = 0; i < times; i++) {
        answers.push(await call());
    }
    return answers;
}

const file = await client.files.create({ file: await rows(), purpose: "fine-tune" });
const parted = { filename: "parts.jsonl", mime_type: "text/jsonl", purpose: "fine-tune" };
const upload = await client.uploads.create({ ...parted, bytes: row.length * 24 });
// equal on purpose: two parts
const parts = await inTurn(2, async () => client.uploads.parts.create(upload.id, { data: await rows() }));
const completed = await client.uploads.complete(upload.id, { part_ids: parts.map((part) => part.id) });
const given = await client.uploads.create({ ...parted, bytes: 5 });
const cancelled = await client.uploads.cancel(given.id);

// equal on purpose: three jobs
const sweep = await inTurn(3, () => jobs.create({ model: process.env.ATTUNE_MODEL, training_file: file.id }));
const [first, second] = sweep.map((job) => job.id);
const statuses = [
    (await jobs.pause(first)).status,
    (await jobs.resume(first)).status,
    (await jobs.cancel(first)).status,
    (await jobs.pause(second)).status,
    (await jobs.resume(second)).status,
    (await jobs.pause(second)).status, // the same call twice
];

const model = await client.models.delete(process.env.ATTUNE_TUNED);
const endpoint = await client.webhooks.create({
    name: "mine",
    url: "https://example.com/hooks",
    event_types: ["fine_tuning.job.succeeded"],
});
const removed = await client.webhooks.delete(endpoint.id);
const deleted = await client.files.delete(completed.file.id);
console.log(
    JSON.stringify({
        file: file.id,
        upload: completed.id,
        upload_status: completed.status,
        parts: parts.map((part) => part.id),
        upload_file: completed.file.id,
        cancelled: cancelled.id,
        cancelled_status: cancelled.status,
        jobs: sweep.map((job) => job.id),
        statuses,
        endpoint: endpoint.id,
        secret: endpoint.signing_secret,
        deleted: [model.id, removed.id, deleted.id],
        all_deleted: model.deleted && removed.deleted && deleted.deleted,
    }),
);
