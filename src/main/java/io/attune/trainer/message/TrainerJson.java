package io.attune.trainer.message;

import java.nio.file.Path;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.ToStringSerializer;

/** Writes specifications and reads messages as JSON, on the side that starts the trainer. */
public final class TrainerJson {

    /** Writes a path as plain text. Jackson alone would write a {@code file:} address. */
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .addModule(new SimpleModule().addSerializer(Path.class, new ToStringSerializer(Path.class)))
            .build();

    private TrainerJson() {}

    /** The text of a specification's file. */
    public static String of(TrainerSpec specification) {
        return MAPPER.writeValueAsString(specification);
    }

    /** @throws JacksonException if the line is not a message */
    public static TrainerMessage message(String line) {
        return MAPPER.readValue(line, TrainerMessage.class);
    }
}
