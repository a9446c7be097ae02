package io.attune.model;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * AdamW with decoupled weight decay (Loshchilov and Hutter 2019). It runs torch's own fused kernel, so results
 * equal those of {@code torch.optim.AdamW} bit by bit. All parameters form one group. Gradients are clipped by
 * their global norm, as in {@code clip_grad_norm_}.
 */
public final class AdamW implements AutoCloseable {

    /** @param maxGradNorm 0 for no clipping */
    public record Settings(double beta1, double beta2, double epsilon, double weightDecay, double maxGradNorm) {}

    private final Torch torch;
    private final Settings settings;
    private final Script script;
    private final List<PtNDArray> parameters;
    private final List<PtNDArray> first = new ArrayList<>(); // moments, with the shapes of their parameters
    private final List<PtNDArray> second = new ArrayList<>();
    private final List<PtNDArray> steps = new ArrayList<>(); // scalars; the kernel requires tensors

    public AdamW(Torch torch, Collection<PtNDArray> parameters, Settings settings) {
        this.torch = torch;
        this.settings = settings;
        this.parameters = List.copyOf(parameters);
        this.script = Script.load(torch.manager(), "adamw", "AdamW");
        for (PtNDArray parameter : this.parameters) {
            first.add((PtNDArray) torch.manager().zeros(parameter.getShape(), DataType.FLOAT32));
            second.add((PtNDArray) torch.manager().zeros(parameter.getShape(), DataType.FLOAT32));
            steps.add((PtNDArray) torch.manager().zeros(new Shape(), DataType.FLOAT32));
        }
    }

    /**
     * Updates the parameters with the accumulated gradients, then clears the gradients.
     *
     * @return the global L2 norm of the gradients before clipping; if the norm is not finite, nothing was updated
     */
    public double step(double learningRate) {
        JniUtils.setGradMode(false);
        try (PtNDManager scope = torch.scope()) {
            List<PtNDArray> gradients = gradients(scope);
            double norm = script.call(scope, "clip", gradients, settings.maxGradNorm())[0]
                    .toFloatArray()[0];
            if (Double.isFinite(norm)) {
                script.call(
                        scope,
                        "step",
                        parameters,
                        gradients,
                        first,
                        second,
                        steps,
                        learningRate,
                        settings.beta1(),
                        settings.beta2(),
                        settings.weightDecay(),
                        settings.epsilon());
            }
            return norm;
        }
    }

    /** Returns both moments of a parameter, by its index among the parameters. */
    List<PtNDArray> moments(int parameter) {
        return List.of(first.get(parameter), second.get(parameter));
    }

    /** Continues the count of steps from {@code taken}. */
    void count(int taken) {
        try (PtNDManager scope = torch.scope()) {
            PtNDArray number = Torch.floats(scope, new float[] {taken}); // a scalar, like the steps
            steps.forEach(step -> torch.conversions().call(scope, "assign", step, number));
        }
    }

    private List<PtNDArray> gradients(PtNDManager scope) {
        List<PtNDArray> gradients = new ArrayList<>();
        for (PtNDArray parameter : parameters) {
            PtNDArray gradient = JniUtils.getGradient(parameter);
            gradient.attach(scope);
            gradients.add(gradient);
        }
        return gradients;
    }

    @Override
    public void close() {
        script.close();
    }
}
