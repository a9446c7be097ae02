package io.attune.dataset;

import java.util.List;
import java.util.Objects;

/**
 * One message of a conversation.
 *
 * @param role {@code system}, {@code developer}, {@code user}, {@code assistant}, {@code tool} or {@code function}, as
 *     servers hand it to a chat template
 * @param content the text, text parts joined; empty, never null, where an assistant that calls tools says nothing
 * @param weight 1 if an assistant's message is trained on, else 0; 1 where the file says nothing
 * @param name the author's name, or null
 * @param reasoning what the assistant thinks before it answers, the file's {@code reasoning_content}; null where there is
 *     none
 * @param toolCalls what {@code tool_calls} holds, as plain values: {@code Map<String, Object>} in the file's order,
 *     {@code List}, {@code String}, {@code Boolean}, {@code BigInteger}, {@code Double}, null. The {@code arguments} of
 *     each {@code function} are a map, also where the file has them as a JSON string. Null where there are no calls
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

    /** A message of role and text alone, weight 1. */
    public Message(String role, String content) {
        this(role, content, 1, null, null, null, null);
    }

    /** Whether this is an assistant's message that is trained on. */
    public boolean isTrainedOn() {
        return role.equals("assistant") && weight == 1;
    }
}
