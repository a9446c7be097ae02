package io.attune.dataset;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * A problem of a row, and its place.
 *
 * @param line the line of the file, counted from 1
 * @param field the path inside of the row, such as {@code messages[2].role}; empty for the whole row
 * @param problem a sentence that says what is wrong and how to correct it
 * @param unsupported the feature of OpenAI that the row needs and Attune lacks, such as {@code vision} or
 *     {@code dpo}; null if the row is wrong
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Finding(int line, String field, String problem, String unsupported) {

    public Finding(int line, String field, String problem) {
        this(line, field, problem, null);
    }
}
