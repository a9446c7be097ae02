package io.attune.trainer;

import io.attune.model.Decoder;
import io.attune.model.Loss;
import io.attune.text.Pack;
import io.attune.text.Packer;
import io.attune.text.TokenRow;
import java.util.List;

/** Computes the loss over all targets of some rows, without dropout. */
final class Evaluation {

    private final Decoder decoder;
    private final int tokensAtOnce;
    private final Heartbeat heartbeat;

    Evaluation(Decoder decoder, int tokensAtOnce, Heartbeat heartbeat) {
        this.decoder = decoder;
        this.tokensAtOnce = tokensAtOnce;
        this.heartbeat = heartbeat;
    }

    Loss over(List<TokenRow> rows) {
        Loss loss = Loss.NONE;
        int bound = decoder.architecture().lengthBound();
        for (Pack pack : Packer.pack(TokenRow.sequences(rows), tokensAtOnce, bound)) {
            heartbeat.beat();
            loss = loss.plus(decoder.evaluate(pack));
        }
        return loss;
    }
}
