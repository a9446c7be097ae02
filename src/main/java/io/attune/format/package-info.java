/**
 * The files models come in and go out as: Hugging Face folders (config.json, safetensors, tokenizer files), GGUF files and
 * PEFT adapter folders. Pure Java, no natives, no network; no file is ever executed, and every count, size and offset that a
 * file claims is checked before anything is allocated for it.
 *
 * <pre>
 * HF folder ──┐                              ┌─ ModelConfig   (architecture and special tokens)
 *             ├─ ModelImport ─> models/DIR ──┼─ Safetensors   (tensors as memory-mapped slices)
 * GGUF file ──┘   all checked, then renamed  └─ ModelManifest (attune.json)
 * </pre>
 *
 * {@link io.attune.format.ModelExport} writes models again, with an adapter merged: a folder, or a GGUF file.
 *
 * <p>Whatever is not understood exactly is refused by a {@link io.attune.format.ModelFormatException} that names it.
 */
package io.attune.format;
