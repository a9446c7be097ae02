package io.attune.text;

import io.attune.dataset.Message;
import io.attune.dataset.Row;
import io.attune.text.template.TemplateException;
import io.attune.text.template.Work;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Finds the parts of a conversation that are missing in the text of a chat template. Templates omit without an
 * error what they do not support: calls, tools, results of tools, whole roles.
 *
 * <p>Marks every part of a row with words that occur nowhere else, renders the marked row, and searches for the
 * marks. The output of a template depends on the row's shape (roles, present fields) more than on its words. Each
 * shape is therefore marked once. In addition, the row's own words are searched for. If some words are missing, the
 * row itself is marked.
 */
final class OmittedParts {

    /** The number of shapes that are remembered. A file has few shapes. */
    private static final int MOST_SHAPES = 4096;

    private static final int LONGEST_SHAPE = 1024; // chars
    /** Shorter words may occur in a text by chance. */
    private static final int TELLING = 12; // chars

    static final String CONTENT = "content";
    /** Reasoning, in its own field or at the beginning of the content. */
    static final String REASONING = "reasoning";

    static final String NAME = "name";

    /**
     * A part of a row that is missing in the text: a part of a message, or of the tools if {@code message} is -1.
     */
    record Omitted(int message, String part) {}

    private final ChatTemplate template;
    private final Map<String, List<Omitted>> known = new ConcurrentHashMap<>();

    OmittedParts(ChatTemplate template) {
        this.template = template;
    }

    /**
     * Returns the missing parts of the tools and of the messages up to a turn that is trained on. A message that is
     * trained on is searched for in the text that ends with this message. All other messages are searched for in
     * the text that ends with the last message, and in its prompt.
     *
     * @param last index of the last message to check
     * @param transcript renders the row up to that message
     * @param work counts the work of all renderings
     */
    List<Omitted> omitted(Row.Chat row, int last, Transcript transcript, Work work) {
        String shape = shape(row, last);
        List<Omitted> omitted = known.get(shape);
        if (omitted != null && (!omitted.isEmpty() || wordsAreThere(row, last, transcript))) {
            return omitted;
        }
        omitted = new Marked(row, last).omitted(work);
        if (shape.length() <= LONGEST_SHAPE && known.size() < MOST_SHAPES) {
            known.putIfAbsent(shape, omitted);
        }
        return omitted;
    }

    private static String shape(Row.Chat row, int last) {
        StringBuilder shape = new StringBuilder();
        for (int i = 0; i <= last; i++) {
            Message message = row.messages().get(i);
            shape.append(message.role()).append(message.weight());
            if (message.content().isBlank()) {
                shape.append('-');
            }
            Reasoning reasoning = Reasoning.of(message);
            if (reasoning != null) {
                shape.append(message.reasoning() == null ? 't' : 'r').append(reasoning.isBlank() ? '-' : '+');
            } else {
                for (Reasoning.Tags tags : Reasoning.TAGS) {
                    if (message.content().contains(tags.close())) {
                        shape.append(tags.close());
                    }
                }
            }
            if (message.content().startsWith("<")) {
                shape.append('<');
            }
            if (message.name() != null) {
                shape.append('n');
            }
            if (message.toolCallId() != null) {
                shape.append('i');
            }
            shape.append(message.toolCalls() == null ? 0 : message.toolCalls().size())
                    .append(' ');
        }
        return shape.append(row.tools() == null ? 0 : row.tools().size()).toString();
    }

    /** Whether the words of every longer message occur in the text. Templates may write white space differently. */
    private static boolean wordsAreThere(Row.Chat row, int last, Transcript transcript) {
        int from = 0;
        for (int i = 0; i <= last; i++) {
            Message message = row.messages().get(i);
            String words = message.content().strip();
            if (words.length() < TELLING || (message.isTrainedOn() && i < last) || Reasoning.of(message) != null) {
                continue;
            }
            int at = transcript.indexOf(words, from);
            if (at < 0) {
                return false;
            }
            from = at + words.length();
        }
        return true;
    }

    /** A row with marks around all its parts. */
    private final class Marked {

        private final Row.Chat row;
        private final int last;
        private final List<Message> messages = new ArrayList<>();
        private final List<Map<String, List<String>>> marks = new ArrayList<>(); // for each message: part to its marks
        private final Map<String, List<String>> toolMarks = new LinkedHashMap<>();
        private final List<Object> tools;
        private int count;

        Marked(Row.Chat row, int last) {
            this.row = row;
            this.last = last;
            for (int i = 0; i <= last; i++) {
                Map<String, List<String>> parts = new LinkedHashMap<>();
                messages.add(marked(row.messages().get(i), parts));
                marks.add(parts);
            }
            tools = row.tools() == null ? null : markedTools();
        }

