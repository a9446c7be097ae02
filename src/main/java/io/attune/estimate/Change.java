package io.attune.estimate;

import io.attune.setting.Lora;
import java.util.ArrayList;
import java.util.List;

/** Changed settings of a job, by their names in the API. Null means that the setting stays the same. */
public record Change(Integer microBatchTokens, Integer maxLength, String type, Integer r) {

    /**
     * Returns a description such as {@code LoRA (r = 16) instead of full tuning, with micro_batch_tokens = 512}.
     * Returns an empty text if nothing changes.
     */
    public String words() {
        List<String> settings = new ArrayList<>();
        if (type == null && r != null) {
            settings.add("r = " + r);
        }
        if (maxLength != null) {
            settings.add("max_length = " + maxLength);
        }
        if (microBatchTokens != null) {
            settings.add("micro_batch_tokens = " + microBatchTokens);
        }
        String all = String.join(" and ", settings);
        if (type == null) {
            return all;
        }
        return "LoRA (r = " + r + ") instead of full tuning" + (all.isEmpty() ? "" : ", with " + all);
    }

    /** Returns the training with these settings. */
    Training applied(Training training) {
        Training changed = training;
        if (type != null) {
            changed = training.withUsualLora();
        } else if (r != null) {
            changed = training.with(training.tuning().with(Lora.R, r));
        }
        if (maxLength != null) {
            changed = changed.withMaxLength(maxLength);
        }
        return microBatchTokens == null ? changed : changed.withMicroBatchTokens(microBatchTokens);
    }

    Change withMicroBatchTokens(int tokens) {
        return new Change(tokens, maxLength, type, r);
    }

    Change withMaxLength(int length) {
        return new Change(microBatchTokens, length, type, r);
    }
}
