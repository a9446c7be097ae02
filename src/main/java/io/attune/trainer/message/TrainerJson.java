package io.attune.trainer.message;

import java.nio.file.Path;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.ToStringSerializer;

/** Specifications and messages as JSON, as the side that starts a trainer writes and reads them. */
public final class TrainerJson {

    /** Paths stay paths; Jackson would write them as {@code file:} addresses. */
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
