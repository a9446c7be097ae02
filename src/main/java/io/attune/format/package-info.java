/**
 * Reads and writes model files: Hugging Face folders (config.json, safetensors, tokenizer files), GGUF files and PEFT
 * adapter folders. Pure Java, without native code and without network. The package never executes a file. It checks
 * every count, size and offset of a file before it allocates memory for it.
 *
 * <p>{@link io.attune.format.ModelImport}, the entry for models that come in, checks all files before it renames them
 * into place. Flow order:
 *
 * <pre>
 * HF folder ──┐                              ┌─ ModelConfig   (architecture and special tokens)
 *             ├─ ModelImport ─> models/DIR ──┼─ Safetensors   (tensors as memory-mapped slices)
 * GGUF file ──┘   all checked, then renamed  └─ ModelManifest (attune.json)
 * </pre>
 *
 * <p>{@link io.attune.format.ModelExport}, the entry for models that go out, writes a model with an adapter merged
 * in: a folder, or a GGUF file.
 *
 * <p>A file that the package does not understand exactly is refused with a
 * {@link io.attune.format.ModelFormatException}, whose message names the cause.
 */
package io.attune.format;
