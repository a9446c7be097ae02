package io.attune.text.template;

/**
 * What a name, attribute or item that is not there gives: prints as nothing, is false, is empty, and fails at any other
 * use.
 */
record Undefined(String what) {

    TemplateException failure() {
        return new TemplateException("The chat template uses " + what + ", which is not defined.");
    }
}
