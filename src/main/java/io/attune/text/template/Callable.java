package io.attune.text.template;

/** A value that can be called. */
interface Callable {

    Object call(Run run, Passed passed);
}
