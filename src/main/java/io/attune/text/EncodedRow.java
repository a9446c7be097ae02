package io.attune.text;

import io.attune.dataset.Finding;
import java.util.List;

/**
 * The result of encoding a row.
 *
 * @param tokens at least one sequence
 * @param whole false if rendering stopped early because the row exceeds the maximum length; its longest sequence is
 *     then longer than the maximum
 * @param warnings parts of the row that the model reads in an unexpected way
 * @param controlTokens whether the row's own text contains control tokens
 * @param mergedBorders number of answers whose first token the tokenizer would have merged with the last token of
 *     the prompt
 */
public record EncodedRow(
        TokenRow tokens, boolean whole, List<Finding> warnings, boolean controlTokens, int mergedBorders) {}
