package io.attune.architecture;

/**
 * A weight, or a linear module with its bias, before it gets its name in a checkpoint.
 *
 * @param expert the number of the expert that it belongs to; -1 if it belongs to none
 * @param kind how names and adapters treat it
 * @param bias whether a bias belongs to it
 * @param init the first value in a new model
 * @param shape of the weight, row-major; [outputs, inputs] for a linear module, in every layout of checkpoints
 */
record Part(Role role, int expert, Kind kind, boolean bias, Weight.Init init, long... shape) {

    /** How names and adapters treat a part. */
    enum Kind {
        /** {@code NAME.weight}; can have an adapter. */
        LINEAR,
        /** {@code NAME.weight}; never has an adapter. */
        WEIGHT,
        /** {@code NAME} alone: transformers keeps it as a parameter, not as a module. */
        PARAMETER,
        /** {@code NAME} alone; never trained. */
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
