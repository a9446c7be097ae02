package io.attune.json;

import java.math.BigDecimal;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.deser.std.StdDeserializer;

/** Reads integers as JSON Schema defines them: 2.0 is an integer, 2.5 is not. */
public final class WholeNumbers extends StdDeserializer<Long> {

    public WholeNumbers() {
        super(Long.class);
    }

    @Override
    public Long deserialize(JsonParser json, DeserializationContext context) {
        if (json.currentToken() == JsonToken.VALUE_NUMBER_INT) {
            return json.getLongValue();
        }
        if (json.currentToken() != JsonToken.VALUE_NUMBER_FLOAT) {
            return (Long) context.handleUnexpectedToken(getValueType(context), json);
        }
        BigDecimal number = json.getDecimalValue();
        try {
            return number.longValueExact();
        } catch (ArithmeticException e) {
            return context.reportInputMismatch(this, "%s is not a whole number", number);
        }
    }
}
