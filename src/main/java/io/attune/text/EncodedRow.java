package io.attune.text;

import io.attune.dataset.Finding;
import java.util.List;

/**
 * What became of a row.
 *
 * @param tokens at least one sequence
 * @param whole false if the row was not rendered to its end, since it was longer than was asked for; the longest
 *     sequence is then longer than that
 * @param warnings what of the row is read in another way than one may think
 * @param controlTokens whether the row's own text holds control tokens
 * @param mergedBorders answers whose first token the tokenizer would have merged with the last of the prompt
 */
public record EncodedRow(
        TokenRow tokens, boolean whole, List<Finding> warnings, boolean controlTokens, int mergedBorders) {}
