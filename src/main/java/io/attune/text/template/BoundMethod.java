package io.attune.text.template;

/** A method of a value without a call, such as {@code text.upper}. */
record BoundMethod(Method method, Object receiver) implements Callable {

    @Override
    public Object call(Run run, Passed passed) {
        return method.call(run, receiver, passed);
    }
}
