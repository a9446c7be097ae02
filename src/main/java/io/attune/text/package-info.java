/**
 * Encodes rows as token ids and targets, by the rules of docs/tokens.md. {@link io.attune.text.RowEncoder}, the
 * entry, takes a row and returns a {@link io.attune.text.TokenRow}. The way of a conversation:
 *
 * <pre>
 * row -> ChatTemplate     writes the conversation as text (a Transcript of its beginnings)
 *     -> ChatEncoder      goes through the turns
 *        Answer           the text after a prompt that the model has to generate
 *        Tokenizer        text to ids
 *        SequenceEncoder  prompts and answers as one sequence, with its targets
 *        OmittedParts     finds parts of the row that the template omits
 *     -> TokenRow         of one or more TokenSequences
 *     -> Packer           lays sequences end to end as a Pack
 * </pre>
 *
 * {@link io.attune.text.ChatTrial} tries the encoding on a model that is being imported.
 */
package io.attune.text;
