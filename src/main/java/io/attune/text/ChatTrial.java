package io.attune.text;

import io.attune.dataset.Finding;
import io.attune.dataset.Message;
import io.attune.dataset.Row;
import io.attune.format.ModelConfig;
import io.attune.format.ModelFormatException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds out which kinds of chats a model can be trained on. Encodes one chat of each kind as a job would. */
public final class ChatTrial {

    private static final int MAX_LENGTH = 1 << 20;

    private static final Message USER = new Message("user", "What is the weather like in Oslo today?");
    private static final Message ANSWER = new Message("assistant", "It is cold and dry, with some sun.");
    private static final String REASONING = "The user asks for the weather, so I say how it is.";
    private static final Message REASONED = new Message("assistant", ANSWER.content(), 1, null, REASONING, null, null);
    private static final List<Object> TOOLS = List.of(Map.of(
            "type",
            "function",
            "function",
            ordered(
                    "name",
                    "get_weather",
                    "description",
                    "The weather of a city",
                    "parameters",
                    ordered("type", "object", "properties", Map.of("city", Map.of("type", "string"))))));
    private static final Message CALL = new Message(
            "assistant",
            "",
            1,
            null,
            null,
            List.of(ordered(
                    "id",
                    "call12345", // Mistral's templates require nine letters and digits
                    "type",
                    "function",
                    "function",
                    ordered("name", "get_weather", "arguments", Map.of("city", "Oslo")))),
            null);
    private static final Message RESULT =
            new Message("tool", "{\"sky\": \"sunny\"}", 1, "get_weather", null, null, "call12345");

    /**
     * The result of one chat.
     *
     * @param problem why the model cannot be trained on this kind of chat, or null
     * @param warning what is wrong although the model can be trained on it, or null
     */
    public record Outcome(String chat, String problem, String warning) {}

    private final RowEncoder encoder;
    private final Tokenizer tokenizer;
    private final EndTokens ends;
    private final List<Outcome> outcomes = new ArrayList<>();

    private ChatTrial(RowEncoder encoder, Tokenizer tokenizer, EndTokens ends) {
        this.encoder = encoder;
        this.tokenizer = tokenizer;
        this.ends = ends;
    }

    /**
     * Tries all kinds of chats. Returns no outcome if the model has no chat template.
     *
     * @param now the time that templates print
     * @throws ModelFormatException if the model names no end token, or if its template cannot write two plain turns
     */
    public static List<Outcome> of(Path modelFolder, ModelConfig config, LocalDateTime now) throws IOException {
        try (Tokenizer tokenizer = Tokenizer.open(modelFolder)) {
            EndTokens ends = EndTokens.read(modelFolder, config, tokenizer);
            Optional<ChatTemplate> template = ChatTemplate.read(modelFolder).map(found -> found.at(now));
            if (template.isEmpty()) {
                return List.of();
            }
            return new ChatTrial(new RowEncoder(tokenizer, template, ends, MAX_LENGTH), tokenizer, ends).all();
        }
    }

    private List<Outcome> all() {
        boolean reasons = encode(List.of(USER, ANSWER), null) == null && encode(List.of(USER, REASONED), null) != null;
        Message answer = reasons ? REASONED : ANSWER;
        plain(List.of(USER, answer, new Message("user", "And tomorrow?"), answer), reasons);
        attempt(
                "with a system prompt",
                List.of(new Message("system", "You are a weather service."), USER, answer),
                null);
        attempt("with tools", List.of(USER, answer), TOOLS);
        attempt("with a tool's call", List.of(USER, CALL), TOOLS);
        attempt("with a call, its result and an answer", List.of(USER, CALL, RESULT, answer), TOOLS);
        attempt("with reasoning", List.of(USER, REASONED), null);
        return List.copyOf(outcomes);
    }

    /** Tries plain turns. A model that cannot be trained on them is of no use for chats. */
    private void plain(List<Message> messages, boolean reasons) {
        attempt(reasons ? "two turns, with reasoning in each" : "two turns", messages, null);
        Outcome outcome = outcomes.get(0);
        if (outcome.problem() != null) {
            throw new ModelFormatException("the model's chat template cannot write two plain turns ("
                    + outcome.problem() + "). Import it with a template that can: --chat-template FILE");
        }
        EncodedRow row = encode(messages, null);
        int[] ids = row.tokens().sequences().get(0).ids();
        int end = ids[ids.length - 1];
        if (!ends.answers().contains(end)) {
            String token = tokenizer.isSpecial(end) ? tokenizer.addedToken(end) : null;
            String problem = token == null
                    ? "the template writes no control token after an answer, so the model cannot learn to stop"
                    : "the template ends answers with " + token + ", but servers do not stop there, because the model"
                            + " does not name it as an end token: import the model with --eos '" + token + "'";
            outcomes.set(0, new Outcome(outcome.chat(), null, problem));
        }
    }

    private void attempt(String chat, List<Message> messages, List<Object> tools) {
        try {
            EncodedRow row = encoder.encode(new Row.Chat(1, messages, tools));
            List<String> lost = row.warnings().stream()
                    .map(finding -> inWords(finding.field()))
                    .toList();
            String warning = lost.isEmpty() ? null : "the template does not write " + String.join(", ", lost);
            outcomes.add(new Outcome(chat, null, warning));
        } catch (UnencodableRowException e) {
            Finding finding = e.finding();
            boolean lost = finding.field().indexOf('.') > 0;
            outcomes.add(new Outcome(
                    chat,
                    lost ? "the template does not write " + inWords(finding.field()) : firstSentence(finding.problem()),
                    null));
        }
    }

    /**
     * Names a part of a trial chat in words. Users do not see these chats, so a field's path would not help them.
     */
    private static String inWords(String field) {
        String part = field.substring(field.lastIndexOf('.') + 1);
        if (field.startsWith("tools")) {
            return part.equals("name") ? "the tools' names" : "their descriptions";
        }
        if (field.contains("tool_calls")) {
            return part.equals("name") ? "the called function's name" : "the call's arguments";
        }
        return switch (part) {
            case "reasoning_content" -> "the reasoning";
            case "name" -> "the name of the function beside its result";
            default -> "the content of a message";
        };
    }

    /** Returns the problem without the advice. The advice is about a row, and the user imports a model. */
    private static String firstSentence(String problem) {
        int end = problem.indexOf(". ");
        return end < 0 ? problem : problem.substring(0, end + 1);
    }

    private EncodedRow encode(List<Message> messages, List<Object> tools) {
        try {
            return encoder.encode(new Row.Chat(1, messages, tools));
        } catch (UnencodableRowException e) {
            return null;
        }
    }

    private static Map<String, Object> ordered(Object... keysAndValues) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            map.put((String) keysAndValues[i], keysAndValues[i + 1]);
        }
        return map;
    }
}
