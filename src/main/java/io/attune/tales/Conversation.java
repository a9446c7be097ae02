package io.attune.tales;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;

/** A row of a chat dataset. */
record Conversation(List<Turn> messages) {

    private static final JsonMapper JSON = new JsonMapper();

    record Turn(String role, String content) {}

    Conversation() {
        this(new ArrayList<>());
    }

    Conversation system(String content) {
        messages.add(new Turn("system", content));
        return this;
    }

    Conversation exchange(String question, String answer) {
        messages.add(new Turn("user", question));
        messages.add(new Turn("assistant", answer));
        return this;
    }

    /** Writes one JSON line for each row. */
    static void write(Path file, Iterable<Conversation> rows) throws IOException {
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            for (Conversation row : rows) {
                out.write(JSON.writeValueAsString(row));
                out.write('\n');
            }
        }
    }
}
