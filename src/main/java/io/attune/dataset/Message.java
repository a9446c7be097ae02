package io.attune.dataset;

import java.util.List;
import java.util.Objects;

/**
 * One message of a conversation.
 *
 * @param role {@code system}, {@code developer}, {@code user}, {@code assistant}, {@code tool} or {@code function},
 *     in the form in which servers pass it to a chat template
 * @param content the text, with text parts joined; empty, never null, if an assistant calls tools without a text
 * @param weight 1 if training uses an assistant's message, otherwise 0; 1 if the file does not say it
 * @param name the author's name, or null
 * @param reasoning the assistant's thoughts before its answer, the file's {@code reasoning_content}; null for none
 * @param toolCalls the content of {@code tool_calls} as plain values: {@code Map<String, Object>} in the file's
 *     order, {@code List}, {@code String}, {@code Boolean}, {@code BigInteger}, {@code Double}, null. The
 *     {@code arguments} of each {@code function} are a map, even if the file has them as a JSON string. Null if there
 *     are no calls
 * @param toolCallId the call that a {@code tool} message answers, or null
 */
public record Message(
        String role,
        String content,
        int weight,
        String name,
        String reasoning,
        List<Object> toolCalls,
        String toolCallId) {

    public Message {
        Objects.requireNonNull(content, "content");
    }

    /** A message with only role and text, and weight 1. */
    public Message(String role, String content) {
        this(role, content, 1, null, null, null, null);
    }

    /** Whether training uses this message: it is an assistant's message with weight 1. */
    public boolean isTrainedOn() {
        return role.equals("assistant") && weight == 1;
    }
}
