package io.attune.text.template;

/**
 * The value of a name, attribute or item that does not exist. Prints as the empty string, is false, is empty, and
 * fails at any other use. An attribute that the sandbox hides has this value too.
 *
 * @param problem the message of the failure
 */
record Undefined(String problem) {

    static Undefined missing(String what) {
        return new Undefined("The chat template uses " + what + ", which is not defined.");
    }

    static Undefined hidden(String attribute, Object object) {
        return new Undefined("The chat template uses the attribute '" + attribute + "' of " + Values.type(object)
                + ", which is not allowed.");
    }

    TemplateException failure() {
        return new TemplateException(problem);
    }

    static void refuse(Object value) {
        if (value instanceof Undefined undefined) {
            throw undefined.failure();
        }
    }
}
