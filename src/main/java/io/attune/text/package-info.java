/**
 * From rows to what the model computes: {@link io.attune.text.ChatTemplate} writes a conversation as text, {@link
 * io.attune.text.Tokenizer} makes ids of it, {@link io.attune.text.RowEncoder} joins both and marks what is trained on
 * ({@link io.attune.text.TokenRow}), and {@link io.attune.text.Packer} lays rows end to end ({@link
 * io.attune.text.Pack}).
 */
package io.attune.text;
