package io.attune.dataset;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * What is wrong with a row, and where.
 *
 * @param line 1-based line of the file
 * @param field path inside the row, such as {@code messages[2].role}; empty for the row as a whole
 * @param problem what is wrong and how to mend it, a sentence
 * @param unsupported what OpenAI has and Attune has not that the row needs, such as {@code vision} or {@code dpo}; null where the row
 *     is simply wrong
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Finding(int line, String field, String problem, String unsupported) {

    public Finding(int line, String field, String problem) {
        this(line, field, problem, null);
    }
}
