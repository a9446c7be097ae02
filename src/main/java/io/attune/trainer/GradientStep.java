package io.attune.trainer;

import io.attune.model.AdamW;
import io.attune.model.Decoder;
import io.attune.model.Loss;
import io.attune.model.Torch;
import io.attune.text.Pack;
import io.attune.text.Packer;
import io.attune.text.TokenRow;
import java.util.List;

/**
 * Takes one optimizer step. Splits the rows into packs and sums their losses over target tokens. Divides the sum
 * once by the number of target tokens of the whole step, so the packs do not change the result. Then clips the
 * gradient and runs AdamW.
 */
final class GradientStep {

    private final Torch torch;
    private final Decoder decoder;
    private final AdamW optimizer;
    private final int microBatchTokens;
    private final long seed;
    private final Heartbeat heartbeat;

    /** @param gradNorm before clipping */
    record Result(Loss loss, double gradNorm) {}

    GradientStep(Torch torch, Decoder decoder, AdamW optimizer, int microBatchTokens, long seed, Heartbeat heartbeat) {
        this.torch = torch;
        this.decoder = decoder;
        this.optimizer = optimizer;
        this.microBatchTokens = microBatchTokens;
        this.seed = seed;
        this.heartbeat = heartbeat;
    }

    Result take(int step, List<TokenRow> rows, double learningRate) {
        long targets = rows.stream().mapToLong(TokenRow::targets).sum();
        Loss loss = Loss.NONE;
        int microBatch = 0;
        int bound = decoder.architecture().lengthBound();
        for (Pack pack : Packer.pack(TokenRow.sequences(rows), microBatchTokens, bound)) {
            heartbeat.beat();
            torch.seed(seed + 1_000_003L * step + microBatch++); // dropout does not depend on earlier steps
            loss = loss.plus(decoder.accumulate(pack, 1.0 / targets));
        }
        heartbeat.beat();
        double norm = optimizer.step(learningRate);
        if (!Double.isFinite(loss.sum()) || !Double.isFinite(norm)) {
            throw new TrainerException(
                    "loss_not_finite",
                    "At step " + step + " the loss is " + loss.mean() + " and the gradient's norm " + norm
                            + ". A lower learning rate usually helps.");
        }
        return new Result(loss, norm);
    }
}