        List<Omitted> omitted(Work work) {
            List<Omitted> omitted = new ArrayList<>();
            Transcript transcript = template.transcript(messages, tools, work);
            try {
                int from = 0;
                for (int i = 0; i <= last; i++) {
                    if (messages.get(i).isTrainedOn()) {
                        int shared = transcript.show(i + 1, false);
                        from = Math.min(from, shared);
                        find(transcript, from, i, omitted);
                        from = transcript.length();
                    }
                }
                List<Omitted> omittedContext = context(transcript);
                if (!omittedContext.isEmpty() && last > 0) { // a prompt may say more than the text with the answer
                    transcript.show(last, true);
                    omittedContext.retainAll(context(transcript));
                }
                omitted.addAll(omittedContext);
            } catch (TemplateException e) {
                return List.of(); // the template refuses the marks, so nothing is known
            }
            return List.copyOf(omitted);
        }

        /** Returns the missing parts of the tools and of the messages that are not trained on. */
        private List<Omitted> context(Transcript transcript) {
            List<Omitted> omitted = new ArrayList<>();
            for (int i = 0; i < last; i++) {
                if (!messages.get(i).isTrainedOn()) {
                    find(transcript, 0, i, omitted);
                }
            }
            find(transcript, toolMarks, 0, -1, omitted);
            return omitted;
        }

        private void find(Transcript transcript, int from, int message, List<Omitted> omitted) {
            find(transcript, marks.get(message), from, message, omitted);
        }

        private static void find(
                Transcript transcript, Map<String, List<String>> parts, int from, int message, List<Omitted> omitted) {
            parts.forEach((part, words) -> {
                if (!words.stream().allMatch(word -> transcript.indexOf(word, from) >= 0)) {
                    omitted.add(new Omitted(message, part));
                }
            });
        }

        private String mark(Map<String, List<String>> parts, String part) {
            String mark = "zq" + count++ + "qz";
            parts.computeIfAbsent(part, p -> new ArrayList<>()).add(mark);
            return mark;
        }

        private Message marked(Message message, Map<String, List<String>> parts) {
            Reasoning block = message.reasoning() == null ? Reasoning.of(message) : null;
            String content = message.content();
            if (block != null && !block.isBlank()) {
                int answer = content.length() - block.answer().length();
                int inner = content.indexOf(block.inner());
                String reasoning =
                        "\n" + mark(parts, REASONING) + " " + block.inner().strip() + "\n";
                content = content.substring(0, inner)
                        + reasoning
                        + content.substring(inner + block.inner().length(), answer)
                        + around(block.answer(), parts);
            } else {
                content = around(content, parts);
            }
            String reasoning = message.reasoning();
            if (reasoning != null && !reasoning.isBlank()) {
                reasoning = mark(parts, REASONING) + " " + reasoning;
            }
            return new Message(
                    message.role(),
                    content,
                    message.weight(),
                    message.name() == null ? null : message.name() + mark(parts, NAME),
                    reasoning,
                    message.toolCalls() == null ? null : markedCalls(message.toolCalls(), parts),
                    message.toolCallId());
        }

        private String around(String text, Map<String, List<String>> parts) {
            if (text.isBlank()) {
                return text;
            }
            return mark(parts, CONTENT) + " " + text + " " + mark(parts, CONTENT);
        }

        private List<Object> markedCalls(List<Object> calls, Map<String, List<String>> parts) {
            List<Object> marked = new ArrayList<>();
            for (int i = 0; i < calls.size(); i++) {
                String field = "tool_calls[" + i + "].function";
                Map<String, Object> function = function(calls.get(i));
                Map<String, Object> changed = new LinkedHashMap<>(function);
                changed.put("name", function.get("name") + mark(parts, field + ".name"));
                if (function.get("arguments") instanceof Map<?, ?> arguments && !arguments.isEmpty()) {
                    Map<Object, Object> more = new LinkedHashMap<>(arguments);
                    more.put(mark(parts, field + ".arguments"), mark(parts, field + ".arguments"));
                    changed.put("arguments", more);
                }
                marked.add(with(calls.get(i), changed));
            }
            return marked;
        }

        private List<Object> markedTools() {
            List<Object> marked = new ArrayList<>();
            for (int i = 0; i < row.tools().size(); i++) {
                Object tool = row.tools().get(i);
                String field = "tools[" + i + "].function";
                Map<String, Object> changed = new LinkedHashMap<>(function(tool));
                changed.put("name", changed.get("name") + mark(toolMarks, field + ".name"));
                if (changed.get("description") instanceof String description && !description.isBlank()) {
                    changed.put("description", description + " " + mark(toolMarks, field + ".description"));
                }
                marked.add(with(tool, changed));
            }
            return marked;
        }

        @SuppressWarnings("unchecked") // the reader of rows ensures a function in each
        private static Map<String, Object> function(Object owner) {
            return (Map<String, Object>) ((Map<String, Object>) owner).get("function");
        }

        @SuppressWarnings("unchecked")
        private static Map<String, Object> with(Object owner, Map<String, Object> function) {
            Map<String, Object> changed = new LinkedHashMap<>((Map<String, Object>) owner);
            changed.put("function", function);
            return changed;
        }
    }
}
