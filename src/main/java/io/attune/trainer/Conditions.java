package io.attune.trainer;

import static io.attune.setting.Hyperparameters.MICRO_BATCH_TOKENS;

import io.attune.model.Torch;
import io.attune.trainer.message.TrainerSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The conditions under which a training repeats its arithmetic bit by bit. A saved state can resume under other
 * conditions, but its bits may then differ.
 *
 * @param build checksum of the code that trains
 * @param threads number of threads of one operation; it decides how sums are split
 * @param device {@code cpu} or {@code cuda:N}
 * @param microBatchTokens decides how the rows of a step are summed; a job that ran out of memory continues with
 *     less
 */
record Conditions(
        String build,
        String java,
        String torch,
        String processor,
        String instructionSet,
        int threads,
        String device,
        int microBatchTokens) {

    static Conditions of(TrainerSpec.Train spec) {
        Processor processor = Processor.here();
        return new Conditions(
                Build.checksum(),
                Runtime.version().toString(),
                Torch.version(),
                processor.model(),
                processor.instructionSet(),
                spec.threads(),
                spec.device(),
                spec.hyperparameters().get(MICRO_BATCH_TOKENS));
    }

    /**
     * Returns the conditions that differ from those of the saved state. If the list is empty, the bits equal those
     * of an uninterrupted training.
     */
    List<String> differencesFrom(Conditions saved) {
        List<String> differences = new ArrayList<>();
        compare(differences, "build", saved.build, build);
        compare(differences, "Java", saved.java, java);
        compare(differences, "libtorch", saved.torch, torch);
        compare(differences, "processor", saved.processor, processor);
        compare(differences, "instruction set", saved.instructionSet, instructionSet);
        compare(differences, "threads", saved.threads, threads);
        compare(differences, "micro_batch_tokens", saved.microBatchTokens, microBatchTokens);
        compare(differences, "device", saved.device, device);
        if (!device.equals("cpu")) {
            differences.add("a GPU does not repeat its sums to the bit");
        }
        return differences;
    }

    private static void compare(List<String> differences, String name, Object then, Object now) {
        if (!Objects.equals(then, now)) {
            differences.add(name + ": " + then + ", now " + now);
        }
    }
}
