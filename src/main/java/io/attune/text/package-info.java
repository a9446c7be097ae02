/**
 * From rows to what the model computes, by the rule of docs/tokens.md. {@link io.attune.text.ChatTemplate} writes a
 * conversation as text, and {@link io.attune.text.Tokenizer} makes ids of it. {@link io.attune.text.RowEncoder} joins both
 * and marks what is trained on: {@link io.attune.text.ChatEncoder} goes through a conversation turn by turn, {@link
 * io.attune.text.Answer} takes from its {@link io.attune.text.Transcript} what follows a prompt, {@link
 * io.attune.text.SequenceEncoder} encodes prompts and answers as one sequence, and {@link io.attune.text.Presence} finds
 * what does not come out. What comes of a row is a {@link io.attune.text.TokenRow} of one or more {@link
 * io.attune.text.TokenSequence}s, which {@link io.attune.text.Packer} lays end to end ({@link io.attune.text.Pack}). {@link
 * io.attune.text.ChatTrial} tries all of it on a model that is imported.
 */
package io.attune.text;
