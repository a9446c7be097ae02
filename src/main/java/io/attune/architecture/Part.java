package io.attune.architecture;

/**
 * A weight, or a linear module with its bias, before it has a checkpoint's name.
 *
 * @param expert which expert's it is; -1 where there is one for all
 * @param kind whether it is a linear module
 * @param bias whether a bias comes with it
 * @param init how a new model's starts
 * @param shape of the weight, row-major; of a linear module [outputs, inputs] whatever a checkpoint's layout
 */
record Part(Role role, int expert, Kind kind, boolean bias, Weight.Init init, long... shape) {

    /** What a part is to names and adapters. */
    enum Kind {
        /** {@code NAME.weight}, may have an adapter. */
        LINEAR,
        /** {@code NAME.weight}, never has one. */
        WEIGHT,
        /** {@code NAME} alone: transformers keeps a parameter, not a module. */
        PARAMETER,
        /** {@code NAME} alone, never trained. */
        BUFFER
    }

    static Part linear(Role role, long inputs, long outputs, boolean bias) {
        return new Part(role, -1, Kind.LINEAR, bias, Weight.Init.NORMAL, outputs, inputs);
    }

    static Part matrix(Role role, int expert, long inputs, long outputs, boolean bias) {
        return new Part(role, expert, Kind.WEIGHT, bias, Weight.Init.NORMAL, outputs, inputs);
    }

    static Part norm(Role role, Norm norm, long size) {
        return new Part(
                role, -1, Kind.WEIGHT, norm.bias(), norm.aroundOne() ? Weight.Init.ZEROS : Weight.Init.ONES, size);
    }

    static Part weight(Role role, long... shape) {
        return new Part(role, -1, Kind.WEIGHT, false, Weight.Init.NORMAL, shape);
    }

    static Part buffer(Role role, Weight.Init init, long... shape) {
        return new Part(role, -1, Kind.BUFFER, false, init, shape);
    }

    static Part parameter(Role role, Weight.Init init, long... shape) {
        return new Part(role, -1, Kind.PARAMETER, false, init, shape);
    }
}
