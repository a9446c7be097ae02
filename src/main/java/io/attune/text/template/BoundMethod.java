package io.attune.text.template;

/** A method of a value, as {@code text.upper} without its call. */
record BoundMethod(Method method, Object receiver) implements Callable {

    @Override
    public Object call(Run run, Passed passed) {
        return method.call(run, receiver, passed);
    }
}
