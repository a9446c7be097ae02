package io.attune.text.template;

/**
 * What a name, attribute or item that is not there gives: prints as nothing, is false, is empty, and fails at any other
 * use. Attributes that the sandbox hides give one too.
 *
 * @param problem what is said when it fails
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
